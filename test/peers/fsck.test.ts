import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../schema/wire/fault.ts'
import { openDirectory } from '../../server/audit/tree/directory-objects.ts'
import { chanceOf } from '../laws/chance.ts'
import { newHome } from '../server/audit/home.ts'
import { key, open, plainMemory, publishTo } from '../server/audit/tree/fixture.ts'
import { naiveRootOf } from '../server/audit/tree/naive.ts'
import { buildFsck, runFsck } from './fsck.ts'

const SIZE = 5_130
/** Partial parts of earlier sizes lie there still, and nothing needs them. */
const AT_THE_EDGE = /(entries|0)\/020\.p\/10$|1\/000\.p\/20$/

let fsck: string
let sound: string
let last: Buffer
beforeAll(async () => {
  fsck = await buildFsck()
  sound = join(newHome(), 'log')
  const publisher = await publishTo(await openDirectory(sound), SIZE, 700)
  last = publisher.head().checkpoint
  await publisher.close()
}, 900_000)

/** A copy of the sound log, with one file hurt. */
function hurt(file: string, how: (bytes: Buffer) => Buffer | null): string {
  const dir = join(newHome(), 'log')
  cpSync(sound, dir, { recursive: true })
  const bytes = how(readFileSync(join(dir, file)))
  if (bytes) writeFileSync(join(dir, file), bytes)
  else rmSync(join(dir, file))
  return dir
}

const chance = chanceOf(20_261_126)
const WAYS: ((bytes: Buffer) => Buffer | null)[] = [
  (bytes) => {
    bytes[chance.below(bytes.length)]! ^= 1 << chance.below(8)
    return bytes
  },
  (bytes) => bytes.fill(0, chance.below(bytes.length)),
  (bytes) => bytes.subarray(0, chance.below(bytes.length)),
  (bytes) => Buffer.concat([bytes, bytes.subarray(-130)]),
  (bytes) => Buffer.concat([bytes, Buffer.alloc(32, 1)]),
  () => null,
]

describe("Tessera's fsck", () => {
  it('finds our log sound', async () => {
    const text = await runFsck(fsck, sound, key.vkey)
    expect(text).toContain(
      `Successfully fsck'd log with size ${SIZE} and root ${naiveRootOf(SIZE).toString('base64')}`,
    )
  })

  // It passes over what follows the last hash or leaf that the checkpoint needs, which our own check does not.
  it('finds fault with most of 50 corrupted copies, and our publisher with all', async () => {
    const files = readdirSync(sound, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && file.name !== '.lock')
      .map((file) => relative(sound, join(file.parentPath, file.name)))
      .filter((file) => !file.includes('.p/') || AT_THE_EDGE.test(file))
    let found = 0
    for (let copy = 0; copy < 50; copy++) {
      const file = chance.one(files)
      const way = chance.below(WAYS.length)
      const dir = hurt(file, WAYS[way]!)
      found += (await runFsck(fsck, dir, key.vkey)).includes("Successfully fsck'd") ? 0 : 1
      const objects = await openDirectory(dir)
      await expect(
        open(objects, { memory: plainMemory(last), whole: true }),
        `${file}, way ${way}`,
      ).rejects.toThrow(Fault)
      await objects.close()
      rmSync(dir, { recursive: true })
    }
    expect(found).toBeGreaterThanOrEqual(40)
  })
})

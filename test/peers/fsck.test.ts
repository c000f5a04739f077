import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDirectory } from '../../server/audit/tree/directory-objects.ts'
import { newHome } from '../server/audit/home.ts'
import { key, publishTo } from '../server/audit/tree/fixture.ts'
import { naiveRootOf } from '../server/audit/tree/naive.ts'
import { buildFsck, runFsck } from './fsck.ts'

const SIZE = 5_130

let fsck: string
let sound: string
beforeAll(async () => {
  fsck = await buildFsck()
  sound = join(newHome(), 'log')
  await (await publishTo(await openDirectory(sound), SIZE, 700)).close()
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

const flip = (bytes: Buffer) => {
  bytes[bytes.length >> 1]! ^= 1
  return bytes
}

describe("Tessera's fsck", () => {
  it('finds our log sound', async () => {
    const text = await runFsck(fsck, sound, key.vkey)
    expect(text).toContain(
      `Successfully fsck'd log with size ${SIZE} and root ${naiveRootOf(SIZE).toString('base64')}`,
    )
  })

  it.each<[string, (bytes: Buffer) => Buffer | null]>([
    ['checkpoint', flip],
    ['tile/entries/007', flip],
    ['tile/0/007', flip],
    ['tile/1/000.p/20', flip],
    ['tile/entries/020.p/10', flip],
    ['tile/0/020.p/10', () => null],
  ])('finds fault when %s is not what it was', async (file, how) => {
    expect(await runFsck(fsck, hurt(file, how), key.vkey)).not.toContain("Successfully fsck'd")
  })
})

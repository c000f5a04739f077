import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeLeaf } from '../../../../schema/wire/audit-leaf.ts'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { readNote } from '../../../../server/audit/tree/note.ts'
import { chanceOf } from '../../../laws/chance.ts'
import { newHome } from '../home.ts'
import { key, ORIGIN, open, publishTo, soundHead } from './fixture.ts'
import { memoryObjects } from './memory-objects.ts'
import { leafAt, leavesFrom, naiveRootOf } from './naive.ts'
import { openAt, type S3Server, startS3 } from './s3-server.ts'

let s3: S3Server
beforeAll(async () => {
  s3 = await startS3(newHome())
}, 900_000)
afterAll(() => s3?.kill())

describe.each([
  ['in a directory', () => openDirectory(join(newHome(), 'log'))],
  ['in memory', async () => memoryObjects()],
  ['on a storage that speaks S3', () => openAt(s3.place())],
])('a log %s', (_, make) => {
  it('begins with a checkpoint over nothing', async () => {
    const objects = await make()
    const publisher = await open(objects)
    expect(publisher.head()).toMatchObject({ size: 0, root: naiveRootOf(0) })
    expect(readNote(publisher.head().checkpoint)!.text.toString()).toBe(
      `${ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`,
    )
    await publisher.close()
  })

  it('has a checkpoint over all leaves after each batch, and the same after each restart', async () => {
    const objects = await make()
    const chance = chanceOf(5)
    let publisher = await open(objects)
    for (let batch = 0; batch < 12; batch++) {
      const { size } = publisher.head()
      const head = await publisher.publish(leavesFrom(size, size + 1 + chance.below(300)))
      expect(head).toBe(publisher.head())
      expect(await objects.checkpoint()).toEqual(head.checkpoint)
      expect(await soundHead(objects)).toEqual({ size: head.size, root: head.root })
      if (chance.in(1, 3)) publisher = await open(objects, { whole: chance.in(1, 2) })
      expect(publisher.head().root).toEqual(head.root)
    }
    await publisher.close()
  })

  it('takes batches in turn, whoever calls meanwhile, and nothing for an empty one', async () => {
    const objects = await make()
    const publisher = await open(objects)
    const heads = await Promise.all([
      publisher.publish(leavesFrom(0, 5)),
      publisher.publish(leavesFrom(5, 300)),
      publisher.publish([]),
      publisher.publish(leavesFrom(300, 301)),
    ])
    expect(heads.map(({ size }) => size)).toEqual([5, 300, 300, 301])
    expect((await soundHead(objects)).size).toBe(301)
    await publisher.close()
    await expect(publisher.publish([leafAt(301)])).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })

  it('keeps no partial part that a full one has replaced', async () => {
    const objects = await make()
    await publishTo(objects, 300, 20)
    for (let width = 1; width < 256; width++)
      for (const name of [`tile/entries/000.p/${width}`, `tile/0/000.p/${width}`])
        expect(await objects.read(name)).toBeNull()
    expect(await objects.read('tile/0/001.p/44')).not.toBeNull()
    await objects.close()
  })

  it('carries the line of a second algorithm', async () => {
    const objects = await make()
    const other = { name: ORIGIN, id: Buffer.alloc(4, 9), sign: (text: Buffer) => Buffer.from(text) }
    await publishTo(objects, 3, 3, { signers: [key, other] })
    const { text, lines } = readNote((await objects.checkpoint())!)!
    expect(lines[1]).toMatchObject({ name: ORIGIN, id: other.id, signature: text })
    // Whoever opens it without that algorithm passes the line over.
    await (await open(objects)).close()
  })
})

describe('time that runs backwards', () => {
  const of = (leaf: Uint8Array) => decodeLeaf(Buffer.from(leaf))!.minute * 60_000
  it('is told at the start and with the leaf that is earlier, and the log goes on', async () => {
    const told: number[] = []
    const objects = memoryObjects()
    const time = { clock: () => 29_000_009 * 60_000, of, ranBack: (by: number) => told.push(by) }
    const publisher = await open(objects, { time })
    await publisher.publish(leavesFrom(0, 1_000))
    expect(told).toEqual([])
    await publisher.publish([leafAt(200)])
    expect(told).toEqual([7 * 60_000])
    await publisher.publish(leavesFrom(1_001, 1_024))
    await open(objects, { time: { ...time, clock: () => 29_000_000 * 60_000 } })
    expect(told).toEqual([7 * 60_000, 10 * 60_000])
    await open(objects, { time: { ...time, clock: () => 29_000_010 * 60_000 } })
    expect(told).toHaveLength(2)
  })
})

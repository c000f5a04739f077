import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCheckpoint, signCheckpoint } from '../../../../server/audit/tree/checkpoint.ts'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { makeSigningKey, signingKeyOf } from '../../../../server/audit/tree/note.ts'
import type { Objects } from '../../../../server/audit/tree/objects.ts'
import { checkLog } from '../../../../server/audit/tree/regrow.ts'
import { newHome } from '../home.ts'
import { key, ORIGIN, open, plainMemory, publishTo, recordingKey } from './fixture.ts'
import { type Held, memoryObjects } from './memory-objects.ts'
import { leavesFrom } from './naive.ts'

const damaged = (message: string) => ({ code: 'LOG_DAMAGED', message })

describe('a log that is not what it was', () => {
  it('is refused by its key when another signed it', async () => {
    const objects = memoryObjects()
    await publishTo(objects, 10)
    const signers = [signingKeyOf(makeSigningKey(ORIGIN).skey)] as const
    await expect(open(objects, { signers })).rejects.toMatchObject(
      damaged(`expected a checkpoint signed by ${ORIGIN}, got another`),
    )
  })

  it('is refused when its folder was put back in time, by what is remembered apart from it', async () => {
    const home = newHome()
    const dir = join(home, 'log')
    const memory = plainMemory()
    await (await publishTo(await openDirectory(dir), 300, 100, { memory })).close()
    cpSync(dir, join(home, 'backup'), { recursive: true })
    await (await publishTo(await openDirectory(dir), 700, 100, { memory })).close()
    rmSync(dir, { recursive: true })
    cpSync(join(home, 'backup'), dir, { recursive: true })
    const objects = await openDirectory(dir)
    await expect(open(objects, { memory })).rejects.toMatchObject(
      damaged('expected a checkpoint of at least 700 leaves, got one of 300'),
    )
    await objects.close()
  })

  it('is refused when it is gone, and when it grew again with other leaves', async () => {
    const memory = plainMemory()
    const first = await publishTo(memoryObjects(), 300, 300, { memory })
    await expect(open(memoryObjects(), { memory })).rejects.toMatchObject(
      damaged('expected a checkpoint of at least 300 leaves, got none'),
    )
    const other = memoryObjects()
    await (await open(other)).publish(leavesFrom(0, 400, 1))
    await expect(open(other, { memory })).rejects.toMatchObject({
      code: 'LOG_DAMAGED',
      message: expect.stringContaining(
        `expected the root ${first.head().root.toString('base64')} of 300 leaves, got `,
      ),
    })
    memory.checkpoint = Buffer.from('something')
    await expect(open(memoryObjects(), { memory })).rejects.toMatchObject(
      damaged(`expected a remembered checkpoint signed by ${ORIGIN}, got another`),
    )
  })

  it('is remembered from where it stands when the memory is older or empty', async () => {
    const objects = memoryObjects()
    const memory = plainMemory()
    const early = await publishTo(objects, 300, 300, { memory })
    const late = await publishTo(objects, 700, 100)
    expect(memory.checkpoint).toEqual(early.head().checkpoint)
    await open(objects, { memory })
    expect(memory.checkpoint).toEqual(late.head().checkpoint)
  })

  it('is refused when its checkpoint says more than its tiles', async () => {
    const held: Held = new Map()
    await publishTo(memoryObjects(held), 300)
    const root = Buffer.alloc(32, 5)
    held.set('checkpoint', signCheckpoint({ size: 300, root }, [key]))
    await expect(open(memoryObjects(held))).rejects.toMatchObject({
      message: expect.stringMatching(/^expected the root BQUF.* of 300 leaves, got /),
    })
    held.set('checkpoint', signCheckpoint({ size: 301, root }, [key]))
    await expect(open(memoryObjects(held))).rejects.toMatchObject(
      damaged('expected tile/0/001.p/45 with 45 hashes, got nothing'),
    )
  })
})

describe('damage', () => {
  // 66,100 leaves: 258 full bundles, and a partial tile on each of three levels.
  const SIZE = 66_100
  const EDGE = ['tile/0/258.p/52', 'tile/entries/258.p/52', 'tile/1/001.p/2', 'tile/2/000.p/1']
  const sound: Held = new Map()
  const hurt = (name: string, how: (bytes: Buffer) => Buffer | null) => {
    const held = new Map(sound)
    const bytes = how(Buffer.from(held.get(name)!))
    if (bytes) held.set(name, bytes)
    else held.delete(name)
    return memoryObjects(held)
  }
  const WAYS: [string, (bytes: Buffer) => Buffer | null][] = [
    ['gone', () => null],
    ['emptied', () => Buffer.alloc(0)],
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['longer by a hash', (bytes) => Buffer.concat([bytes, Buffer.alloc(32, 1)])],
    ['longer by a leaf', (bytes) => Buffer.concat([bytes, bytes.subarray(-130)])],
    [
      'changed by a bit',
      (bytes) => {
        // In the midst of a leaf, not in its length.
        bytes[(bytes.length >> 1) + 9]! ^= 4
        return bytes
      },
    ],
  ]
  const ready = publishTo(memoryObjects(sound), SIZE, 40_000)

  it.each(EDGE)('at the edge is found at the start: %s', async (name) => {
    await ready
    for (const [way, how] of WAYS)
      await expect(open(hurt(name, how)), way).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })

  it('of the last bundle is found at the start also where that is a full one', async () => {
    const held: Held = new Map()
    await publishTo(memoryObjects(held), 512)
    held.get('tile/entries/001')![5_000]! ^= 1
    await expect(open(memoryObjects(held))).rejects.toMatchObject(
      damaged('expected tile/entries/001 to fit its tile, got other leaves'),
    )
  })

  it('anywhere is found when all is read, and the part is named', async () => {
    await ready
    const head = readCheckpoint(sound.get('checkpoint')!, key)!
    const names = ['tile/0/000', 'tile/0/257', 'tile/1/000', 'tile/entries/003', ...EDGE]
    for (const name of names) {
      const objects = hurt(name, WAYS[5]![1])
      await expect(checkLog(objects, head), name).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    }
    await expect(open(hurt('tile/entries/003', WAYS[2]![1]), { whole: true })).rejects.toMatchObject(
      damaged('expected tile/entries/003 with 256 leaves, got 33279 octets'),
    )
    await expect(open(hurt('tile/0/003', WAYS[0]![1]), { whole: true })).rejects.toMatchObject(
      damaged('expected tile/0/003 to fit its leaves, got nothing'),
    )
  })

  it('between writing and reading back stops the checkpoint, and the publisher', async () => {
    for (const [way, how] of WAYS)
      for (const at of [0, 1, 2, 3, 4, 5]) {
        const signed: string[] = []
        const held: Held = new Map()
        const inner = memoryObjects(held)
        let hit = ''
        const objects: Objects = {
          ...inner,
          async write(parts) {
            await inner.write(parts)
            hit = parts[at]!.name
            const bytes = how(Buffer.from(parts[at]!.bytes))
            if (bytes) held.set(hit, bytes)
            else held.delete(hit)
          },
        }
        const publisher = await open(objects, { signers: [recordingKey(signed)] })
        const refused = { code: 'LOG_DAMAGED' }
        await expect(publisher.publish(leavesFrom(0, 600)), `${hit} ${way}`).rejects.toMatchObject(refused)
        await expect(publisher.publish(leavesFrom(600, 601))).rejects.toMatchObject(refused)
        expect(signed).toHaveLength(1)
        expect(readCheckpoint(held.get('checkpoint')!, key)!.size).toBe(0)
      }
  })

  it('that fits together is found by the leaves that were handed over', async () => {
    const held: Held = new Map()
    const inner = memoryObjects(held)
    const other: Held = new Map()
    await publishTo(memoryObjects(other), 3)
    const objects: Objects = {
      ...inner,
      async write(parts) {
        await inner.write(parts)
        for (const { name } of parts) held.set(name, other.get(name)!)
      },
    }
    const publisher = await open(objects)
    await expect(publisher.publish(leavesFrom(0, 3, 1))).rejects.toMatchObject(
      damaged('expected leaf 0 as it was handed over, got another'),
    )
  })

  it('of leaves that are published already is found when their bundle is written with more', async () => {
    const held: Held = new Map()
    const inner = memoryObjects(held)
    const objects: Objects = {
      ...inner,
      async write(parts) {
        await inner.write(parts)
        for (const { name } of parts) if (name === 'tile/entries/000.p/20') held.get(name)![50]! ^= 1
      },
    }
    const publisher = await publishTo(objects, 10)
    await expect(publisher.publish(leavesFrom(10, 20))).rejects.toMatchObject(
      damaged('expected tile/entries/000.p/20 to begin with the leaves before 10, got others'),
    )
  })
})

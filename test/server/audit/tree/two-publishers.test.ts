import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../../../server/audit/tree/checkpoint.ts'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import type { Objects } from '../../../../server/audit/tree/objects.ts'
import { checkLog } from '../../../../server/audit/tree/regrow.ts'
import { chanceOf } from '../../../laws/chance.ts'
import { newHome } from '../home.ts'
import { key, open, publishTo, recordingKey, soundHead } from './fixture.ts'
import { memoryObjects } from './memory-objects.ts'
import { leafAt, leavesFrom } from './naive.ts'

describe('two publishers of one log', () => {
  it('in one directory: the second finds it taken', async () => {
    const dir = join(newHome(), 'log')
    const first = await publishTo(await openDirectory(dir), 10)
    await expect(openDirectory(dir)).rejects.toMatchObject({ code: 'LOG_FENCED' })
    await first.publish([leafAt(10)])
    await first.close()
  })

  it('whose swap comes second dies, and what it signed is shown to nobody', async () => {
    const objects = memoryObjects()
    const first = await open(objects)
    const { held, reached, release } = gated(objects, 'swap')
    const second = await open(held)
    const late = second.publish(leavesFrom(0, 100))
    await reached
    const { checkpoint } = await first.publish(leavesFrom(0, 50))
    release()
    await expect(late).rejects.toMatchObject({ code: 'LOG_FENCED' })
    await expect(second.publish(leavesFrom(100, 101))).rejects.toMatchObject({ code: 'LOG_FENCED' })
    expect(await objects.checkpoint()).toEqual(checkpoint)
    // The parts that it left are those of the same leaves: they are in nobody's way.
    await first.publish(leavesFrom(50, 100))
    await first.publish(leavesFrom(100, 300))
    expect((await soundHead(objects)).size).toBe(300)
  })

  it('whose parts come after the other discarded his of the same names signs nothing', async () => {
    const objects = memoryObjects()
    const first = await open(objects)
    const { held, reached, release } = gated(objects, 'write')
    const signed: string[] = []
    const second = await open(held, { signers: [recordingKey(signed)] })
    const late = second.publish(leavesFrom(0, 100, 1))
    await reached
    await first.publish(leavesFrom(0, 100))
    await first.publish(leavesFrom(100, 300))
    release()
    await expect(late).rejects.toMatchObject({ code: 'LOG_FENCED' })
    expect(signed).toEqual([])
    expect((await soundHead(objects)).size).toBe(300)
  })

  it.each([
    ['LOG_FENCED', 'sees who has it now', 0],
    ['AUDIT_UNAVAILABLE', 'cannot see who has it now', 1],
  ])('whose parts the other discards while it opens the log: %s where it %s', async (code, _, seen) => {
    const objects = memoryObjects()
    const first = await publishTo(objects, 10)
    let left = seen || Number.POSITIVE_INFINITY
    const late: Objects = {
      ...objects,
      async read(name) {
        if (first.head().size === 10) await first.publish(leavesFrom(10, 300))
        return objects.read(name)
      },
      async checkpoint() {
        if (left-- > 0) return objects.checkpoint()
        throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
      },
    }
    await expect(open(late)).rejects.toMatchObject({ code })
  })

  it.each([0, 1])(
    'never sign one size twice with different roots, nor swap in a smaller one (%i)',
    async (variety) => {
      const chance = chanceOf(11 + variety)
      for (let world = 0; world < 60; world++) {
        const objects = slowly(memoryObjects(), chance)
        const signed: string[] = []
        const sizes: number[] = []
        const swapped: Objects = {
          ...objects,
          async swap(last, next) {
            const done = await objects.swap(last, next)
            if (done) sizes.push(readCheckpoint(next, key)!.size)
            return done
          },
        }
        const more = { signers: [recordingKey(signed)] as const }
        const codes = await Promise.all([0, variety].map((leaves) => live(swapped, more, leaves, chance)))
        const died = codes.filter((code) => code !== null)
        // With the same leaves one goes on. Who has other leaves leaves parts behind that stop the first as well.
        if (variety === 0) expect(died.length, `world ${world}`).toBeLessThanOrEqual(1)
        for (const code of died)
          expect(variety === 0 ? ['LOG_FENCED'] : ['LOG_FENCED', 'LOG_DAMAGED']).toContain(code)
        const roots = new Map<string, string>()
        for (const text of signed) {
          const [, size, root] = text.split('\n')
          expect(roots.get(size!) ?? root).toBe(root)
          roots.set(size!, root!)
        }
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
        await checkLog(objects, readCheckpoint((await objects.checkpoint())!, key)!)
      }
    },
  )
})

/** Holds one kind of call back: `reached` when it is made, done once `release` is called. */
function gated(objects: Objects, call: 'swap' | 'write') {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const wait = async () => {
    reach()
    await released
  }
  const held: Objects =
    call === 'swap'
      ? { ...objects, swap: (last, next) => wait().then(() => objects.swap(last, next)) }
      : { ...objects, write: (parts) => wait().then(() => objects.write(parts)) }
  return { held, reached, release }
}

/** Publishes a few batches; the code of the fault that ended it, or null. */
async function live(
  objects: Objects,
  more: { signers: readonly [ReturnType<typeof recordingKey>] },
  variety: number,
  chance: ReturnType<typeof chanceOf>,
): Promise<string | null> {
  try {
    const publisher = await open(objects, more)
    for (let batch = 0; batch < 4; batch++) {
      const { size } = publisher.head()
      await publisher.publish(leavesFrom(size, size + chance.one([1, 100, 256, 300]), variety))
    }
    return null
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** Each call takes some turns, so that two publishers come between one another in ever new ways. */
function slowly(objects: Objects, chance: ReturnType<typeof chanceOf>): Objects {
  const turns = async () => {
    for (let left = chance.below(6); left > 0; left--) await new Promise(setImmediate)
  }
  const slow =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await turns()
      const result = await call(...args)
      await turns()
      return result
    }
  return {
    read: slow(objects.read),
    write: slow(objects.write),
    checkpoint: slow(objects.checkpoint),
    swap: slow(objects.swap),
    discard: slow(objects.discard),
    close: objects.close,
  }
}

import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import type { Objects } from '../../../../server/audit/tree/objects.ts'
import { type Chance, chanceOf } from '../../../laws/chance.ts'
import { open, plainMemory, recordingKey, soundHead } from './fixture.ts'
import { type Held, type Hurt, memoryObjects, mortalObjects } from './memory-objects.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'
import { weakDisk } from './weak-disk.ts'

/** How often each n is tried on the weak disk, each time with other luck. */
const TRIES = Number(process.env.PORTOLAN_TREE_TRIES ?? 2)
/** Sizes after each batch: a bundle fills, a batch fills two, a level begins, an edge moves by one. */
const SIZES = [1, 40, 256, 257, 700, 768, 800]

type Life = { signed: string[]; memory: ReturnType<typeof plainMemory>; acknowledged: number }

/** Publishes all batches that are not there yet; what dies on the way is thrown. */
async function live(objects: Objects, life: Life): Promise<void> {
  const publisher = await open(objects, {
    signers: [recordingKey(life.signed)],
    memory: life.memory,
    whole: true,
  })
  expect(publisher.head().size, 'what was acknowledged').toBeGreaterThanOrEqual(life.acknowledged)
  life.acknowledged = publisher.head().size
  for (const size of SIZES) {
    const at = publisher.head().size
    if (size > at) await publisher.publish(leavesFrom(at, size))
    life.acknowledged = publisher.head().size
  }
}

/** Every checkpoint that ever was signed is the one of the leaves, so none contradicts another. */
function expectReproducible(signed: string[]): void {
  for (const text of new Set(signed)) {
    const [, size, root] = text.split('\n')
    expect(root, `size ${size}`).toBe(naiveRootOf(Number(size)).toString('base64'))
  }
}

const newLife = (): Life => ({ signed: [], memory: plainMemory(), acknowledged: 0 })

describe('a log whose storage dies at the n-th call', () => {
  it.each<Hurt>(['BEFORE', 'AFTER', 'PART'])(
    '%s its work, for all n, goes on with a fresh publisher',
    async (how) => {
      for (let n = 1; ; n++) {
        const held: Held = new Map()
        const life = newLife()
        const { objects, state } = mortalObjects(memoryObjects(held), n, how)
        const outcome = await live(objects, life).catch((error) => error)
        if (!state.dead) {
          expect(outcome).toBeUndefined()
          expect(n).toBeGreaterThan(20)
          return
        }
        // A part of no account may be lost without a word.
        if (outcome) expect(outcome, `n = ${n}`).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
        await live(memoryObjects(held), life)
        expect((await soundHead(memoryObjects(held))).size).toBe(SIZES.at(-1))
        expectReproducible(life.signed)
      }
    },
  )
})

describe('a log in a directory whose disk dies in the midst of the n-th change', () => {
  it.each([
    ['the process alone', false],
    ['power and all', true],
  ])('for all n, goes on: %s', async (_, power) => {
    let died = 0
    for (let n = 1, alive = false; !alive; n++)
      for (let luck = 0; luck < TRIES && !alive; luck++) {
        const chance = chanceOf(n * 1_000 + luck)
        alive = !(await dieAndGoOn(n, power, chance))
        died += alive ? 0 : 1
      }
    expect(died).toBeGreaterThan(200)
  })
})

/** One life that ends at the n-th change, two that end somewhere later, one that comes to its end. False when n was never reached. */
async function dieAndGoOn(n: number, power: boolean, chance: Chance): Promise<boolean> {
  const disk = weakDisk(chance)
  const life = newLife()
  const start = () => openDirectory('/log', { files: disk.files, lock: async () => ({ release() {} }) })
  disk.state.dieAt = n
  const first = await start()
    .then((objects) => live(objects, life))
    .catch((error) => error)
  if (!disk.state.dead) return false
  for (const later of [1 + chance.below(8), 1 + chance.below(30), Number.POSITIVE_INFINITY]) {
    // Not always: what a killed process left may go with the power after the next one has told of it.
    if (power && chance.in(2, 3)) disk.cutPower()
    disk.revive()
    disk.state.dieAt = disk.state.calls + later
    const outcome = await start()
      .then((objects) => live(objects, life))
      .catch((error) => error)
    const what = `change ${n}, then ${later}, after ${first}`
    if (!disk.state.dead) expect(outcome, what).toBeUndefined()
    else if (outcome && outcome.code !== 'EIO')
      expect(outcome, what).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  }
  expect((await soundHead(await start())).size).toBe(SIZES.at(-1))
  expectReproducible(life.signed)
  return true
}

import { describe, expect, it } from 'vitest'
import type { Shelf } from '../../../server/audit/storage.ts'
import {
  beforeOf,
  type Disk,
  erase,
  everything,
  expectWhole,
  indexes,
  isHeld,
  NAMED,
  NOON,
  open,
  written,
} from './erasing.ts'
import { aicha, dyingShelf, fullShelf, question } from './fixture.ts'

// What a crash leaves of an erasure, at each call that writes.

describe('a crash in the midst of an erasure', () => {
  it.each([
    ['process', (length: number) => length >> 1],
    ['process', () => 7],
    ['process', () => 8],
    ['process', () => 142],
    ['process', () => 200],
    ['process', (length: number) => length - 1],
    ['power', (length: number) => length >> 1],
  ] as const)(
    'leaves a %s to begin again with all of it erased, or none, whichever call was the last',
    async (lost, torn) => {
      const { log, list } = await written()
      const before = beforeOf(log)
      let [dieAt, finished, erasures] = [1, false, 0]
      for (; !finished; dieAt++) {
        // One count of calls for both places.
        const disk = dyingShelf(dieAt, new Map([...log.files, ...prefixed(list.files)]), torn)
        const places = { log: within(disk, ''), list: within(disk, LIST) }
        let acknowledged = false
        try {
          const audit = await open(places.log.shelf, places.list.shelf)
          acknowledged = (await erase(audit)).length === NAMED.length
          await audit.close()
          finished = true
        } catch (error) {
          expect(error).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
        }
        disk.heal(lost)
        const isErased = await expectWhole(places.log, places.list, before)
        if (acknowledged) expect(isErased).toBe(true)
        if (isErased) erasures += 1
      }
      // It was cut short on both sides of the point of no return.
      expect(erasures).toBeGreaterThan(5)
      expect(erasures).toBeLessThan(dieAt - 5)
    },
  )

  it('takes back nothing of one that was answered, also where the power fails', async () => {
    const { log, list } = await written()
    const { details } = beforeOf(log)
    const audit = await open(log.shelf, list.shelf)
    await erase(audit)
    log.heal('power')
    for (const secret of details.values()) expect(isHeld(log.files, secret)).toBe(false)
    await audit.close()
  })

  it('takes nothing more where the storage fails while it erases, until it is opened anew', async () => {
    const { log, list } = await written()
    const before = beforeOf(log)
    const failing: Shelf = {
      ...log.shelf,
      open: async (name) => ({
        ...(await log.shelf.open(name)),
        overwrite: () => Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' })),
      }),
    }
    const audit = await open(failing, list.shelf)
    await expect(erase(audit)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    await expect(audit.asked(question(aicha, NOON))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    // What is on record as erased is shown to nobody, though it stands.
    expect(indexes((await everything(audit)).erased)).toEqual(NAMED)
    await audit.close()
    expect(await expectWhole(log, list, before)).toBe(true)
  })

  it('has erased nothing where there is no room for the list', async () => {
    const { log } = await written()
    const { shelf, room } = fullShelf()
    room.left = 100
    const audit = await open(log.shelf, shelf)
    await expect(erase(audit)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    expect((await everything(audit)).erased).toEqual([])
    room.left = Number.POSITIVE_INFINITY
    expect(await erase(audit)).toHaveLength(NAMED.length)
    await audit.close()
  })
})

const LIST = 'list/'
const prefixed = (files: ReadonlyMap<string, Buffer>) =>
  [...files].map(([name, bytes]): [string, Buffer] => [LIST + name, bytes])

/** A part of a disk, as a disk. */
function within(disk: Disk, prefix: string): Disk {
  const isIn = (name: string) => (prefix === '' ? !name.startsWith(LIST) : name.startsWith(prefix))
  return {
    ...disk,
    get files() {
      return new Map(
        [...disk.files]
          .filter(([name]) => isIn(name))
          .map(([name, bytes]) => [name.slice(prefix.length), bytes]),
      )
    },
    shelf: {
      names: async () => (await disk.shelf.names()).filter(isIn).map((name) => name.slice(prefix.length)),
      open: (name) => disk.shelf.open(prefix + name),
      replace: (name, bytes) => disk.shelf.replace(prefix + name, bytes),
    },
  }
}

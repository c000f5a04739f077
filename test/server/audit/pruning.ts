import { expect } from 'vitest'
import { openPeriods, type Reading, readRecords } from '../../../clients/core/audit.ts'
import { decodeLeaf } from '../../../schema/wire/audit-leaf.ts'
import { markIn } from '../../../schema/wire/audit-pruning.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import type { Shelf } from '../../../server/audit/storage.ts'
import { type Disk, healthy, leavesOf, patient } from './erasing.ts'
import { aicha, converse, newAuditor } from './fixture.ts'

// A small log with old records, and what must be true of it once they are pruned.

export const YEAR = 365 * 86_400_000
export const OLD = Date.UTC(2026, 2, 3, 12, 10)
export const YOUNG = OLD + 4 * YEAR
const SEGMENT = 8
export const niger = await newAuditor('ne-hacpd')

export const open = (store: Shelf, erased: Shelf, now = YOUNG) =>
  openAudit({
    ...{ store, erased, clock: () => now, segmentLeaves: SEGMENT, timer: patient },
    auditorsOf: () => [niger.armored],
  })

/** Two segments of long ago; one that begins then, and ends today under keys that the last goes on with. */
export async function written(): Promise<{ log: Disk; list: Disk }> {
  const [log, list] = [healthy(), healthy()]
  for (const [now, count] of [
    [OLD, 3],
    [OLD, 4],
    [OLD + YEAR, 1],
    [YOUNG, 3],
  ] as const) {
    const audit = await open(log.shelf, list.shelf, now)
    await converse(audit, aicha, now, count)
    await audit.close()
  }
  return { log, list }
}

export async function read(audit: Audit, from = 0): Promise<Reading> {
  const periods = await audit.periods('NE', from, YOUNG + YEAR)
  const asked = { periods: periods.map(({ id }) => ({ id, all: [] })), from, to: YOUNG + 1, first: 200 }
  return readRecords((await audit.search('NE', asked)).records, await openPeriods(periods, niger.privateKey))
}
/** How much of each segment's details there is, without the room that was made ready. */
export const sizes = ({ files }: Disk) =>
  [...files]
    .filter(([name]) => name.endsWith('.details'))
    .sort()
    .map(([, bytes]) => bytes.findLastIndex((byte) => byte !== 0) + 1)
export const BEFORE = YOUNG - 2 * YEAR

/** Either nothing is gone, or all that was named, and then on record. */
export async function expectWhole(log: Disk, list: Disk, leaves: Buffer): Promise<boolean> {
  const audit = await open(log.shelf, list.shelf)
  const { records, pruned, unread } = await read(audit)
  expect(unread).toEqual([])
  const isPruned = pruned !== null
  expect(
    sizes(log)
      .slice(0, 2)
      .map((size) => size === 0),
  ).toEqual([isPruned, isPruned])
  if (pruned) {
    expect(pruned.pruning).toMatchObject({ from: 16, before: BEFORE, order: 7 })
    expect(decodeLeaf(pruned.leaf)).toMatchObject({ kind: 'PRUNED', index: pruned.index })
    // Its leaf says it to everybody.
    expect(markIn(decodeLeaf(pruned.leaf))).toEqual({ from: 16, before: BEFORE })
  }
  expect(records[0]!.index).toBe(isPruned ? 17 : 1)
  await audit.close()
  expect(leavesOf(log.files).subarray(0, leaves.length).equals(leaves)).toBe(true)
  return isPruned
}

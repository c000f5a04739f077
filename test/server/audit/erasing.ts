import { expect } from 'vitest'
import { openPeriods, type Reading, readRecords } from '../../../clients/core/audit.ts'
import { decodeHeader, FRAME_HEADER, frameSize } from '../../../schema/wire/audit-frame.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import type { Timer } from '../../../server/audit/sequencer.ts'
import type { Shelf } from '../../../server/audit/storage.ts'
import { aicha, converse, dyingShelf, moussa, newAuditor } from './fixture.ts'

// A small log whose records are erased, and what must be true of it.

export const NOON = Date.UTC(2026, 2, 3, 12, 10)
const SEGMENT = 8
const niger = await newAuditor('ne-hacpd')
const mali = await newAuditor('ml-apdp')

/** Nothing here is about how long anything takes. */
export const patient: Timer = () => () => {}

export const open = (store: Shelf, erased: Shelf) =>
  openAudit({
    ...{ store, erased, clock: () => NOON, segmentLeaves: SEGMENT, timer: patient },
    auditorsOf: (country) => [country === 'NE' ? niger.armored : mali.armored],
  })
export type Disk = ReturnType<typeof dyingShelf>
export const healthy = (before?: ReadonlyMap<string, Buffer>) => dyingShelf(Number.POSITIVE_INFINITY, before)
export const REASON = 'SUBJECT_REQUEST' as const

/** Records 0 to 9 in two segments: aicha's keys, her three questions with their answers; moussa's keys, his question and answer. */
export async function written(): Promise<{ log: Disk; list: Disk }> {
  const [log, list] = [healthy(), healthy()]
  const audit = await open(log.shelf, list.shelf)
  await converse(audit, aicha, NOON, 3)
  await converse(audit, moussa, NOON, 1)
  await audit.close()
  return { log, list }
}

export async function everything(audit: Audit, country = 'NE', key = niger.privateKey): Promise<Reading> {
  const periods = await audit.periods(country, 0, Number.MAX_SAFE_INTEGER)
  const asked = { periods: periods.map(({ id }) => ({ id, all: [] })), from: 0, to: NOON + 1, first: 200 }
  return readRecords((await audit.search(country, asked)).records, await openPeriods(periods, key))
}
export const indexes = (some: readonly { index: number }[]) => some.map(({ index }) => index)

/** Salt, sealed text and search tokens of a record as they lie on the disk. */
export function detailOf(
  files: ReadonlyMap<string, Buffer>,
  index: number,
): { sealed: Buffer; whole: Buffer } {
  for (const [name, bytes] of files)
    if (name.endsWith('.details'))
      for (let at = 0; at < bytes.length; ) {
        const header = decodeHeader(bytes, at)!
        const size = frameSize(header.bodyLength, header.tokens)
        const whole = Buffer.from(bytes.subarray(at + FRAME_HEADER, at + size - 4))
        if (header.index === index) return { whole, sealed: whole.subarray(0, header.bodyLength) }
        at += size
      }
  throw new Error(`expected record ${index}`)
}
/** Whether any 16 octets in a row of it are in a file. */
export function isHeld(files: ReadonlyMap<string, Buffer>, secret: Buffer): boolean {
  for (let at = 0; at + 16 <= secret.length; at += 16)
    for (const bytes of files.values()) if (bytes.includes(secret.subarray(at, at + 16))) return true
  return false
}
export const leavesOf = (files: ReadonlyMap<string, Buffer>) =>
  Buffer.concat(
    [...files]
      .filter(([name]) => name.endsWith('.leaves'))
      .sort()
      .map(([, bytes]) => bytes),
  )

/** Everything as it must be after a start: each record as it was, or erased and on record; nothing of a detail that is erased. */
export async function expectWhole(log: Disk, list: Disk, before: Before): Promise<boolean> {
  const audit = await open(log.shelf, list.shelf)
  const { records, erased, unread } = await everything(audit)
  const [read, gone] = [indexes(records), indexes(erased)]
  expect(unread).toEqual([])
  expect([...read, ...gone].filter((index) => index < before.size).sort((a, b) => a - b)).toEqual(before.own)
  // All that one order names, or nothing.
  expect([[], before.named]).toContainEqual(gone)
  for (const index of gone) expect(isHeld(log.files, before.details.get(index)!)).toBe(false)
  await audit.close()
  expect(leavesOf(log.files).subarray(0, before.leaves.length).equals(before.leaves)).toBe(true)
  return gone.length > 0
}

export type Before = {
  size: number
  own: number[]
  named: number[]
  leaves: Buffer
  details: Map<number, Buffer>
}
/** Over two segments, of which one has its index file. */
export const NAMED = [2, 5, 6]
export function beforeOf({ files }: Disk): Before {
  const details = new Map(NAMED.map((index) => [index, detailOf(files, index).sealed]))
  return { size: 10, own: [1, 2, 3, 4, 5, 6], named: NAMED, leaves: leavesOf(files), details }
}
export const erase = (audit: Audit) => audit.erase('NE', { records: NAMED, reason: REASON }, 9_999)

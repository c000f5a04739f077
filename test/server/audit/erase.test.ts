import { describe, expect, it } from 'vitest'
import { readRecords } from '../../../clients/core/audit.ts'
import { type AuditRecord, receiptKeyOf } from '../../../schema/wire/audit.ts'
import { isSigned } from '../../../schema/wire/audit-erasure.ts'
import { decodeHeader, erasedFrame, leafOf, putTrailer } from '../../../schema/wire/audit-frame.ts'
import { decodeLeaf, leafHash } from '../../../schema/wire/audit-leaf.ts'
import { detailOf, everything, indexes, isHeld, leavesOf, NOON, open, REASON, written } from './erasing.ts'
import { aicha, question } from './fixture.ts'

// What is left of a record whose detail is erased, on the disk and for whoever reads.

describe('an erasure', () => {
  it('leaves neither salt nor detail nor search token, and each leaf as it was', async () => {
    const { log, list } = await written()
    const [secret, other] = [detailOf(log.files, 3).sealed, detailOf(log.files, 4).sealed]
    const leaves = leavesOf(log.files)
    const audit = await open(log.shelf, list.shelf)
    const ordered = await audit.asked(question(aicha, NOON))
    const done = await audit.erase('NE', { records: [3], reason: REASON }, ordered.index)
    expect(done).toEqual([{ index: 3, by: ordered.index + 1 }])
    expect(isHeld(log.files, secret)).toBe(false)
    expect(isHeld(list.files, secret)).toBe(false)
    expect(isHeld(log.files, other)).toBe(true)
    // A token of the same caller stands in his other records.
    expect(
      detailOf(log.files, 3)
        .whole.subarray(32)
        .every((octet) => octet === 0),
    ).toBe(true)
    await audit.close()
    expect(leavesOf(log.files).subarray(0, leaves.length).equals(leaves)).toBe(true)
  })

  it('is shown to the auditor with the record of it, signed and in the tree, before and after a restart', async () => {
    const { log, list } = await written()
    let audit = await open(log.shelf, list.shelf)
    const ordered = await audit.asked(question(aicha, NOON))
    await audit.erase('NE', { records: [3, 2], reason: REASON }, ordered.index)
    for (const again of [false, true]) {
      const { records, erased, unread } = await everything(audit)
      expect([indexes(records).slice(0, 4), indexes(erased), unread]).toEqual([[1, 4, 5, 6], [2, 3], []])
      for (const { index, leaf, by } of erased) {
        expect(decodeLeaf(leaf)).toMatchObject({ index })
        expect(by.erasure).toMatchObject({ order: ordered.index, reason: REASON })
        expect(by.erasure.records).toContainEqual({ index, leaf: leafHash(leaf).toString('hex') })
        expect(decodeLeaf(by.leaf)).toMatchObject({ kind: 'ERASED', index: by.index })
        if (!again) expect(isSigned(by.erasure, receiptKeyOf(audit.receiptKey))).toBe(true)
        expect(isSigned({ ...by.erasure, order: 0 }, receiptKeyOf(audit.receiptKey))).toBe(false)
      }
      await audit.close()
      audit = await open(log.shelf, list.shelf)
    }
    await audit.close()
  })

  it('is shown whatever is looked for, for nobody can tell whose it was', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await audit.erase('NE', { records: [3], reason: REASON }, 9_999)
    const [period] = await audit.periods('NE', 0, Number.MAX_SAFE_INTEGER)
    const all = [[Buffer.alloc(16, 7).toString('base64')]]
    const page = await audit.search('NE', { periods: [{ id: period!.id, all }], from: 0, to: NOON + 1 })
    expect(page.records.map(({ frame }) => decodeHeader(Buffer.from(frame, 'base64'))!.kind)).toEqual([
      ...['ASKED', 'ERASED'],
    ])
    await audit.close()
  })

  it('that is ordered twice is on record once', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    const first = await audit.erase('NE', { records: [3], reason: REASON }, 9_999)
    const [one, two] = await Promise.all([
      audit.erase('NE', { records: [3, 4], reason: REASON }, 9_998),
      audit.erase('NE', { records: [4, 3], reason: REASON }, 9_997),
    ])
    expect([one, two].map((done) => done.find(({ index }) => index === 3))).toEqual([first[0], first[0]])
    expect(one.find(({ index }) => index === 4)).toEqual(two.find(({ index }) => index === 4))
    await audit.close()
  })

  it.each([
    ['of another state', [3, 9]],
    ['that is not there', [3, 7_000]],
    ['that holds keys', [3, 0]],
    ['that orders it', [3, 5]],
  ])('of a record %s is refused whole, as if it were not there', async (_, records) => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await expect(audit.erase('NE', { records, reason: REASON }, 5)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'expected records with a detail of callers of your state, got others',
    })
    expect((await everything(audit)).erased).toEqual([])
    await audit.close()
  })

  it('of an answer does not open its question again, nor that of an interruption', async () => {
    const { log, list } = await written()
    let audit = await open(log.shelf, list.shelf)
    await audit.asked(question(aicha, NOON))
    await audit.close()
    audit = await open(log.shelf, list.shelf)
    const closed = (await everything(audit)).records.find(({ detail }) => detail.kind === 'INTERRUPTED')!
    await audit.erase('NE', { records: [4, closed.index], reason: REASON }, 9_999)
    await audit.close()
    audit = await open(log.shelf, list.shelf)
    const { records, erased } = await everything(audit)
    expect(indexes(erased)).toEqual([4, closed.index])
    expect(records.filter(({ detail }) => detail.kind === 'INTERRUPTED')).toEqual([])
    await audit.close()
  })
})

describe('an auditor who is shown a record as erased', () => {
  it.each([
    ['no record of the erasure', (page: AuditRecord[]) => page.slice(0, 1)],
    ['another leaf at its index', (page: AuditRecord[]) => [ofAnother(page[0]!), page[1]!]],
    ['one of another erasure', (page: AuditRecord[]) => [page[0]!, page[3]!]],
    [
      'something left of the detail',
      (page: AuditRecord[]) => [{ ...page[0]!, frame: withOctet(page[0]!.frame) }, page[1]!],
    ],
  ])('does not believe it by %s', async (_, cheat) => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await audit.erase('NE', { records: [3], reason: REASON }, 9_999)
    await audit.erase('NE', { records: [4], reason: REASON }, 9_998)
    const [period] = await audit.periods('NE', 0, Number.MAX_SAFE_INTEGER)
    const all = [[Buffer.alloc(16, 7).toString('base64')]]
    const page = await audit.search('NE', { periods: [{ id: period!.id, all }], from: 0, to: NOON + 1 })
    expect(readRecords(page.records, []).erased).toHaveLength(2)
    expect(() => readRecords(cheat(page.records), [])).toThrow(expect.objectContaining({ code: 'SEAL' }))
    await audit.close()
  })

  function ofAnother({ index, frame }: AuditRecord): AuditRecord {
    const header = decodeHeader(Buffer.from(frame, 'base64'))!
    const other = erasedFrame(header, Buffer.alloc(32, 7))
    return { index, leaf: leafOf(header, other).toString('base64'), frame: other.toString('base64') }
  }

  function withOctet(base64: string): string {
    const frame = Buffer.from(base64, 'base64')
    frame[frame.length - 10] = 1
    putTrailer(frame)
    return frame.toString('base64')
  }
})

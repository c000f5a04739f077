import { describe, expect, it } from 'vitest'
import { decodeHeader, erasedOf, frameSize, putTrailer } from '../../../schema/wire/audit-frame.ts'
import {
  beforeOf,
  erase,
  everything,
  expectWhole,
  healthy,
  indexes,
  leavesOf,
  NOON,
  open,
  REASON,
  written,
} from './erasing.ts'
import { aicha, converse } from './fixture.ts'

// What was erased stays so where a copy is put back; and what no erasure explains is damage.

/** A log of which records were erased, and its details as they had been. */
async function erased() {
  const { log, list } = await written()
  const before = beforeOf(log)
  const first = log.files.get('00000000.details')!
  const audit = await open(log.shelf, list.shelf)
  await erase(audit)
  await audit.close()
  return { log, list, before, first }
}

describe('a copy from before an erasure', () => {
  it('is erased again at the start, on record', async () => {
    const { log, list } = await written()
    const before = beforeOf(log)
    const copy = new Map(log.files)
    const audit = await open(log.shelf, list.shelf)
    await erase(audit)
    await audit.close()
    const back = healthy(copy)
    expect(await expectWhole(back, list, before)).toBe(true)
    // And stays so without anything more being recorded.
    const size = leavesOf(back.files).length
    expect(await expectWhole(back, list, before)).toBe(true)
    expect(leavesOf(back.files).length).toBe(size)
  })

  it('of its details only, is erased again without another record', async () => {
    const { log, list, before, first } = await erased()
    const size = leavesOf(log.files).length
    log.files.set('00000000.details', first)
    expect(await expectWhole(log, list, before)).toBe(true)
    expect(leavesOf(log.files).length).toBe(size)
  })

  it('is erased again by what the log says, where the list is lost', async () => {
    const { log, before, first } = await erased()
    log.files.set('00000000.details', first)
    const made = healthy()
    expect(await expectWhole(log, made, before)).toBe(true)
    expect([...made.files.keys()]).toEqual(['erased-records'])
  })

  it('in which another record has taken the place of one that was erased, keeps that', async () => {
    const [log, list] = [healthy(), healthy()]
    let audit = await open(log.shelf, list.shelf)
    const copy = new Map(log.files)
    await converse(audit, aicha, NOON, 3)
    await erase(audit)
    await audit.close()
    const back = healthy(copy)
    audit = await open(back.shelf, list.shelf)
    await converse(audit, aicha, NOON, 3)
    await audit.close()
    audit = await open(back.shelf, list.shelf)
    const { records, erased } = await everything(audit)
    expect([indexes(records), erased]).toEqual([[1, 2, 3, 4, 5, 6], []])
    await audit.close()
  })
})

describe('damage that no erasure explains', () => {
  /** Changes a frame in its place, with a good checksum. */
  function forge(files: Map<string, Buffer>, index: number, change: (frame: Buffer) => Buffer): void {
    for (const [name, bytes] of files)
      for (let at = 0; name.endsWith('.details') && at < bytes.length; ) {
        const header = decodeHeader(bytes, at)!
        const size = frameSize(header.bodyLength, header.tokens)
        if (header.index === index) {
          const copy = Buffer.from(bytes)
          change(Buffer.from(bytes.subarray(at, at + size))).copy(copy, at)
          files.set(name, copy)
          return
        }
        at += size
      }
  }
  const emptied = (frame: Buffer) => erasedOf(decodeHeader(frame)!, frame)

  it.each([
    ['the last segment', 9],
    ['a full one without its index', 3],
  ])('is a detail that is gone from %s without a record of it', async (_, index) => {
    const { log, list } = await written()
    forge(log.files, index, emptied)
    log.files.delete('00000000.index')
    await expect(open(log.shelf, list.shelf)).rejects.toMatchObject({
      ...{ code: 'AUDIT_UNAVAILABLE' },
      message: `expected record ${index} to hold its detail or a record of its erasure, got damage`,
    })
  })

  it('is the same in a full segment that is not read through, as soon as anybody reads', async () => {
    const { log, list } = await written()
    forge(log.files, 3, emptied)
    const audit = await open(log.shelf, list.shelf)
    await expect(everything(audit)).rejects.toMatchObject({
      message: 'expected record 3 to hold its detail or a record of its erasure, got damage',
    })
    await audit.close()
  })

  it('is something left in what is said to be erased', async () => {
    const { log, list } = await written()
    forge(log.files, 9, (frame) => {
      const left = emptied(frame)
      left[left.length - 10] = 1
      putTrailer(left)
      return left
    })
    await expect(open(log.shelf, list.shelf)).rejects.toMatchObject({
      message: 'expected record 9 to hold nothing of a detail that was erased, got damage',
    })
  })

  it('is a header that no erasure has touched, also where one was cut short', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await audit.erase('NE', { records: [3], reason: REASON }, 9_999)
    await audit.close()
    log.files.delete('00000000.index')
    forge(log.files, 3, (frame) => {
      frame[20]! ^= 1
      return frame
    })
    await expect(open(log.shelf, list.shelf)).rejects.toMatchObject({
      message: 'expected record 3 to hold a whole record, got damage',
    })
  })
})

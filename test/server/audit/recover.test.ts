import { cpSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeHeader, FRAME_HEADER, frameSize } from '../../../schema/wire/audit-frame.ts'
import { decodeLeaf, LEAF_SIZE } from '../../../schema/wire/audit-leaf.ts'
import { openAudit } from '../../../server/audit/log.ts'
import { aicha, answer, converse, newAuditor, question } from './fixture.ts'
import { newHome } from './home.ts'

const NOON = Date.UTC(2026, 2, 3, 12, 10)
const LEAVES = '00000000.leaves'
const DETAILS = '00000000.details'
let auditorsOf: () => string[]
/** Records 0..6 one by one, then 7..9 in one group. */
let whole: string
let lastGroup: number

const open = (dir: string, segmentLeaves = 65_536) =>
  openAudit({ store: dir, clock: () => NOON, auditorsOf, segmentLeaves })

beforeAll(async () => {
  const { armored } = await newAuditor('ne')
  auditorsOf = () => [armored]
  whole = newHome()
  const audit = await open(whole)
  const opened = await converse(audit, aicha, NOON, 3)
  await Promise.all(opened.map((asked) => audit.answered(asked, answer)))
  await audit.close()
  lastGroup = frameEnds(readFileSync(join(whole, DETAILS)))[6]!
})

function copy(): string {
  const dir = newHome()
  cpSync(whole, dir, { recursive: true })
  return dir
}

const kinds = (dir: string, name = LEAVES) => {
  const bytes = readFileSync(join(dir, name))
  return Array.from(
    { length: bytes.length / LEAF_SIZE },
    (_, at) => decodeLeaf(bytes.subarray(at * LEAF_SIZE, (at + 1) * LEAF_SIZE))?.kind,
  )
}

/** Where each frame ends. */
function frameEnds(details: Buffer): number[] {
  const ends: number[] = []
  for (let at = 0; at < details.length; ends.push(at)) {
    const { bodyLength, tokens } = decodeHeader(details, at)!
    at += frameSize(bodyLength, tokens)
  }
  return ends
}

/** Zeros behind the end of a log are no part of it. */
const written = (bytes: Buffer) => bytes.findLastIndex((byte) => byte !== 0) + 1

/** The bodies in clear of RECOVERED records. */
function recovered(dir: string): unknown[] {
  const bytes = readFileSync(join(dir, DETAILS))
  const found: unknown[] = []
  for (let at = 0; at < bytes.length; ) {
    const header = decodeHeader(bytes, at)!
    const body = bytes.subarray(at + FRAME_HEADER, at + FRAME_HEADER + header.bodyLength)
    if (header.kind === 'RECOVERED') found.push(JSON.parse(body.toString()))
    at += frameSize(header.bodyLength, header.tokens)
  }
  return found
}

describe('leaves that a crash took', () => {
  const leavesOf = (dir: string) => readFileSync(join(dir, LEAVES))

  it('are made again from their details, wherever they end', async () => {
    for (let size = 0; size < 10 * LEAF_SIZE; size += 7) {
      const dir = copy()
      truncateSync(join(dir, LEAVES), size)
      await (await open(dir)).close()
      expect(leavesOf(dir).equals(leavesOf(whole))).toBe(true)
    }
  })

  it('are made again also where the disk had written later ones', async () => {
    const dir = copy()
    writeFileSync(join(dir, LEAVES), leavesOf(whole).fill(0, 2 * LEAF_SIZE, 5 * LEAF_SIZE))
    await (await open(dir)).close()
    expect(leavesOf(dir).equals(leavesOf(whole))).toBe(true)
  })
})

describe('a write that was cut short', () => {
  it('is cut off and counted, wherever in the last group the details end', async () => {
    const end = statSync(join(whole, DETAILS)).size
    const details = readFileSync(join(whole, DETAILS))
    const ends = frameEnds(details)
    // Every byte of the group's first record, where all kinds of field lie, then every 13th.
    const dense = ends.find((at) => at > lastGroup)!
    for (let size = lastGroup + 1; size < end; size += size < dense ? 1 : 13) {
      const dir = copy()
      truncateSync(join(dir, LEAVES), 7 * LEAF_SIZE)
      truncateSync(join(dir, DETAILS), size)
      await (await open(dir)).close()
      // What is whole stands, acknowledged or not; the rest never was.
      const kept = ends.filter((at) => at <= size)
      const torn = Math.max(written(details.subarray(0, size)) - kept.at(-1)!, 0)
      expect(kinds(dir)).toEqual([...kinds(whole).slice(0, kept.length), ...(torn ? ['RECOVERED'] : [])])
      expect(recovered(dir)).toEqual(torn ? [{ bytes: torn }] : [])
    }
  })

  it('is counted without the zeros behind it, and zeros alone are no write', async () => {
    const details = readFileSync(join(whole, DETAILS))
    for (const cut of [0, 1, 143, 144, 500]) {
      const dir = copy()
      truncateSync(join(dir, LEAVES), 7 * LEAF_SIZE)
      truncateSync(join(dir, DETAILS), lastGroup + cut)
      // The room that is made ready behind the end of a log, as a killed process leaves it.
      truncateSync(join(dir, DETAILS), lastGroup + (2 << 20) + 5_000)
      const bytes = written(details.subarray(0, lastGroup + cut)) - lastGroup
      await (await open(dir)).close()
      expect(recovered(dir)).toEqual(cut > 0 ? [{ bytes }] : [])
      expect(kinds(dir)).toEqual([...kinds(whole).slice(0, 7), ...(cut > 0 ? ['RECOVERED'] : [])])
    }
  })

  it('leaves no zeros in a full segment either', async () => {
    const dir = newHome()
    const audit = await open(dir, 4)
    await converse(audit, aicha, NOON, 3)
    await audit.close()
    const size = statSync(join(dir, DETAILS)).size
    truncateSync(join(dir, DETAILS), size + 5_000)
    await (await open(dir, 4)).close()
    expect(statSync(join(dir, DETAILS)).size).toBe(size)
    expect(recovered(dir)).toEqual([])
  })

  it.each([
    ['header', 0],
    ['sealed text', 400],
    ['trailer', -4],
  ])('may have left the %s of a record out, before others that the disk had written', async (_, at) => {
    const dir = copy()
    const details = readFileSync(join(dir, DETAILS))
    const [, eighth] = frameEnds(details).filter((end) => end > lastGroup)
    const ninth = frameEnds(details).find((end) => end > eighth!)!
    const from = at < 0 ? ninth + at : eighth! + at
    writeFileSync(join(dir, DETAILS), details.fill(0, from, Math.min(from + 512, ninth)))
    truncateSync(join(dir, LEAVES), 7 * LEAF_SIZE)
    await (await open(dir)).close()
    expect(recovered(dir)).toEqual([{ bytes: written(details) - eighth! }])
    expect(kinds(dir)).toEqual([...kinds(whole).slice(0, 9), 'RECOVERED'])
  })

  it('leaves a log that opens again without another RECOVERED', async () => {
    const dir = copy()
    truncateSync(join(dir, LEAVES), 9 * LEAF_SIZE)
    truncateSync(join(dir, DETAILS), statSync(join(whole, DETAILS)).size - 5)
    await (await open(dir)).close()
    await (await open(dir)).close()
    expect(recovered(dir)).toHaveLength(1)
  })
})

describe('damage that no crash explains', () => {
  const refuses = async (dir: string, message: string) =>
    expect(open(dir)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', message })

  function flip(dir: string, name: string, at: number): void {
    const bytes = readFileSync(join(dir, name))
    bytes[at]! ^= 1
    writeFileSync(join(dir, name), bytes)
  }

  it('is refused by the index of the record, whichever byte of a leaf was altered', async () => {
    for (let at = 3 * LEAF_SIZE; at < 4 * LEAF_SIZE; at++) {
      const dir = copy()
      flip(dir, LEAVES, at)
      await refuses(dir, 'expected record 3 to hold the leaf that its detail makes, got damage')
    }
  })

  it('is refused in the very last record too', async () => {
    const dir = copy()
    flip(dir, LEAVES, 10 * LEAF_SIZE - 1)
    await refuses(dir, 'expected record 9 to hold the leaf that its detail makes, got damage')
  })

  it('is refused in a detail, header or sealed text or tokens', async () => {
    const end = statSync(join(whole, DETAILS)).size
    for (const [at, message] of [
      [lastGroup + 10, 'expected record 7 to hold a whole record, got damage'],
      [lastGroup + 200, 'expected record 7 to hold a whole record, got damage'],
      [end - 1, 'expected record 9 to hold a whole record, got damage'],
    ] as const) {
      const dir = copy()
      flip(dir, DETAILS, at)
      await refuses(dir, message)
    }
  })

  it('is refused before a record that was written when it was durable, also where no leaf is left to tell', async () => {
    const ends = frameEnds(readFileSync(join(whole, DETAILS)))
    for (const at of [ends[2]! + 10, ends[2]! + 200, ends[3]! - 1]) {
      const dir = copy()
      truncateSync(join(dir, LEAVES), 0)
      flip(dir, DETAILS, at)
      await refuses(dir, 'expected record 3 to hold a whole record, got damage')
    }
  })

  it('is refused when details were cut away from under their leaves', async () => {
    const dir = copy()
    truncateSync(join(dir, DETAILS), lastGroup)
    await refuses(dir, 'expected record 7 to hold the detail of its leaf, got damage')
  })

  it('is refused when records were exchanged', async () => {
    const dir = copy()
    const bytes = readFileSync(join(dir, LEAVES))
    const third = Buffer.from(bytes.subarray(3 * LEAF_SIZE, 4 * LEAF_SIZE))
    bytes.copyWithin(3 * LEAF_SIZE, 5 * LEAF_SIZE, 6 * LEAF_SIZE)
    third.copy(bytes, 5 * LEAF_SIZE)
    writeFileSync(join(dir, LEAVES), bytes)
    await refuses(dir, 'expected record 3 to hold the leaf that its detail makes, got damage')
  })
})

describe('a question without an answer', () => {
  it('is closed as INTERRUPTED at the next start, once', async () => {
    const dir = newHome()
    const audit = await open(dir)
    await audit.asked(question(aicha, NOON))
    await audit.asked(question(aicha, NOON))
    await audit.close()
    await (await open(dir)).close()
    await (await open(dir)).close()
    expect(kinds(dir)).toEqual(['PERIOD', 'ASKED', 'ASKED', 'PERIOD', 'INTERRUPTED', 'INTERRUPTED'])
  })

  it('is closed also when it lies segments back and the index of one is gone', async () => {
    const dir = newHome()
    const audit = await open(dir, 4)
    await audit.asked(question(aicha, NOON))
    await converse(audit, aicha, NOON, 7)
    await audit.close()
    writeFileSync(join(dir, '00000001.index'), 'not an index')
    const again = await open(dir, 4)
    await again.close()
    expect(kinds(dir, '00000004.leaves').slice(0, 2)).toEqual(['PERIOD', 'INTERRUPTED'])
    expect(JSON.parse(readFileSync(join(dir, '00000001.index'), 'utf8'))).toMatchObject({ open: [[1, 0]] })
  })

  it('stays open over the events of a stream, until its end is on record', async () => {
    const dir = newHome()
    const audit = await open(dir, 4)
    const cut = await audit.asked(question(aicha, NOON))
    const ended = await audit.asked(question(aicha, NOON))
    for (const asked of [cut, ended, cut, ended]) await audit.answered(asked, { ...answer, more: true })
    await audit.answered(ended, answer)
    await audit.close()
    await (await open(dir, 4)).close()
    await (await open(dir, 4)).close()
    expect(kinds(dir, '00000002.leaves')).toEqual(['PERIOD', 'INTERRUPTED'])
  })

  it('refuses to open when a full segment lost records', async () => {
    const dir = newHome()
    const audit = await open(dir, 4)
    await converse(audit, aicha, NOON, 7)
    await audit.close()
    truncateSync(join(dir, '00000001.leaves'), 3 * LEAF_SIZE)
    await expect(open(dir, 4)).rejects.toMatchObject({ message: 'expected record 7, got nothing' })
  })
})

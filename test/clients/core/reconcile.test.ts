import { describe, expect, it } from 'vitest'
import { hiddenLeaves } from '../../../clients/core/hidden-leaves.ts'
import { matchLogs, type Promised, type PublishedLog } from '../../../clients/core/reconcile.ts'
import { searchToken } from '../../../schema/wire/audit.ts'
import { encodeLeaf, LEAF_SIZE } from '../../../schema/wire/audit-leaf.ts'

// What does not fit into a test's minute: half-years, thousands of records, another hour.

const AUGUST = Date.UTC(2016, 7, 1) / 60_000
const JUNE = Date.UTC(2016, 5, 30) / 60_000
const TOKEN = Buffer.alloc(32, 5)

function leafAt(index: number, minute = AUGUST, person = 'ne-dst.aicha'): Buffer {
  const bytes = Buffer.alloc(LEAF_SIZE)
  const callerTag = searchToken(TOKEN, 'caller', person)
  const commitment = Buffer.alloc(32, index)
  const spare = { link: Buffer.alloc(16), detailHash: Buffer.alloc(32, 1) }
  encodeLeaf(bytes, 0, { kind: 'ASKED', index, minute, callerTag, commitment, ...spare })
  return bytes
}
const promise = (index: number, minute = AUGUST): Promised => ({
  ...{ index, minute, kind: 'ASKED', bytes: leafAt(index, minute), at: minute * 60_000 },
  ...{ person: 'ne-dst.aicha', office: 'ne-dst' },
})

/** A log whose proofs hold, with what was read of it. */
function logOf(part: string, base: number, leaves: Buffer[]): PublishedLog & { read: number[] } {
  const read: number[] = []
  const entries = {
    async bundle(index: number) {
      read.push(index)
      return leaves.slice(index * 256, (index + 1) * 256)
    },
  }
  return { origin: `sahel.portolan/audit/${part}`, base, size: leaves.length, entries, read }
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const LATER = (AUGUST + 60) * 60_000

describe('promised leaves', () => {
  it('are found in the part of the log where they are, each bundle read once', async () => {
    const first = logOf(
      '2016h1',
      0,
      range(0, 700).map((i) => leafAt(i, JUNE)),
    )
    const second = logOf(
      '2016h2',
      700,
      range(700, 2_000).map((i) => leafAt(i)),
    )
    const promised = [
      ...range(500, 700).map((i) => promise(i, JUNE)),
      ...range(700, 1_500).map((i) => promise(i)),
    ]
    const match = await matchLogs(promised, [second, first], LATER)
    expect(match).toEqual({ matched: 1_000, pending: 0, elsewhere: 0, findings: [] })
    expect([first.read, second.read]).toEqual([
      [1, 2],
      [0, 1, 2, 3],
    ])
  })

  it('are elsewhere where the log of their half-year is not given, and missing where it is', async () => {
    const second = logOf(
      '2016h2',
      700,
      range(700, 800).map((i) => leafAt(i)),
    )
    const promised = [promise(3, JUNE), promise(699), promise(800), promise(750)]
    const { findings, ...match } = await matchLogs(promised, [second], LATER)
    expect(match).toEqual({ matched: 1, pending: 0, elsewhere: 1 })
    expect(findings).toMatchObject([
      { finding: 'LEAF_MISSING', index: 699 },
      { finding: 'LEAF_MISSING', index: 800 },
    ])
  })
})

describe('leaves that the auditors are not shown', () => {
  const period = { id: 0, country: 'NE', from: 0, to: 0, detail: TOKEN, token: TOKEN }
  const span = { from: AUGUST * 60_000, to: LATER }

  it('are those of their officers, in that time, and of nobody else', async () => {
    const leaves = range(0, 600).map((i) =>
      leafAt(i, i < 100 ? AUGUST - 1 : AUGUST, i % 2 ? 'ml-dnlt.moussa' : 'ne-dst.aicha'),
    )
    const log = logOf('2016h2', 0, leaves)
    const known = leaves.filter((_, i) => i !== 50 && i !== 300 && i !== 301)
    const options = { periods: [period], persons: ['ne-dst.aicha'], known, ...span }
    expect(await hiddenLeaves(log, options)).toMatchObject([{ finding: 'LEAF_HIDDEN', index: 300 }])
  })

  it('are looked for from the hours’ beginning to their end', async () => {
    const leaves = range(1_000, 9_000).map((i) => leafAt(i, i < 4_000 ? AUGUST : AUGUST + 600))
    const log = logOf('2016h2', 1_000, leaves)
    const options = { periods: [{ ...period, id: 2_100 }], persons: ['ne-dst.aicha'], known: leaves, ...span }
    expect(await hiddenLeaves(log, options)).toEqual([])
    expect(log.read).toEqual(range(4, 13))
  })
})

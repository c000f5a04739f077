import { z } from 'zod'
import { canonical, type Json, sha256 } from '../../../schema/wire/canonical.ts'
import { Octets32 } from '../../../schema/wire/match.ts'
import { OfficeCode } from '../../../schema/wire/principal.ts'
import type { Ordered } from './records.ts'

// Which commitments of a month an auditor has opened. Officers cannot know beforehand, for the draw goes by a seed that is
// drawn afterwards; and it can be drawn again, for the seed stands in the file.

const OrderId = z.string().regex(/^[A-Za-z0-9_-]{22}$/)

/** Least share of a month's commitments, in per cent. */
export const LEAST_SHARE = 1

/** One commitment that is to be opened. There is no selector on record. */
export const SampleEntry = z.strictObject({
  person: z.string().max(120),
  office: OfficeCode,
  case: z.string().max(80),
  order: OrderId,
  /** When it was permitted. */
  time: z.iso.datetime(),
  /** Which of the order's. */
  position: z.int().min(0),
  commitment: Octets32,
})
export type SampleEntry = z.infer<typeof SampleEntry>

export const Sample = z.strictObject({
  format: z.literal('portolan.match-sample.1'),
  instance: z.string().max(300),
  /** The office whose auditor drew it, and to which alone it is opened. */
  auditor: OfficeCode,
  country: z.string().length(2),
  month: z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/),
  /** Up to when the month was read: its end, unless it was not over. */
  until: z.iso.datetime(),
  made: z.iso.datetime(),
  /** In per cent. */
  share: z.number().min(LEAST_SHARE).max(100),
  /** 256 bits, drawn by the auditor: the draw follows from it and from the records. */
  seed: Octets32,
  /** Of how many orders and commitments it was drawn. */
  orders: z.int().min(0),
  commitments: z.int().min(0),
  /** Records of the state in the month that could not be opened, or were erased: what they held was not drawn from. */
  unread: z.int().min(0),
  erased: z.int().min(0),
  entries: z.array(SampleEntry),
})
export type Sample = z.infer<typeof Sample>

/** Every commitment of the orders, in the order of the log. */
export const entriesOf = (orders: readonly Ordered[]): SampleEntry[] =>
  orders.flatMap(({ at, order }) =>
    order.commitments.map((commitment, position) => ({
      person: order.person,
      office: order.office,
      case: order.case,
      order: order.id,
      time: new Date(at).toISOString(),
      position,
      commitment,
    })),
  )

/**
 * At least `share` per cent of the entries, and of each officer at least one: those whose hash with the seed is the lowest.
 * The same entries and seed give the same draw, in the order in which they came, whatever order they are in.
 */
export function draw(entries: readonly SampleEntry[], { seed, share }: Pick<Sample, 'seed' | 'share'>) {
  const ranked = entries.map((entry) => ({ entry, rank: rankOf(entry, seed) })).sort(byRank)
  // Of whole numbers, for a share such as 1.1 is none that a computer has exactly.
  const wanted = Math.ceil((entries.length * Math.round(share * 1_000)) / 100_000)
  const drawn = new Set(ranked.slice(0, wanted).map(({ entry }) => entry))
  const officers = new Set([...drawn].map(({ person }) => person))
  for (const { entry } of ranked) {
    if (officers.has(entry.person)) continue
    officers.add(entry.person)
    drawn.add(entry)
  }
  return entries.filter((entry) => drawn.has(entry))
}

const rankOf = ({ order, position, commitment }: SampleEntry, seed: string): string =>
  sha256(`portolan.match-draw.1\n${seed}\n${order}\n${position}\n${commitment}\n`).toString('hex')

const byRank = (left: { rank: string }, right: { rank: string }) => (left.rank < right.rank ? -1 : 1)

export type SampleFacts = Omit<Sample, 'format' | 'orders' | 'commitments' | 'entries'>

/** The sample of a month's orders. */
export function sampleOf(orders: readonly Ordered[], facts: SampleFacts): Sample {
  const entries = entriesOf(orders)
  const counts = { orders: orders.length, commitments: entries.length }
  return { format: 'portolan.match-sample.1', ...facts, ...counts, entries: draw(entries, facts) }
}

/** What one officer is handed: his own entries, and of no colleague's cases any. */
export const partOf = (sample: Sample, person: string): Sample => ({
  ...sample,
  entries: sample.entries.filter((entry) => entry.person === person),
})

/** Whether this sample is what its seed draws from these orders: another auditor's word that nothing was left out of it. */
export function isDrawn(sample: Sample, orders: readonly Ordered[]): boolean {
  const before = orders.filter(({ at }) => at < Date.parse(sample.until))
  const again = sampleOf(before, sample)
  const text = ({ orders: count, commitments, entries }: Sample) =>
    canonical({ count, commitments, entries } as Json)
  return text(again) === text(sample)
}

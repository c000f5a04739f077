import { z } from 'zod'
import type { ErasedRecord } from '../../schema/wire/audit-erasure.ts'
import type { FrameKind } from '../../schema/wire/audit-frame.ts'

/** Where a frame lies: byte offset and length in the details of a segment. */
export type Place = { segment: number; offset: number; length: number }

/** Of an erased record: the hash of its leaf in hex, and which record tells of it. */
export type ErasurePlace = Place & { leaf: string; by: number }

/** The last record of a pruning. */
export type PruningPlace = Place & { from: number; before: number }

export type PeriodPlace = Place & { id: number; country: string; from: number; to: number }

/** What the catalogue has to know of one record. */
export type Entry = {
  index: number
  kind: FrameKind
  /** One event of a stream: its question waits for the end. */
  more: boolean
  /** Something stands in the graph for its question. */
  changed: boolean
  /** Of one whose detail is erased: the hash of its leaf, in hex. */
  erased: string | null
  at: number
  period: number
  asked: number
  offset: number
  length: number
  /** Of a PERIOD record: whose, from when to when (ms). */
  opens?: { country: string; from: number; to: number }
  /** Of an ERASED record: what it names. */
  erases?: readonly ErasedRecord[]
  /** Of a PRUNED record: up to where, and until when. */
  prunes?: { from: number; before: number } | undefined
}

const Whole = z.int().min(0)
const PlaceShape = z.object({ segment: Whole, offset: Whole, length: Whole })

/** The catalogue's part about one full segment, kept beside it; made again from the segment when absent or outdated. */
export const SegmentIndex = z.object({
  detailBytes: Whole,
  latest: Whole,
  periods: z.array(PlaceShape.extend({ id: Whole, country: z.string(), from: z.number(), to: z.number() })),
  /** period, first byte, bytes */
  ranges: z.array(z.tuple([Whole, Whole, Whole])),
  interrupted: z.array(z.tuple([Whole, PlaceShape])),
  /** Asked and not yet answered when the segment was full: asked, period. */
  open: z.array(z.tuple([Whole, Whole])),
  /** The last question up to here that changed the graph. */
  changed: z.int().min(-1).default(-1),
  marks: z.array(z.tuple([Whole, Whole])).default([]),
  /** Records that were erased and the record of it, also where they lie in another segment. */
  erasures: z.array(z.tuple([Whole, PlaceShape.extend({ leaf: z.string(), by: Whole })])).default([]),
  /** The last record of a pruning up to here. */
  pruning: PlaceShape.extend({ from: Whole, before: Whole }).nullable().default(null),
})
export type SegmentIndex = z.infer<typeof SegmentIndex>

type SegmentNotes = {
  detailBytes: number
  latest: number
  ranges: Map<number, Place>
  /** Where every so-many-th record begins, so that whoever reads on need not begin at the beginning: index, byte. */
  marks: [number, number][]
}

const MARKED = 256

/**
 * What the log must find without reading itself through: where each period's keys and records lie, which questions
 * have no answer, and how recent each segment is. In memory; rebuilt on open from segment indexes and the last segment.
 */
export class Catalogue {
  readonly periods = new Map<number, PeriodPlace>()
  /** Asked without an answer: index → period. */
  readonly open = new Map<number, number>()
  /** Closed by the next start: index asked → the closing record. */
  readonly interrupted = new Map<number, Place>()
  /** The last question that is on record as having changed the graph. */
  changed = -1
  /** Erased on record: index → the record of it. */
  readonly erasures = new Map<number, ErasurePlace>()
  /** Records that were read and found without their detail: index → hash of the leaf. */
  readonly bare = new Map<number, string>()
  pruning: PruningPlace | null = null
  /** So many segments, from the first on, have no details any more. */
  pruned = 0
  readonly segments = new Map<number, SegmentNotes>()
  #ranges = new Map<number, Place[]>()

  /** Takes note of a durable record, whose offset counts from byte `base` of the segment's details. */
  note(segment: number, entry: Entry, base = 0): void {
    const notes = this.#notes(segment)
    const offset = base + entry.offset
    const end = offset + entry.length
    notes.detailBytes = Math.max(notes.detailBytes, end)
    notes.latest = Math.max(notes.latest, entry.at)
    if (entry.index % MARKED === 0) notes.marks.push([entry.index, offset])
    const range = notes.ranges.get(entry.period)
    if (range) range.length = end - range.offset
    else if (!OWN.has(entry.kind))
      this.#addRange(notes, entry.period, { segment, offset, length: entry.length })
    const place = { segment, offset, length: entry.length }
    if (entry.opens) this.periods.set(entry.index, { id: entry.index, ...entry.opens, ...place })
    if (entry.kind === 'ASKED') this.open.set(entry.index, entry.period)
    if (closes(entry)) this.open.delete(entry.asked)
    if (entry.changed) this.changed = Math.max(this.changed, entry.asked)
    if (entry.kind === 'INTERRUPTED') this.interrupted.set(entry.asked, place)
    if (entry.prunes) this.pruning = { ...place, from: entry.prunes.from, before: entry.prunes.before }
    if (entry.erased !== null) this.bare.set(entry.index, entry.erased)
    for (const { index, leaf } of entry.erases ?? [])
      this.erasures.set(index, { ...place, leaf, by: entry.index })
  }

  /** Whether a record of the erasure of this one is in the log: another may have stood at its index, where a log was put back. */
  isErased({ index, leaf }: ErasedRecord): boolean {
    return this.erasures.get(index)?.leaf === leaf
  }

  /** The byte ranges that hold a period's records, in log order; other states' records lie between. */
  rangesOf(period: number): readonly Place[] {
    return this.#ranges.get(period) ?? []
  }

  /** A range without what lies before the record `index`, or nearly. */
  rest(range: Place, index: number): Place {
    const mark = this.segments.get(range.segment)?.marks.findLast(([marked]) => marked <= index)
    const skipped = Math.min(Math.max((mark?.[1] ?? 0) - range.offset, 0), range.length)
    return { ...range, offset: range.offset + skipped, length: range.length - skipped }
  }

  write(segment: number): SegmentIndex {
    const notes = this.#notes(segment)
    return {
      detailBytes: notes.detailBytes,
      latest: notes.latest,
      periods: [...this.periods.values()].filter((period) => period.segment === segment),
      ranges: [...notes.ranges].map(([period, { offset, length }]) => [period, offset, length]),
      interrupted: [...this.interrupted].filter(([, place]) => place.segment === segment),
      open: [...this.open],
      changed: this.changed,
      marks: notes.marks,
      erasures: [...this.erasures].filter(([, place]) => place.segment === segment),
      pruning: this.pruning,
    }
  }

  read(segment: number, index: SegmentIndex): void {
    const { detailBytes, latest, marks } = index
    const notes: SegmentNotes = { detailBytes, latest, marks, ranges: new Map() }
    this.segments.set(segment, notes)
    for (const [period, offset, length] of index.ranges)
      this.#addRange(notes, period, { segment, offset, length })
    for (const period of index.periods) this.periods.set(period.id, period)
    for (const [asked, place] of index.interrupted) this.interrupted.set(asked, place)
    this.changed = Math.max(this.changed, index.changed)
    for (const [erased, place] of index.erasures) this.erasures.set(erased, place)
    this.pruning = index.pruning ?? this.pruning
    this.open.clear()
    for (const [asked, period] of index.open) this.open.set(asked, period)
  }

  /** How many full segments, from the first on, were recorded before a time, and hold no keys of what is younger. */
  segmentsBefore(time: number): number {
    let count = this.pruned
    const last = this.segments.size - 1
    while (count < last && this.segments.get(count)!.latest < time) count += 1
    const open = new Set(this.open.values())
    // What is sealed under keys of an hour that was over before is as old.
    const isNeeded = ({ segment, id, to }: PeriodPlace) =>
      segment < count &&
      (open.has(id) || (to > time && this.rangesOf(id).some((range) => range.segment >= count)))
    while (count > this.pruned && [...this.periods.values()].some(isNeeded)) count -= 1
    return count
  }

  /** The details of so many segments, from the first on, are gone. */
  forget(segments: number): void {
    this.pruned = segments
    for (const [id, { segment }] of this.periods) if (segment < segments) this.periods.delete(id)
    for (const [asked, { segment }] of this.interrupted)
      if (segment < segments) this.interrupted.delete(asked)
    for (const [period, ranges] of this.#ranges) {
      const kept = ranges.filter(({ segment }) => segment >= segments)
      if (kept.length === 0) this.#ranges.delete(period)
      else this.#ranges.set(period, kept)
    }
    for (const [number, notes] of this.segments)
      if (number < segments)
        this.segments.set(number, { ...notes, detailBytes: 0, ranges: new Map(), marks: [] })
  }

  #addRange(notes: SegmentNotes, period: number, place: Place): void {
    notes.ranges.set(period, place)
    const known = this.#ranges.get(period)
    if (known) known.push(place)
    else this.#ranges.set(period, [place])
  }

  #notes(segment: number): SegmentNotes {
    let notes = this.segments.get(segment)
    if (!notes) {
      notes = { detailBytes: 0, latest: 0, ranges: new Map(), marks: [] }
      this.segments.set(segment, notes)
    }
    return notes
  }
}

/** Records of nobody's keys. */
const OWN: ReadonlySet<FrameKind> = new Set(['RECOVERED', 'ERASED', 'PRUNED'])

const closes = ({ kind, more }: Entry) => (kind === 'ANSWERED' && !more) || kind === 'INTERRUPTED'

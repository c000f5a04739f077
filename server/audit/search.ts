import { type AuditPage, type AuditPeriod, AuditQuestion, type AuditRecord } from '../../schema/wire/audit.ts'
import { leafNameOf } from '../../schema/wire/audit-erasure.ts'
import { decodeHeader, erasedOf, type FrameHeader, leafOf, tokensOf } from '../../schema/wire/audit-frame.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Catalogue, Place } from './catalogue.ts'
import type { PeriodBody } from './period.ts'
import { bodyOf, damaged, FrameReader } from './recover.ts'
import type { Segment } from './sequencer.ts'

const BATCH = 512 << 10

/** Runs `read` on a segment that stays open meanwhile. */
export type WithSegment = <T>(number: number, read: (segment: Segment) => Promise<T>) => Promise<T>

export type Reading = { catalogue: Catalogue; withSegment: WithSegment }

/** The wrapped keys of a state's periods that overlap [from, to), in log order. */
export async function findPeriods(
  { catalogue, withSegment }: Reading,
  country: string,
  from: number,
  to: number,
): Promise<AuditPeriod[]> {
  const found: AuditPeriod[] = []
  for (const period of catalogue.periods.values()) {
    if (period.country !== country || period.from >= to || period.to <= from) continue
    const frame = await withSegment(period.segment, ({ details }) =>
      details.read(period.offset, period.length),
    )
    const body = JSON.parse(bodyOf(frame, decodeHeader(frame)!).toString()) as PeriodBody
    found.push({ id: period.id, ...body })
  }
  return found.sort((left, right) => left.id - right.id)
}

/**
 * The sealed records of a state that carry the asked tokens, in log order. Reads the asked periods and nothing else.
 * A period of another state is answered like one that does not exist. Throws BAD_INPUT on a malformed question.
 */
export async function findRecords(
  reading: Reading,
  country: string,
  input: AuditQuestion,
): Promise<AuditPage> {
  const parsed = AuditQuestion.safeParse(input)
  if (!parsed.success) throw new Fault('BAD_INPUT', 'expected a question to the audit log, got another shape')
  const { periods, from, to, after, first, padding } = parsed.data
  const records: AuditRecord[] = []
  const told = new Set<number>()
  const { pruning } = reading.catalogue
  // Whoever asks of a time of which details are gone is told so, and finds it in the log.
  if (pruning && after < 0 && from < pruning.before)
    for await (const one of framesOf(reading, pruning)) records.push(recordOf(one))
  let seen = after
  for (const { id, all } of [...periods].sort((left, right) => left.id - right.id)) {
    if (reading.catalogue.periods.get(id)?.country !== country) continue
    const groups = all.map((group) => group.map((token) => Buffer.from(token, 'base64').toString('latin1')))
    for (const range of reading.catalogue.rangesOf(id)) {
      for await (const found of framesOf(reading, reading.catalogue.rest(range, after + 1))) {
        const { header, frame } = found
        if (header.period !== id || header.index <= after || !isSealed(header, padding)) continue
        if (header.at < from || header.at >= to) continue
        // Nobody can tell any more whether an erased record is what is looked for: it is shown, as one that is erased.
        if (!isGone(reading, found) && !matches(frame, header, groups)) continue
        if (records.length >= first) return { records, after: seen }
        await show(reading, found, { records, told })
        seen = header.index
        // Who asked is not in the closing record, so a search by person finds it only through the question.
        const closing = header.kind === 'ASKED' && reading.catalogue.interrupted.get(header.index)
        if (closing)
          for await (const closed of framesOf(reading, closing))
            await show(reading, closed, { records, told })
      }
    }
  }
  return { records, after: null }
}

export type Found = { header: FrameHeader; frame: Buffer; offset: number }

/** Whether a record is erased: on record, or in its place. */
const isGone = ({ catalogue }: Reading, { header, frame }: Found): boolean =>
  header.erased ||
  (catalogue.erasures.has(header.index) &&
    catalogue.isErased({ index: header.index, leaf: leafNameOf(header, frame) }))

/**
 * Shows a record; an erased one as what is left of it, also before that stands in its place, with the record of its
 * erasure, once. Throws AUDIT_UNAVAILABLE where a detail is gone and no record tells of it.
 */
async function show(
  reading: Reading,
  found: Found,
  { records, told }: { records: AuditRecord[]; told: Set<number> },
): Promise<void> {
  const { header, frame } = found
  if (!isGone(reading, found)) return void records.push(recordOf(found))
  const { index } = header
  const left = { header: { ...header, erased: true }, frame: erasedOf(header, frame) }
  const erasure = reading.catalogue.erasures.get(index)
  if (erasure?.leaf !== leafNameOf(header, frame))
    throw damaged(index, 'its detail or a record of its erasure')
  records.push(recordOf(left))
  if (told.has(erasure.by)) return
  told.add(erasure.by)
  for await (const one of framesOf(reading, erasure)) records.push(recordOf(one))
}

/** Every frame between two frame boundaries of a segment, whoever's. */
export async function* framesOf(
  reading: Reading,
  { segment: number, offset, length }: Place,
): AsyncGenerator<Found> {
  const end = offset + length
  for (let from = offset; from < end; ) {
    // It may have been pruned meanwhile.
    if (number < reading.catalogue.pruned) return
    const { frames, next } = await reading.withSegment(number, (segment) => batch(segment, from, end))
    yield* frames
    from = next
  }
}

/** At least one frame and about half a MiB of them: a segment is not held open while somebody thinks. */
async function batch(segment: Segment, from: number, end: number) {
  const reader = new FrameReader(segment.details, end, from)
  const frames: Found[] = []
  while (reader.offset < end && reader.offset - from < BATCH) {
    const next = await reader.next()
    if (typeof next === 'string') throw new Fault('AUDIT_UNAVAILABLE', 'expected a whole record, got damage')
    frames.push({ header: next.header, frame: next.bytes, offset: next.offset })
  }
  return { frames, next: reader.offset }
}

export const isSealed = ({ kind }: FrameHeader, padding: boolean) =>
  kind === 'ASKED' || kind === 'ANSWERED' || kind === 'INTERRUPTED' || (padding && kind === 'PADDING')

function matches(frame: Buffer, header: FrameHeader, groups: string[][]): boolean {
  if (groups.length === 0) return true
  const tokens = new Set<string>()
  for (const token of tokensOf(frame, header)) tokens.add(token.toString('latin1'))
  return groups.every((group) => group.some((token) => tokens.has(token)))
}

function recordOf({ header, frame }: Pick<Found, 'header' | 'frame'>): AuditRecord {
  return {
    index: header.index,
    leaf: leafOf(header, frame).toString('base64'),
    frame: frame.toString('base64'),
  }
}

/** Replay tags of the questions since a time, oldest first within a segment; only recent segments are read. */
export async function* findReplays(
  reading: Reading,
  since: number,
): AsyncGenerator<{ replay: Buffer; at: number }> {
  for (const [segment, notes] of reading.catalogue.segments) {
    if (notes.latest < since) continue
    for await (const { header } of framesOf(reading, { segment, offset: 0, length: notes.detailBytes }))
      if (header.kind === 'ASKED' && header.at >= since)
        yield { replay: Buffer.from(header.replay), at: header.at }
  }
}

/** The questions after an index that are on record as having changed the graph. Reads every frame. */
export async function changedAfter(reading: Reading, after: number): Promise<ReadonlySet<number>> {
  const changed = new Set<number>()
  for (const [segment, notes] of reading.catalogue.segments)
    for await (const { header } of framesOf(reading, { segment, offset: 0, length: notes.detailBytes }))
      if (header.changed && header.asked > after) changed.add(header.asked)
  return changed
}

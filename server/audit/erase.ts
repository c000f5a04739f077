import {
  type EraseOrder,
  type Erasure,
  erasureIn,
  erasureText,
  leafNameOf,
} from '../../schema/wire/audit-erasure.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { leftOf, namedOf, standingOf } from './erased-frames.ts'
import type { ErasedList, Named } from './erased-list.ts'
import { damaged } from './recover.ts'
import { type Found, framesOf, isSealed, type Reading, type WithSegment } from './search.ts'
import { reason as reasonOf, unavailable } from './sequencer.ts'

/** What was erased, and the index of the record that tells of it. */
export type Erased = { index: number; by: number }

export type EraserOptions = {
  reading: Reading
  segmentLeaves: number
  list: ErasedList
  /** Runs on a segment while nobody reads. */
  alone: WithSegment
  sign(text: Buffer): Buffer
  /** Puts the record of an erasure into the log; resolves when it is durable. */
  append(erasure: Erasure): Promise<unknown>
  /** From now on the log takes nothing, until it is opened anew. */
  fail(fault: Fault): void
}

/**
 * Erases salt and detail of records. Three steps, each durable before the next: their names in the list that outlives copies,
 * the record of the erasure in the log, zeros over the details. Whatever cuts this short, the next start goes on from the list:
 * what is in it is erased then, and on record; what is not, was not touched. From the second step on nobody is shown a detail.
 */
export class Eraser {
  #options: EraserOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: EraserOptions) {
    this.#options = options
  }

  /**
   * Resolves once every named record is erased, now or before. Throws NOT_FOUND where one of them is no record with a detail
   * of a caller of that state, and erases none then; AUDIT_UNAVAILABLE where the storage fails.
   * @param question the index of the question by which it is ordered
   */
  erase(country: string, order: EraseOrder, question: number): Promise<Erased[]> {
    const erasing = this.#last
      .then(() => this.#erase(country, order, question))
      .catch((error: unknown) => {
        throw faultOf(error)
      })
    this.#last = erasing.catch(() => undefined)
    return erasing
  }

  async #erase(country: string, { records, reason }: EraseOrder, order: number): Promise<Erased[]> {
    const { list, reading } = this.#options
    const found = await this.#find(records)
    // Its own question is not answered yet: who ordered it must stay on record.
    if (records.some((index) => index === order || !this.#isOf(country, found.get(index)))) throw notFound()
    const named = [...found.values()].map((one) => namedOf(one, { segment: one.segment, order, reason }))
    const fresh = named.filter((one) => !list.has(one))
    if (fresh.length > 0) await list.keep(fresh)
    await this.#record(named)
    await this.#overwrite(named)
    return named.map(({ index }) => ({ index, by: reading.catalogue.erasures.get(index)!.by }))
  }

  /**
   * At a start: what is in the list or on record as erased, and stands, is erased.
   * Throws AUDIT_UNAVAILABLE where a detail is gone of which there is neither.
   */
  async again(): Promise<void> {
    const { list, reading } = this.#options
    const { catalogue, withSegment } = reading
    await this.#makeListAgain()
    const standing: Named[] = []
    for (const one of list.all()) {
      if (!catalogue.segments.has(one.segment)) continue
      const frame = await withSegment(one.segment, ({ details }) => standingOf(details, one))
      if (frame !== null && !(catalogue.isErased(one) && frame.equals(leftOf(one)))) standing.push(one)
    }
    await this.#record(standing)
    await this.#overwrite(standing)
    for (const [index, leaf] of catalogue.bare)
      if (!catalogue.isErased({ index, leaf })) throw damaged(index, 'its detail or a record of its erasure')
  }

  /** From the log, where a list was lost. */
  async #makeListAgain(): Promise<void> {
    const { list, reading } = this.#options
    const lost = [...reading.catalogue.erasures].filter(([index, { leaf }]) => !list.has({ index, leaf }))
    const found = await this.#find(lost.map(([index]) => index))
    const named: Named[] = []
    for (const [index, { leaf, ...place }] of lost) {
      const one = found.get(index)
      if (!one || leafNameOf(one.header, one.frame) !== leaf) continue
      for await (const { header, frame } of framesOf(reading, place)) {
        const erasure = erasureIn(frame, header)
        if (erasure) named.push(namedOf(one, { segment: one.segment, ...erasure }))
      }
    }
    if (named.length > 0) await list.keep(named)
  }

  async #find(indexes: readonly number[]): Promise<Map<number, Found & { segment: number }>> {
    const { reading, segmentLeaves } = this.#options
    const found = new Map<number, Found & { segment: number }>()
    const bySegment = Map.groupBy(new Set(indexes), (index) => Math.floor(index / segmentLeaves))
    for (const [segment, some] of bySegment) {
      const notes = reading.catalogue.segments.get(segment)
      const wanted = new Set(some)
      const whole = { segment, offset: 0, length: notes?.detailBytes ?? 0 }
      // A view would hold the whole chunk that it was read with.
      for await (const one of framesOf(reading, whole))
        if (wanted.has(one.header.index))
          found.set(one.header.index, { ...one, frame: Buffer.from(one.frame), segment })
    }
    return found
  }

  #isOf(country: string, found: Found | undefined): boolean {
    if (!found || !isSealed(found.header, false)) return false
    return this.#options.reading.catalogue.periods.get(found.header.period)?.country === country
  }

  /** What is not on record as erased yet: one record for each order. */
  async #record(named: readonly Named[]): Promise<void> {
    const { reading, sign, append } = this.#options
    const missing = named.filter((one) => !reading.catalogue.isErased(one))
    for (const some of Map.groupBy(missing, ({ order, reason }) => `${order} ${reason}`).values()) {
      const { order, reason } = some[0]!
      const said = { order, reason, records: some.map(({ index, leaf }) => ({ index, leaf })) }
      await append({ ...said, signature: sign(erasureText(said)).toString('base64url') })
    }
  }

  /** Durable, and read back, when it resolves. After an error nobody knows what the disk holds. */
  async #overwrite(named: readonly Named[]): Promise<void> {
    try {
      for (const [segment, some] of Map.groupBy(named, (one) => one.segment))
        await this.#options.alone(segment, async ({ details }) => {
          for (const one of some) await details.overwrite(one.offset, leftOf(one))
          await details.sync()
          for (const one of some)
            if (!(await standingOf(details, one))?.equals(leftOf(one))) throw damaged(one.index, 'zeros')
        })
    } catch (error) {
      const fault = faultOf(error)
      this.#options.fail(fault)
      throw fault
    }
  }
}

const faultOf = (error: unknown): Fault =>
  error instanceof Fault ? error : unavailable(`expected the audit storage to erase, got ${reasonOf(error)}`)

const notFound = () =>
  new Fault('NOT_FOUND', 'expected records with a detail of callers of your state, got others', {
    path: ['records'],
  })

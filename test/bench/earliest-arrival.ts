import { contactsOf } from '../../server/analysis/contacts.ts'
import { arrivalsFrom } from '../../server/analysis/time-paths.ts'
import type { Figure } from './bench.ts'
import { randomOf } from './random.ts'

const CONTACTS = 1_000_000
const NODES = 100_000
/** Ten years of days, of which a tie that stands over a span stands at most one. */
const DAYS = 3_650
const SPAN = 365
const ROUNDS = 5

/** A million ties, both ways, few nodes having most; half of them stand over a span where there are spans. */
function drawn(hasSpans: boolean) {
  const random = randomOf(7)
  const numbers = (draw: (at: number) => number) =>
    Float64Array.from({ length: CONTACTS }, (_, at) => draw(at))
  const first = numbers(() => random.below(DAYS))
  return contactsOf({
    nodes: NODES,
    from: numbers(() => random.below(NODES)),
    to: numbers(() => Math.floor(NODES * random.next() ** 3)),
    first,
    last: numbers((at) => first[at]! + (hasSpans && at % 2 === 0 ? random.below(SPAN) : 0)),
    duration: new Float64Array(CONTACTS).fill(1),
  })
}

/** Seconds for the earliest arrivals from one source at all nodes over a million contacts: the median of five rounds. */
export async function earliestArrivalSeconds(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [name, hasSpans, most] of [
    ['earliest-arrival.seconds', true, undefined],
    ['earliest-arrival.month-waits-seconds', false, 30],
  ] as const) {
    const contacts = drawn(hasSpans)
    const seconds: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now()
      const leave = { from: 0, to: DAYS + SPAN, least: 1, ...(most !== undefined && { most }) }
      await arrivalsFrom(contacts, { source: round, ...leave })
      seconds.push((performance.now() - started) / 1_000)
    }
    figures.push({ name, value: seconds.sort((a, b) => a - b)[ROUNDS >> 1]!, unit: 's' })
  }
  return figures
}

import { INFORMATIONS, SOURCES, TIES, type Tie } from '../../schema/wire/codes.ts'

/** What a weight may rest on, a column each: one place per tie. */
export type TieFacts = {
  count: number
  /** Index into `SOURCES`, and into `INFORMATIONS`; any other number is not graded. */
  source: ArrayLike<number>
  information: ArrayLike<number>
  /** Index into `TIES`; any other number is a tie without a kind. */
  kind: ArrayLike<number>
  /** Days since 1970-01-01, from and to which it was observed; NaN or infinite where that is open. */
  observedFrom: ArrayLike<number>
  observedTo: ArrayLike<number>
}

/** What makes a tie longer than a hop. Nothing chosen: every tie is one hop. */
export type WeightChoice = {
  /** By the 4×4 grading of the claim. */
  grading?: boolean
  /** By the days from when it was last observed to a day of the caller's: half of all at `half` days. */
  recency?: { at: number; half: number }
  /** Thousandths of a hop that a kind of tie adds; null leaves ties of this kind out. */
  kinds?: Partial<Record<Tie, number | null>>
}

/** One hop. */
export const HOP = 1_000

/**
 * Thousandths of a hop that each step of the grading adds, source and information apart: 4×4 says which is better, not by how much,
 * so the steps are even. What cannot be assessed (X, N4) adds as much as the worst: it is not known to be better.
 */
export const GRADING_ADDS = {
  source: { A: 0, B: 250, C: 500, X: 500 },
  information: { N1: 0, N2: 250, N3: 500, N4: 500 },
} as const

/** What a tie whose age is not known, or without end, adds. */
export const AGE_ADDS_AT_MOST = 1_000

/**
 * The weight of each tie in thousandths of a hop, `HOP` and more, or `Infinity` where it is left out: the sum of one hop and of what
 * the caller chose, each whole, so that sums of weights are exact and the same on every machine. It is a way to name a preference,
 * not a probability; the least path under it is the one that the caller asked for, not the likeliest. No paper gives these
 * numbers: they are ours, and stand in the two constants above.
 *
 * Age a, in days, adds `AGE_ADDS_AT_MOST` · a / (a + half): hyperbolic, as it needs no power whose rounding differs between machines.
 * Observed last means `observedTo`, where that is open `observedFrom`; where neither is known, age is without end; later than `at` is 0.
 *
 * O(ties). Throws RangeError on a `half` that is not above 0, an `at` that is no number, an addition below 0 or not whole.
 */
export function weightsOf(choice: WeightChoice, facts: TieFacts): Float64Array {
  const adds = kindAdds(choice.kinds ?? {})
  const { recency } = choice
  if (recency && !(recency.half > 0 && Number.isFinite(recency.half) && Number.isFinite(recency.at)))
    throw new RangeError(`expected a day and a half-life above 0, got ${recency.at} and ${recency.half}`)
  const weights = new Float64Array(facts.count)
  for (let tie = 0; tie < facts.count; tie++) {
    let weight = HOP + (adds[facts.kind[tie]!] ?? 0)
    if (choice.grading) weight += gradingAdds(facts.source[tie]!, facts.information[tie]!)
    if (recency) weight += ageAdds(facts.observedFrom[tie]!, facts.observedTo[tie]!, recency)
    weights[tie] = weight
  }
  return weights
}

function kindAdds(kinds: Partial<Record<Tie, number | null>>): number[] {
  return TIES.map((kind) => {
    const add = kinds[kind]
    if (add === null) return Number.POSITIVE_INFINITY
    if (add !== undefined && !(Number.isSafeInteger(add) && add >= 0))
      throw new RangeError(`expected a whole number from 0 for ${kind}, got ${add}`)
    return add ?? 0
  })
}

const SOURCE_ADDS = SOURCES.map((code) => GRADING_ADDS.source[code])
const INFORMATION_ADDS = INFORMATIONS.map((code) => GRADING_ADDS.information[code])

const gradingAdds = (source: number, information: number) =>
  (SOURCE_ADDS[source] ?? GRADING_ADDS.source.X) +
  (INFORMATION_ADDS[information] ?? GRADING_ADDS.information.N4)

function ageAdds(from: number, to: number, { at, half }: { at: number; half: number }): number {
  const last = Number.isFinite(to) ? to : from
  if (!Number.isFinite(last)) return AGE_ADDS_AT_MOST
  const age = Math.max(0, at - last)
  return Math.round((AGE_ADDS_AT_MOST * age) / (age + half))
}

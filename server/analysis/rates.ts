import { betaQuantile, incompleteBeta, normalAbove } from './chances.ts'

/** What so few or so many events say: more, fewer, no difference that chance does not make as well, or nothing at all. */
export type Reading = 'ROSE' | 'FELL' | 'NOT_SHOWN' | 'TOO_FEW'

export type Rates = {
  /** Events before and after, whole numbers from 0. */
  before: number
  after: number
  /** For how long each was looked at, in any one unit, above 0. */
  beforeLength: number
  afterLength: number
  /** Default 0.95. */
  confidence?: number
}

export type RateRatio = {
  /** Rate after over rate before; `Infinity` where nothing was before, NaN where nothing was at all. */
  ratio: number
  low: number
  high: number
  /** Of a difference as great, either way, where there is none: twice the smaller tail, 1 at most. */
  chance: number
  reading: Reading
}

/**
 * Compares two rates of events that come independently: given both counts together, the later one is binomial (Przyborowski and
 * Wilenski 1940, DOI 10.1093/biomet/31.3-4.313), so that Clopper and Pearson's exact interval (1934, DOI 10.1093/biomet/26.4.404) holds
 * the true ratio at least as often as the confidence says, however small the counts. Where events come in bursts it is too narrow.
 *
 * `TOO_FEW`: not even all of them on one side would have told. Throws RangeError on a count, length or confidence out of range.
 */
export function rateRatio({ before, after, beforeLength, afterLength, confidence = 0.95 }: Rates): RateRatio {
  const fits = [before, after].every((count) => Number.isSafeInteger(count) && count >= 0)
  const isLong = (length: number) => length > 0 && Number.isFinite(length)
  if (!(fits && isLong(beforeLength) && isLong(afterLength)))
    throw new RangeError(
      `expected counts and lengths, got ${before}/${beforeLength} and ${after}/${afterLength}`,
    )
  expectConfidence(confidence)
  const [all, longer] = [before + after, beforeLength / afterLength]
  const { low, high } = shareInterval(after, all, confidence)
  const chance = chanceOf(after, all, 1 / (1 + longer))
  const odds = (share: number) => (share / (1 - share)) * longer
  return {
    ratio: (after / before) * longer,
    low: odds(low),
    high: high === 1 ? Number.POSITIVE_INFINITY : odds(high),
    chance,
    reading: readingOf({ all, after, chance, even: 1 / (1 + longer), confidence }),
  }
}

function readingOf(of: {
  all: number
  after: number
  chance: number
  even: number
  confidence: number
}): Reading {
  const { all, after, chance, even, confidence } = of
  if (2 * Math.min(even, 1 - even) ** all > 1 - confidence) return 'TOO_FEW'
  if (chance > 1 - confidence) return 'NOT_SHOWN'
  return after > even * all ? 'ROSE' : 'FELL'
}

function chanceOf(count: number, all: number, even: number): number {
  const atLeast = count === 0 ? 1 : incompleteBeta(even, count, all - count + 1)
  const atMost = count === all ? 1 : 1 - incompleteBeta(even, count + 1, all - count)
  return Math.min(1, 2 * Math.min(atLeast, atMost))
}

export type Interval = { low: number; high: number }

/** Clopper and Pearson's exact interval of a share: `count` of `all`. The whole of 0 to 1 where there is none. */
export function shareInterval(count: number, all: number, confidence = 0.95): Interval {
  const tail = (1 - expectConfidence(confidence)) / 2
  return {
    low: count === 0 ? 0 : betaQuantile(tail, count, all - count + 1),
    high: count === all ? 1 : betaQuantile(1 - tail, count + 1, all - count),
  }
}

/** Wilson's score interval of a share (1927, DOI 10.1080/01621459.1927.10502953): 0 to 1 where there is none. */
export function wilsonInterval(count: number, all: number, confidence = 0.95): Interval {
  const z = normalAbove((1 - expectConfidence(confidence)) / 2)
  if (all === 0) return { low: 0, high: 1 }
  const share = count / all
  const middle = (share + (z * z) / (2 * all)) / (1 + (z * z) / all)
  const half = (z / (1 + (z * z) / all)) * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all))
  return {
    low: count === 0 ? 0 : Math.max(0, middle - half),
    high: count === all ? 1 : Math.min(1, middle + half),
  }
}

/** Gives it back. Throws RangeError where it is not within 0 and 1, both excluded. */
export function expectConfidence(confidence: number): number {
  if (confidence > 0 && confidence < 1) return confidence
  throw new RangeError(`expected a confidence between 0 and 1, got ${confidence}`)
}

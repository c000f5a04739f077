import { type Profiles, thingsOf } from './profiles.ts'
import { type Random, seeded } from './random.ts'
import type { Interval } from './rates.ts'

/** Incidents before and after a change, by number, and the months of either side. */
export type Sides = {
  before: readonly number[]
  after: readonly number[]
  monthsBefore: number
  monthsAfter: number
}

export type Fit = Interval & {
  /** What the mix of what rose has in common with the mix of what fell: 1 less their total variation distance, 0 to 1. */
  value: number
  /** Of what rose, the part for which as much of the same fell; and of what fell, the part for which as much rose. */
  ofRise: Interval & { value: number }
  ofFall: Interval & { value: number }
  /** Incidents of all four sides of which the things are known, and of which they are not. */
  known: number
  unknown: number
}

export type FitChoice = {
  /** What each thing of a set weighs in it; each incident weighs 1 as a whole. Without: all alike. */
  weights?: Float64Array
  rounds?: number
  seed?: readonly number[]
  confidence?: number
}

/**
 * How far what rose in one place is what fell in another, by the things of each incident: per thing, what a month has less after the fall, and
 * what it has more after the rise. The interval is the percentiles (Efron 1979) of resampling incidents, each as often as a Poisson number of
 * mean 1 says (Oza and Russell 2001). Few incidents of many things have less in common by chance alone, so that a value is rather too low than too
 * high, and so is its interval. NaN where nothing known fell, or rose: then 0 … 1 is all that can be said.
 * O(rounds · things of all incidents).
 */
export function fitOf(profiles: Profiles, fell: Sides, rose: Sides, choice: FitChoice = {}): Fit {
  const { rounds = 200, seed = [0], confidence = 0.9 } = choice
  const sides = [fell.before, fell.after, rose.before, rose.after].map((side) => knownIn(profiles, side))
  const months = [fell.monthsBefore, fell.monthsAfter, rose.monthsBefore, rose.monthsAfter]
  const once = (random: Random | null) => {
    const mix = sides.map((side, at) => mixOf(profiles, side, months[at]!, choice.weights, random))
    return compared(more(mix[0]!, mix[1]!), more(mix[3]!, mix[2]!))
  }
  const whole = once(null)
  const drawn = Array.from({ length: rounds }, (_, round) => once(seeded(...seed, round)))
  const interval = (of: 'value' | 'ofRise' | 'ofFall'): Interval =>
    Number.isNaN(whole[of])
      ? { low: 0, high: 1 }
      : percentiles(
          drawn.map((one) => one[of]),
          confidence,
        )
  const known = sides.reduce((sum, side) => sum + side.length, 0)
  const all = [fell.before, fell.after, rose.before, rose.after].reduce((sum, side) => sum + side.length, 0)
  return {
    value: whole.value,
    ...interval('value'),
    ofRise: { value: whole.ofRise, ...interval('ofRise') },
    ofFall: { value: whole.ofFall, ...interval('ofFall') },
    ...{ known, unknown: all - known },
  }
}

const knownIn = (profiles: Profiles, side: readonly number[]) =>
  side.filter((incident) => thingsOf(profiles, incident).length > 0)

function mixOf(
  profiles: Profiles,
  side: readonly number[],
  months: number,
  weights: Float64Array | undefined,
  random: Random | null,
): Float64Array {
  const mix = new Float64Array(profiles.kinds)
  for (const incident of side) {
    const times = random ? poisson(random) : 1
    if (times === 0) continue
    const things = thingsOf(profiles, incident)
    let whole = 0
    for (const thing of things) whole += weights?.[thing] ?? 1
    // Things that weigh nothing say nothing, but the incident was one.
    for (const thing of things)
      mix[thing]! += (times * (whole > 0 ? (weights?.[thing] ?? 1) / whole : 1 / things.length)) / months
  }
  return mix
}

/** A Poisson number of mean 1. */
function poisson(random: Random): number {
  let [left, term, number] = [random.unit(), Math.exp(-1), 0]
  while (left >= term && number < 30) {
    left -= term
    number += 1
    term /= number
  }
  return number
}

const more = (one: Float64Array, other: Float64Array) =>
  one.map((rate, thing) => Math.max(0, rate - other[thing]!))

function compared(lost: Float64Array, gained: Float64Array) {
  const [fall, rise] = [lost, gained].map((mix) => mix.reduce((sum, rate) => sum + rate, 0)) as [
    number,
    number,
  ]
  let [common, matched] = [0, 0]
  lost.forEach((rate, thing) => {
    common += Math.min(rate / fall, gained[thing]! / rise)
    matched += Math.min(rate, gained[thing]!)
  })
  if (fall === 0 || rise === 0) return { value: Number.NaN, ofRise: Number.NaN, ofFall: Number.NaN }
  return { value: common, ofRise: matched / rise, ofFall: matched / fall }
}

/** Rounds in which nothing was left to compare count as nothing in common. */
function percentiles(values: number[], confidence: number): Interval {
  const sorted = values.map((value) => (Number.isNaN(value) ? 0 : value)).sort((a, b) => a - b)
  if (sorted.length === 0) return { low: 0, high: 1 }
  const at = (part: number) => sorted[Math.round(part * (sorted.length - 1))]!
  return { low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) }
}

import { calendarOf } from './months.ts'
import { type Random, seeded, shuffled } from './random.ts'
import { expectConfidence } from './rates.ts'
import { paced, type Watch } from './watch.ts'

/** Incidents per corridor and month: corridor c has `counts[c · months]` … `counts[c · months + months − 1]`. */
export type Series = { corridors: number; months: number; first: number; counts: Uint32Array }

export type LevelChange = {
  corridor: number
  /** The first month of the new level, and from and to when it may as well have been. Months count from January 1970. */
  month: number
  earliest: number
  latest: number
  /** The months compared: from `from` on before, up to `to` (excluded) after. */
  from: number
  to: number
  before: number
  after: number
  /** What either side would have had of both together by its months alone, seasons counted. */
  expectedBefore: number
  expectedAfter: number
  rose: boolean
  /** Of a change as strong in any corridor at all, where none has changed. */
  chance: number
}

export type Scanning = Watch & {
  /** The false-alarm rate: of all questions without a change, the share that names one. Default 0.05. */
  alpha?: number
  /** Months compared on either side, each tried. Whole years stand in the default: 12, 24 and 48. */
  spans?: readonly number[]
  /** At least so many months must stand on either side. Default 6. */
  margin?: number
  /** Whether months are compared with the same month of other years alone. Default true: without it two years are enough. */
  season?: boolean
  rounds?: number
  seed?: number
}

type Span = { low: number; high: number }
type Sums = { counts: Float64Array; expected: Float64Array }
type Peak = { at: number; span: number; strength: number; rose: boolean }

/**
 * The months in which the level of a corridor changed: Poisson likelihood ratios scanned over all months and spans (Kulldorff 1997, DOI
 * 10.1080/03610929708831995, in time alone), each corridor's strongest in units of what its own shuffled months give, and held against the
 * strongest of all corridors in each shuffle (Westfall and Young 1993, single-step maxT). So the chance that a question over corridors none of
 * which changed names any is at most `alpha`, whatever their number, levels, seasons and bursts, as long as the years of a month
 * are exchangeable there: slow growth, or bursts longer than a month, are changes of level too. After a change the parts on both sides are searched
 * again, with the same bound (Vostrikova 1981); only the first of each corridor has the stated rate.
 *
 * `earliest` … `latest` is the support interval of two units of log-likelihood (Edwards 1972) within the span chosen. By corridor and
 * then month. O(corridors · months · spans · rounds). Throws RangeError on options out of range and rejects with the signal's reason.
 */
export async function levelChanges(series: Series, scanning: Scanning = {}): Promise<LevelChange[]> {
  const choice = checked(series, scanning)
  const pace = paced(scanning)
  const { corridors, months } = series
  const whole = { low: 0, high: months }
  const strengths = new Float64Array(corridors * (choice.rounds + 1))
  const sums: Sums[] = []
  for (let corridor = 0; corridor < corridors; corridor++) {
    scanning.progress?.(corridor / corridors)
    const counts = series.counts.subarray(corridor * months, (corridor + 1) * months)
    const classes = classesOf(series, choice.season)
    const expected = expectedOf(counts, classes)
    sums.push({ counts: running(counts), expected })
    for (let round = 0; round <= choice.rounds; round++) {
      const shown = round === 0 ? counts : reshuffled(counts, classes, seeded(choice.seed, corridor, round))
      const { strength } = strongest({ counts: running(shown), expected }, whole, choice)
      strengths[round * corridors + corridor] = strength
      await pace(months * choice.spans.length * 8)
    }
  }
  const { units, maxima } = standard(strengths, corridors, choice.rounds)
  const chanceOf = (corridor: number, strength: number) =>
    maxima.filter((most) => most >= strength / units[corridor]!).length / maxima.length
  scanning.progress?.(1)
  return sums.flatMap((sum, corridor) =>
    changesIn(sum, whole, choice, (strength) => chanceOf(corridor, strength) <= choice.alpha)
      .sort((a, b) => a.at - b.at)
      .map((peak) => described(series, corridor, sum, peak, chanceOf(corridor, peak.strength))),
  )
}

function checked({ corridors, months, counts }: Series, scanning: Scanning) {
  const { alpha = 0.05, spans = [12, 24, 48], margin = 6, season = true, rounds = 199, seed = 0 } = scanning
  expectConfidence(alpha)
  if (counts.length !== corridors * months)
    throw new RangeError(`expected ${corridors * months} counts, got ${counts.length}`)
  if (!(Number.isSafeInteger(rounds) && rounds + 1 >= 1 / alpha))
    throw new RangeError(`expected rounds for a rate of ${alpha}, got ${rounds}`)
  for (const span of [margin, ...spans])
    if (!(Number.isSafeInteger(span) && span >= 1))
      throw new RangeError(`expected months from 1, got ${span}`)
  return { alpha, spans, margin, season, rounds, seed }
}
type Choice = ReturnType<typeof checked>

/** The months that may change places: those of one name, or all. */
function classesOf({ first, months }: Series, season: boolean): number[][] {
  const all = Array.from({ length: months }, (_, month) => month)
  return season ? [...Map.groupBy(all, (month) => calendarOf(first + month)).values()] : [all]
}

/** The running sums of what each month has by its name: shuffling within the classes changes none of it. */
function expectedOf(counts: Uint32Array, classes: number[][]): Float64Array {
  const expected = new Float64Array(counts.length)
  for (const months of classes) {
    const mean = months.reduce((sum, month) => sum + counts[month]!, 0) / months.length
    for (const month of months) expected[month] = mean
  }
  return running(expected)
}

function running(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1)
  for (let at = 0; at < values.length; at++) sums[at + 1] = sums[at]! + values[at]!
  return sums
}

function reshuffled(counts: Uint32Array, classes: number[][], random: Random): Uint32Array {
  const shown = new Uint32Array(counts.length)
  for (const months of classes) {
    const order = shuffled(months.length, random)
    months.forEach((month, at) => {
      shown[month] = counts[months[order[at]!]!]!
    })
  }
  return shown
}

/** ln of how much likelier two levels are than one. */
function strengthAt({ counts, expected }: Sums, { low, high }: Span, at: number): number {
  const [before, after] = [counts[at]! - counts[low]!, counts[high]! - counts[at]!]
  const all = before + after
  const share = (expected[at]! - expected[low]!) / (expected[high]! - expected[low]!)
  return times(before, before / (all * share)) + times(after, after / (all * (1 - share)))
}

const times = (count: number, ratio: number) => (count === 0 ? 0 : count * Math.log(ratio))

const around = (at: number, span: number, { low, high }: Span): Span => ({
  low: Math.max(low, at - span),
  high: Math.min(high, at + span),
})

/** Of equals the earliest with the shortest span. */
function strongest(sums: Sums, within: Span, { spans, margin }: Pick<Choice, 'spans' | 'margin'>): Peak {
  const peak: Peak = { at: -1, span: 0, strength: 0, rose: false }
  for (const span of spans)
    for (let at = within.low + margin; at <= within.high - margin; at++) {
      const window = around(at, span, within)
      const strength = strengthAt(sums, window, at)
      if (strength <= peak.strength) continue
      Object.assign(peak, { at, span, strength, rose: isRise(sums, window, at) })
    }
  return peak
}

function isRise({ counts, expected }: Sums, { low, high }: Span, at: number): boolean {
  const share = (expected[at]! - expected[low]!) / (expected[high]! - expected[low]!)
  return counts[at]! - counts[low]! < share * (counts[high]! - counts[low]!)
}

/** Each corridor in units of the mean of its own rounds, the one as it is among them; and the greatest of each round. */
function standard(strengths: Float64Array, corridors: number, rounds: number) {
  const units = new Float64Array(corridors)
  const maxima = new Float64Array(rounds + 1)
  for (let at = 0; at < strengths.length; at++) units[at % corridors]! += strengths[at]! / (rounds + 1)
  for (let corridor = 0; corridor < corridors; corridor++) {
    // Nothing ever changes where nothing is: any unit will do.
    if (units[corridor] === 0) units[corridor] = 1
    for (let round = 0; round <= rounds; round++)
      maxima[round] = Math.max(maxima[round]!, strengths[round * corridors + corridor]! / units[corridor]!)
  }
  return { units, maxima }
}

type Found = Peak & { within: Span }

function changesIn(
  sums: Sums,
  within: Span,
  choice: Choice,
  isStrong: (strength: number) => boolean,
): Found[] {
  const peak = strongest(sums, within, choice)
  if (peak.at < 0 || !isStrong(peak.strength)) return []
  const parts = [
    { low: within.low, high: peak.at },
    { low: peak.at, high: within.high },
  ]
  return [{ ...peak, within }, ...parts.flatMap((part) => changesIn(sums, part, choice, isStrong))]
}

/** Units of log-likelihood within which another month is supported as well. */
const SUPPORT = 2

function described(
  { first }: Series,
  corridor: number,
  sums: Sums,
  { at, span, strength, rose, within }: Found,
  chance: number,
): LevelChange {
  const isSupported = (month: number) => {
    const window = around(month, span, within)
    if (month <= window.low || month >= window.high || isRise(sums, window, month) !== rose) return false
    return strengthAt(sums, window, month) >= strength - SUPPORT
  }
  let [earliest, latest] = [at, at]
  while (isSupported(earliest - 1)) earliest--
  while (isSupported(latest + 1)) latest++
  const { low, high } = around(at, span, within)
  const [before, after] = [sums.counts[at]! - sums.counts[low]!, sums.counts[high]! - sums.counts[at]!]
  const share = (sums.expected[at]! - sums.expected[low]!) / (sums.expected[high]! - sums.expected[low]!)
  return {
    ...{ corridor, month: first + at, earliest: first + earliest, latest: first + latest },
    ...{ from: first + low, to: first + high, before, after, rose, chance },
    ...{ expectedBefore: share * (before + after), expectedAfter: (1 - share) * (before + after) },
  }
}

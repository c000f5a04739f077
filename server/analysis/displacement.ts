import { expectIncidents, expectMonths, type Incidents } from './incidents.ts'
import { type LevelChange, levelChanges, type Scanning, type Series } from './level-change.ts'
import { type Fit, fitOf, type Sides } from './mix.ts'
import { rarityOf } from './mo-similarity.ts'
import { monthOf } from './months.ts'
import { type RateRatio, rateRatio } from './rates.ts'

/** By what a shift is told from a coincidence. */
export const PROFILES = ['nationalities', 'facets'] as const
export type ProfileName = (typeof PROFILES)[number]

export type DisplacementQuestion = Scanning & {
  /** Months, counted from January 1970: the first included, the last not. */
  from: number
  to: number
  /** The corridor of each leg, 0 … `corridors` − 1, or −1 for one that is in none. */
  corridorOf: ArrayLike<number>
  corridors: number
  /** Months that may lie between the fall and the rise, beside the months in which each may have been. Default 4. */
  within?: number
  /** How much of the profiles must be in common, at least: a shift is claimed where even the low end has it. Defaults 0.5 and 0.5. */
  fit?: Partial<Record<ProfileName, number>>
  /** What part of the rise, by nationalities, as much of the same must have fallen for. Default 0.25. */
  explained?: number
}

/**
 * `FITS`: what rose has the profile of what fell. `OTHER_PROFILE`: it has not, so that both happened at once and no shift is shown.
 * `TOO_LITTLE`: it has, but most of it cannot have come from there. `CANNOT_TELL`: too little is known of those carried, or of how.
 */
export type ShiftReading = 'FITS' | 'TOO_LITTLE' | 'OTHER_PROFILE' | 'CANNOT_TELL'

export type Shift = {
  fell: LevelChange & { ratio: RateRatio }
  rose: LevelChange & { ratio: RateRatio }
  profiles: Record<ProfileName, Fit>
  reading: ShiftReading
}

export const FITTING: Record<ProfileName, number> = { nationalities: 0.5, facets: 0.5 }
export const EXPLAINED = 0.25

/**
 * Where one corridor fell while another rose: each fall that `levelChanges` finds with each rise about the same time, and whether
 * what rose has the profile of what fell, by nationalities and way of working (the note's finding 6: in 2018 the West rose fourfold while the Centre
 * fell, and no shift was seen, because other people came). Conditions are the caller's. Every pair is in the answer, those that fit first, with its
 * reasons, and none is a verdict: one cause may make one fall and another rise among the same people.
 *
 * The stated false-alarm rate is that of a change at all; those that also come together and fit are fewer. The interval of each
 * ratio is of a change that was looked for, and so rather too far from 1. By reading, then the weaker chance of the two, then corridors and
 * months. Time as `levelChanges`, and 200 resamplings of a pair's incidents for each pair. Throws RangeError on what is out of range;
 * rejects with the signal's reason.
 */
export async function shiftsOf(incidents: Incidents, question: DisplacementQuestion): Promise<Shift[]> {
  expectIncidents(incidents)
  const { from, to, within = 4, seed = 0 } = question
  expectMonths(from, to)
  const fitting = { ...FITTING, ...question.fit, explained: question.explained ?? EXPLAINED }
  const { series, at } = seriesOf(incidents, question)
  const changes = await levelChanges(series, question)
  const rises = changes.filter(({ rose }) => rose)
  const weights = { nationalities: undefined, facets: rarityOf(incidents.facets) }
  const pairs = changes
    .filter(({ rose }) => !rose)
    .flatMap((fell) => rises.filter((rose) => isMet(fell, rose, within)).map((rose) => ({ fell, rose })))
  return pairs
    .map(({ fell, rose }): Shift => {
      const [fallen, risen] = [sidesOf(fell, series, at), sidesOf(rose, series, at)]
      const compare = (name: ProfileName) =>
        fitOf(incidents[name], fallen, risen, {
          ...(weights[name] && { weights: weights[name] }),
          seed: [seed, fell.corridor, fell.month, rose.corridor, rose.month],
        })
      const profiles = { nationalities: compare('nationalities'), facets: compare('facets') }
      return {
        ...{ fell: measured(fell), rose: measured(rose), profiles },
        reading: readingOf(profiles, fitting),
      }
    })
    .sort(compareShifts)
}

const ORDER: ShiftReading[] = ['FITS', 'CANNOT_TELL', 'TOO_LITTLE', 'OTHER_PROFILE']
const weaker = ({ fell, rose }: Shift) => Math.max(fell.chance, rose.chance)

function compareShifts(one: Shift, other: Shift): number {
  return (
    ORDER.indexOf(one.reading) - ORDER.indexOf(other.reading) ||
    weaker(one) - weaker(other) ||
    one.fell.corridor - other.fell.corridor ||
    one.rose.corridor - other.rose.corridor ||
    one.fell.month - other.fell.month ||
    one.rose.month - other.rose.month
  )
}

/** The counts, and at each of them the incidents that it counts. */
function seriesOf(incidents: Incidents, { from, to, corridorOf, corridors }: DisplacementQuestion) {
  const months = to - from
  const counts = new Uint32Array(corridors * months)
  const at: number[][] = Array.from({ length: counts.length }, () => [])
  for (let one = 0; one < incidents.count; one++) {
    const [day, leg] = [incidents.day[one]!, incidents.leg[one]!]
    if (Number.isNaN(day) || leg < 0) continue
    const [corridor, month] = [corridorOf[leg] ?? -1, monthOf(day) - from]
    if (!(Number.isInteger(corridor) && corridor < corridors))
      throw new RangeError(`expected corridors below ${corridors}, got ${corridor}`)
    if (corridor < 0 || month < 0 || month >= months) continue
    counts[corridor * months + month]! += 1
    at[corridor * months + month]!.push(one)
  }
  const series: Series = { corridors, months, first: from, counts }
  return { series, at }
}

/** Whether the months in which each may have been come near enough. */
function isMet(fell: LevelChange, rose: LevelChange, within: number): boolean {
  if (fell.corridor === rose.corridor) return false
  return Math.max(fell.earliest, rose.earliest) - Math.min(fell.latest, rose.latest) <= within
}

function sidesOf(
  { corridor, from, month, to }: LevelChange,
  { months, first }: Series,
  at: number[][],
): Sides {
  const between = (low: number, high: number) =>
    at.slice(corridor * months + low - first, corridor * months + high - first).flat()
  return {
    ...{ before: between(from, month), after: between(month, to) },
    ...{ monthsBefore: month - from, monthsAfter: to - month },
  }
}

function measured(change: LevelChange): Shift['fell'] {
  const { before, after, expectedBefore, expectedAfter } = change
  const lengths = { beforeLength: expectedBefore, afterLength: expectedAfter }
  return { ...change, ratio: rateRatio({ before, after, ...lengths }) }
}

function readingOf(
  profiles: Shift['profiles'],
  fitting: Record<ProfileName | 'explained', number>,
): ShiftReading {
  if (PROFILES.some((name) => profiles[name].high < fitting[name])) return 'OTHER_PROFILE'
  if (PROFILES.some((name) => profiles[name].low < fitting[name])) return 'CANNOT_TELL'
  return profiles.nationalities.ofRise.value < fitting.explained ? 'TOO_LITTLE' : 'FITS'
}

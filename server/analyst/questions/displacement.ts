import type {
  DisplacementResult,
  ProfileFit,
  ShiftSide,
  ShownCorridor,
} from '../../../schema/analysis/displacement.ts'
import type { DisplacementQuestion } from '../../../schema/wire/analysis/displacement.ts'
import { monthName } from '../../../schema/wire/analysis/months.ts'
import { type ProfileName, type Shift, shiftsOf } from '../../analysis/displacement.ts'
import type { Fit } from '../../analysis/mix.ts'
import { monthOf } from '../../analysis/months.ts'
import type { Watch } from '../../analysis/watch.ts'
import { corridorsBy, type NamedCorridor } from '../corridors.ts'
import { evidenceOf, opened } from '../evidence.ts'
import { known } from '../known.ts'
import type { Projection } from '../projection.ts'
import { type Sightings, type Span, sightingsOf, spanOf, undatedIn } from '../sightings.ts'
import type { Told } from '../told.ts'
import { trafficOf } from '../traffic.ts'

/** Without two years no month can be held against another of its name. */
const ENOUGH_MONTHS = 24

/** Rounds of shuffling: the least chance that can be told is one of so many and one. */
const ROUNDS = 199

/** See `DisplacementQuestion`. Throws NOT_FOUND for a route that is not in the view. */
export async function displacement(
  view: Projection,
  told: Told,
  asked: DisplacementQuestion,
  watch: Watch,
): Promise<DisplacementResult> {
  const traffic = trafficOf(view, told)
  const all = corridorsBy(traffic, asked.routes, asked.by)
  const sightings = sightingsOf(traffic, all)
  const span = spanOf(sightings.incidents, asked)
  const isEnough = span !== null && span.to - span.from >= ENOUGH_MONTHS
  const shifts = isEnough ? await shiftsIn(sightings, all.length, span, asked, watch) : []
  const show = { view, told, asked, sightings, corridors: all }
  return {
    kind: 'displacement',
    from: span && monthName(span.from),
    to: span && monthName(span.to - 1),
    isEnough,
    falseAlarms: asked.falseAlarms,
    corridors: new Set(sightings.incidents.leg as number[]).size,
    incidents: sightings.incidents.count,
    undated: undatedIn(sightings),
    shifts: shifts.slice(0, asked.most).map((shift) => ({
      fell: sideOf(show, shift.fell),
      rose: sideOf(show, shift.rose),
      nationalities: fitOf(shift.profiles.nationalities),
      facets: fitOf(shift.profiles.facets),
      reading: shift.reading,
    })),
    unlisted: Math.max(0, shifts.length - asked.most),
  }
}

/** Only corridors that have an incident are searched, for the others neither fall nor rise; they are numbered anew for it. */
async function shiftsIn(
  { incidents }: Sightings,
  corridors: number,
  span: Span,
  asked: DisplacementQuestion,
  watch: Watch,
): Promise<Shift[]> {
  const some = [...new Set(incidents.leg as number[])].sort((a, b) => a - b)
  const corridorOf = new Int32Array(corridors).fill(-1)
  some.forEach((corridor, number) => {
    corridorOf[corridor] = number
  })
  const fit: Record<ProfileName, number> = { nationalities: asked.nationalities, facets: asked.facets }
  const { within, seed, explained, falseAlarms: alpha } = asked
  const question = { ...span, ...watch, within, seed, alpha, fit, explained, rounds: ROUNDS }
  const shifts = await shiftsOf(incidents, { ...question, corridorOf, corridors: some.length })
  const renamed = (side: Shift['fell']) => ({ ...side, corridor: some[side.corridor]! })
  return shifts.map((shift) => ({ ...shift, fell: renamed(shift.fell), rose: renamed(shift.rose) }))
}

type Showing = {
  view: Projection
  told: Told
  asked: DisplacementQuestion
  sightings: Sightings
  corridors: NamedCorridor[]
}

function sideOf({ view, told, asked, sightings, corridors }: Showing, side: Shift['fell']): ShiftSide {
  const { incidents, rows } = sightings
  const claims: number[] = []
  for (let place = 0; place < incidents.count; place++) {
    if (incidents.leg[place] !== side.corridor || Number.isNaN(incidents.day[place]!)) continue
    const month = monthOf(incidents.day[place]!)
    if (month >= side.from && month < side.to) claims.push(...rows[place]!)
  }
  const { ratio } = side
  return {
    corridor: corridorShown(told, corridors[side.corridor]!),
    ...{ month: monthName(side.month), earliest: monthName(side.earliest), latest: monthName(side.latest) },
    ...{ from: monthName(side.from), to: monthName(side.to - 1), before: side.before, after: side.after },
    ...{ ratio: known(ratio.ratio), low: known(ratio.low), high: known(ratio.high), chance: side.chance },
    evidence: evidenceOf(view, claims),
    claims: opened(view, told, claims, asked.claims),
  }
}

const corridorShown = (told: Told, { thing, country, things }: NamedCorridor): ShownCorridor => ({
  thing: thing === null ? null : told.node(thing),
  country,
  legs: things.filter((one) => told.kindOf(one) === 'LEG').length,
})

const fitOf = ({ ofRise, ofFall, ...fit }: Fit): ProfileFit => {
  const share = (one: Pick<Fit, 'value' | 'low' | 'high'>) => ({
    ...{ value: known(one.value), low: one.low, high: one.high },
  })
  return {
    ...{ common: share(fit), ofRise: share(ofRise), ofFall: share(ofFall) },
    ...{ known: fit.known, unknown: fit.unknown },
  }
}

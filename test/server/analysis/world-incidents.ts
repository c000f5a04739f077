import type { Truth, World } from '../../../clients/scenario/world/world.ts'
import { type DisplacementQuestion, shiftsOf } from '../../../server/analysis/displacement.ts'
import { type Incidents, monthsIn, NO_LEG, NOT_COUNTED } from '../../../server/analysis/incidents.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'
import { describedAs, isReadBy, ofWord, related, relatedTo, said } from '../../clients/scenario/world/read.ts'

// The incidents of a generated world as the analyses take them, made from its reports alone.

export type ReadIncidents = { truth: Truth; legs: string[]; incidents: Incidents }

const DAY = 86_400_000
export const dayOf = (date: string): number => Date.parse(date) / DAY

/** As all offices know them together, or as one does by what is released to it. */
export function readIncidents(world: World, office?: string): ReadIncidents {
  const all = said({ reports: world.reports.filter((report) => !office || isReadBy(office, report)) })
  const legs = [...describedAs(all, 'leg').keys()].sort()
  const legAt = new Map(legs.map((name, at) => [name, at]))
  const told = [...new Map(ofWord(all, 'incident').map((one) => [one.own.entity as string, one])).values()]
  const where = related(all, 'locatedAt')
  const [involved, uses, modi] = [
    relatedTo(all, 'involvedIn'),
    related(all, 'uses'),
    describedAs(all, 'modusOperandi'),
  ]
  const facetsOf = (incident: string) =>
    [...(involved.get(incident) ?? [])].flatMap((who) =>
      [...(uses.get(who) ?? [])].flatMap((mo) => (modi.get(mo)?.facets ?? []) as string[]),
    )
  const legOf = (incident: string) =>
    [...(where.get(incident) ?? [])].map((one) => legAt.get(one) ?? NO_LEG)[0] ?? NO_LEG
  return {
    truth: world.truth,
    legs,
    incidents: {
      count: told.length,
      day: told.map(({ from }) => dayOf(from)),
      leg: told.map(({ own }) => legOf(own.entity)),
      persons: told.map(({ own }) => own.persons ?? NOT_COUNTED),
      nationalities: setsOf(told.map(({ own }) => own.nationalities ?? [])),
      facets: setsOf(told.map(({ own }) => facetsOf(own.entity))),
    },
  }
}

export function setsOf(sets: string[][]) {
  const things = new Map<string, number>()
  for (const thing of sets.flat()) if (!things.has(thing)) things.set(thing, things.size)
  const pairs = sets.flatMap((set, of) => set.map((thing) => [of, things.get(thing)!] as const))
  return profilesOf(
    sets.length,
    things.size,
    pairs.map(([of]) => of),
    pairs.map(([, thing]) => thing),
  )
}

export type MeasuredShifts = {
  planted: number
  found: number
  claimed: number
  falseAlarms: number
  decoys: number
  decoysClaimed: number
  asked: number
}

/** What of the planted displacements is claimed, and what else; a claim counts as right within half a year of its day. */
export async function measureShifts(
  { truth, legs, incidents }: ReadIncidents,
  scanning: Partial<DisplacementQuestion> = {},
): Promise<MeasuredShifts> {
  const span = monthsIn(incidents)
  const identity = legs.map((_, at) => at)
  const shifts = span
    ? await shiftsOf(incidents, { ...span, ...scanning, corridorOf: identity, corridors: legs.length })
    : []
  const claims = shifts
    .filter(({ reading }) => reading === 'FITS')
    .map(({ fell, rose }) => ({ fell: legs[fell.corridor]!, rose: legs[rose.corridor]!, month: fell.month }))
  const monthOf = (date: string) => (Number(date.slice(0, 4)) - 1970) * 12 + Number(date.slice(5, 7)) - 1
  type Claim = (typeof claims)[number]
  const isOf = (claim: Claim, fell: string, rose: string, from: string) =>
    claim.fell === fell && claim.rose === rose && Math.abs(claim.month - monthOf(from)) <= 6
  const { displacements, decoys } = truth
  const right = (claim: Claim) =>
    displacements.some(({ closed, grown, from }) => isOf(claim, closed, grown, from))
  const falseAlarms = claims.filter((claim) => !right(claim)).length
  return {
    planted: displacements.length,
    found: displacements.filter(({ closed, grown, from }) =>
      claims.some((one) => isOf(one, closed, grown, from)),
    ).length,
    ...{ claimed: claims.length, falseAlarms, decoys: decoys.length, asked: 1 },
    decoysClaimed: decoys.filter(({ fallen, risen, from }) =>
      claims.some((one) => isOf(one, fallen, risen, from)),
    ).length,
  }
}

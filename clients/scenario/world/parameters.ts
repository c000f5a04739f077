import type { Level } from '../../../schema/wire/codes.ts'
import { OFFICES } from './offices.ts'

/** What a world is made by. The same parameters make the same bytes. */
export type WorldParameters = {
  seed: number
  /** Planted successors come on top. */
  networks: number
  /** Mean number of members of a network that has no planted part; never below four. */
  members: number
  /** Shares of the levels, of any sum. */
  levels: Record<Exclude<Level, 'LX'>, number>
  /** How much likelier two of one stage are to be tied than two of different ones, and two of one rank. */
  sameStage: number
  sameRank: number
  /** Ties that each member brings when he joins. */
  tiesEach: number
  male: number
  /** Places, and the share of them in the European Union. Every country on a route has two at least. */
  hubs: number
  hubsInUnion: number
  routes: number
  /** The first day of the world, a first of a month, and its length. */
  from: string
  months: number
  /** Share of the networks that begin in the first sixth of the world. */
  old: number
  /** Share of the networks that are dismantled, and of those that come back under another name. */
  dismantled: number
  succeeded: number
  /** Share of those who go on that are told of under the name that they had. */
  recognised: number
  /** Share of the networks that have a member in another network too. */
  bridged: number
  /** Share of the networks that are linked to another crime. */
  linked: number
  /** Legs that are closed while another grows with the same people, and pairs that look so and are not. */
  displacements: number
  decoys: number
  /** Share of a closed leg's traffic that leaves it. */
  moved: number
  /** Mean number of incidents on a leg in a month, however many networks work there. */
  incidentsPerLegMonth: number
  /** How often a membership or tie is reported again, in the mean. */
  retold: number
  claimsPerReport: number
  /** How many of the table of offices take part. */
  offices: number
}

/**
 * Levels: Campana 2018 (organisers 15 %, aides 85 %), of whom 2 % coordinate a whole way (our split). Stage and rank, and 95 %
 * male: Campana 2018, DOI 10.1177/1477370817749179. About 250 hubs, 170 of them in the Union: Europol–INTERPOL 2016. Thirty to a
 * network, a third older than ten years: Europol 2024. The rest is ours.
 */
export const DEFAULTS: WorldParameters = {
  seed: 1,
  networks: 120,
  members: 30,
  levels: { L1: 85, L2: 13, L3: 2 },
  sameStage: 7,
  sameRank: 1 / 3,
  tiesEach: 2,
  male: 0.95,
  hubs: 250,
  hubsInUnion: 0.68,
  routes: 16,
  from: '2010-01-01',
  months: 144,
  old: 1 / 3,
  dismantled: 0.2,
  succeeded: 0.5,
  recognised: 0.5,
  bridged: 0.1,
  linked: 0.15,
  displacements: 3,
  decoys: 1,
  moved: 0.85,
  incidentsPerLegMonth: 1,
  retold: 1,
  claimsPerReport: 18,
  offices: 12,
}

/** A world of few reports, for a test that loads it. */
export const TINY: Partial<WorldParameters> = {
  ...{
    networks: 3,
    members: 8,
    hubs: 10,
    routes: 3,
    months: 36,
    dismantled: 0.34,
    succeeded: 1,
    bridged: 0.34,
  },
  ...{ displacements: 1, decoys: 1, incidentsPerLegMonth: 0.2, retold: 0.2, offices: 4, claimsPerReport: 25 },
}

const WHOLE = [
  'seed',
  'networks',
  'tiesEach',
  'hubs',
  'routes',
  'months',
  'displacements',
  'decoys',
  'offices',
] as const
const SHARES = [
  'male',
  'hubsInUnion',
  'old',
  'dismantled',
  'succeeded',
  'recognised',
  'bridged',
  'linked',
  'moved',
] as const
const AMOUNTS = [
  'members',
  'sameStage',
  'sameRank',
  'incidentsPerLegMonth',
  'retold',
  'claimsPerReport',
] as const

/** The defaults with changes. Throws RangeError that names the parameter which makes no world. */
export function parametersOf(changes: Partial<WorldParameters> = {}): WorldParameters {
  const all = { ...DEFAULTS, ...changes }
  for (const name of WHOLE)
    expected(
      Number.isSafeInteger(all[name]) && all[name] >= 0,
      `${name} to be a whole number, got ${all[name]}`,
    )
  for (const name of SHARES)
    expected(all[name] >= 0 && all[name] <= 1, `${name} to be a share of 0 to 1, got ${all[name]}`)
  for (const name of AMOUNTS)
    expected(Number.isFinite(all[name]) && all[name] >= 0, `${name} to be 0 or more, got ${all[name]}`)
  inBounds(all)
  return all
}

function inBounds(all: WorldParameters): void {
  const { members, levels, months, from, offices, routes } = all
  expected(members >= 4, `4 members or more, got ${members}`)
  expected(all.sameStage > 0 && all.sameRank > 0, 'sameStage and sameRank above 0')
  expected(Object.values(levels).every((share) => share >= 0) && levels.L1 > 0, 'shares of the levels')
  expected(all.tiesEach >= 1, `1 tie or more, got ${all.tiesEach}`)
  expected(all.claimsPerReport >= 2 && all.claimsPerReport <= 1_000, 'claimsPerReport from 2 to 1000')
  expected(/^(19|20)\d\d-(0[1-9]|1[0-2])-01$/.test(from), `from to be a first of a month, got ${from}`)
  expected(months >= 24 && months <= 600, `months from 24 to 600, got ${months}`)
  expected(offices >= 1 && offices <= OFFICES.length, `1 to ${OFFICES.length} offices, got ${offices}`)
  const planted = all.displacements + 2 * all.decoys
  expected(routes >= Math.max(1, planted), 'a route for each displacement, two for each decoy')
  expected(all.networks <= 99_999 && routes <= 999 && all.hubs <= 9_999, 'names to be short enough')
}

function expected(fits: boolean, what: string): void {
  if (!fits) throw new RangeError(`expected ${what}`)
}

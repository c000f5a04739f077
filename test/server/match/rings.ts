import { officer, releaseTo, type TestRelease } from '../../laws/stage.ts'
import { report, SUBMIT } from '../../report.ts'
import { type MatchDesks, newKey } from './desks.ts'

// Networks as an office reports them: where they are, what they operate, how they work.

export type Spot = { latitude: number; longitude: number; precision?: number | null; locode?: string }
export const AGADEZ: Spot = { latitude: 16.97, longitude: 7.99 }
export const ARLIT: Spot = { latitude: 18.74, longitude: 7.39 }
export const FACETS = ['REC_01', 'TRN_02', 'PAY_02']

export type Ring = { network: string; reports: string[] }
export type RingSaid = {
  /** Where it is, by each claim of each report: the first report has two of them, the second one. */
  at?: Spot[]
  /** The ends of a leg that it operates, as often. */
  leg?: [Spot, Spot]
  facets?: string[]
  day?: string
  release?: TestRelease
}

type Claim = Record<string, unknown>

/** What one report says of a ring, `times` over. */
function said({ at = [], leg, facets, day }: RingSaid & { day: string }, times: number) {
  const spots = [...at, ...(leg ?? [])]
  const entities = spots.map((_, nth) => ({ local: `p${nth}`, kind: 'PLACE' }))
  const places = spots.map((spot, nth) => ({ place: { entity: `p${nth}`, precision: 5_000, ...spot } }))
  const repeated = (claim: Claim) => Array.from({ length: times }, () => ({ ...claim, observedFrom: day }))
  const ends = leg
    ? [
        { departsFrom: { from: 'leg', to: `p${spots.length - 2}` } },
        { arrivesAt: { from: 'leg', to: `p${spots.length - 1}` } },
        ...repeated({ operates: { from: 'ring', to: 'leg' } }),
      ]
    : []
  return {
    entities: [
      ...entities,
      ...(leg ? [{ local: 'leg', kind: 'LEG' }] : []),
      ...(facets ? [{ local: 'mo', kind: 'MODUS_OPERANDI' }] : []),
    ],
    claims: [
      ...places,
      ...at.flatMap((_, nth) => repeated({ locatedAt: { from: 'ring', to: `p${nth}` } })),
      ...ends,
      ...(facets ? [{ modusOperandi: { entity: 'mo', facets } }, { uses: { from: 'ring', to: 'mo' } }] : []),
    ],
  }
}

/** Submits a report of a ring, or of a new one. */
export async function reported(
  desks: MatchDesks,
  person: string,
  known: string | null,
  what: RingSaid,
  times: number,
): Promise<{ network: string; report: string }> {
  const release = what.release ?? releaseTo([], officer(person).country)
  const { entities, claims } = said({ ...what, day: what.day ?? '2026-03-01' }, times)
  const ring = { local: 'ring', kind: 'NETWORK', ...(known && { id: known }) }
  const input = report(newKey(), {
    release,
    entities: [ring, ...entities],
    claims: [{ network: { entity: 'ring', status: 'ACTIVE' } }, ...claims],
  })
  const { ids, report: made } = (await desks.data(person, SUBMIT, { input })).submitReport
  const network = known ?? ids.find(({ local }: { local: string }) => local === 'ring').id
  return { network, report: made.id }
}

/** A ring of which two reports of the officer's office say the same: enough for each trait to count. */
export async function ringOf(desks: MatchDesks, person: string, what: RingSaid = {}): Promise<Ring> {
  const whole = { at: [AGADEZ, ARLIT], facets: FACETS, ...what }
  const first = await reported(desks, person, null, whole, 2)
  const second = await reported(desks, person, first.network, { ...whole, facets: undefined as never }, 1)
  return { network: first.network, reports: [first.report, second.report] }
}

export const TRAITS =
  'query($network: ID!) { matchTraits(network: $network) { network traits { trait claims reports counts } watched { choice traits } } }'
export const WATCH =
  'mutation($key: String!, $input: WatchStructureInput!) { watchStructure(key: $key, input: $input) { network replayed } }'
export const UNWATCH =
  'mutation($key: String!, $network: ID!) { unwatchStructure(key: $key, network: $network) { network replayed } }'
export const ASK_STRUCTURE =
  'mutation($key: String!, $input: MatchStructureInput!) { matchStructure(key: $key, input: $input) { id due } }'
export const NETWORK_HITS =
  '{ hits(first: 100) { nodes { id type card network question announced office refused theirRefusal } } }'

type Trait = { trait: string; claims: number; reports: number; counts: boolean }
export async function traitsShown(desks: MatchDesks, person: string, network: string): Promise<Trait[]> {
  return (await desks.data(person, TRAITS, { network })).matchTraits.traits
}

/** Those that count. */
export const counting = async (desks: MatchDesks, person: string, network: string): Promise<string[]> =>
  (await traitsShown(desks, person, network)).flatMap(({ trait, counts }) => (counts ? [trait] : []))

/** Puts all that counts of a network on watch, or what is given. */
export async function watch(
  desks: MatchDesks,
  person: string,
  network: string,
  choice = 'ANNOUNCE',
  traits?: string[],
): Promise<void> {
  const input = { network, choice, traits: traits ?? (await counting(desks, person, network)) }
  await desks.data(person, WATCH, { key: newKey(), input })
}

export type NetworkHit = {
  id: string
  type: string
  card: null
  network: string | null
  question: string | null
  announced: boolean
  office: string | null
  refused: string | null
  theirRefusal: string | null
}
export const hitsOn = async (desks: MatchDesks, person: string, network: string): Promise<NetworkHit[]> =>
  (await desks.data(person, NETWORK_HITS)).hits.nodes.filter((hit: NetworkHit) => hit.network === network)

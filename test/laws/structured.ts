import { PURPOSE, type TestPortolan } from '../instance.ts'
import { report, SUBMIT } from '../report.ts'
import { officer, releaseTo } from './stage.ts'

// A network of two reports on watch, with a place, a leg and facets, and a question about it: what they leave in the graph, for the laws.

const CASE = 'NE-2016/0117'
let made = 0

/** A network of an officer's office, and alike any other that this made of the same day. */
export async function structured(
  portolan: TestPortolan,
  person: string,
  choice = 'ANNOUNCE',
  asks = true,
): Promise<{ network: string; traits: string[] }> {
  const data = async (query: string, variables: Record<string, unknown>) => {
    const { json, text } = await portolan.ask(person, query, variables, { ...PURPOSE, case: CASE })
    if (json.errors) throw new Error(text)
    return json.data
  }
  const known: { local: string; id: string }[] = []
  for (const nth of [1, 2]) {
    const input = report(`structured-${++made}-${nth}`, {
      release: releaseTo([], officer(person).country),
      entities: KINDS.map(([local, kind]) => ({ local, kind, ...known.find((one) => one.local === local) })),
      claims: CLAIMS,
    })
    known.push(...(await data(SUBMIT, { input })).submitReport.ids)
  }
  const network = known.find(({ local }) => local === 'ring')!.id
  const shown = 'query($network: ID!) { matchTraits(network: $network) { traits { trait counts } } }'
  const found = (await data(shown, { network })).matchTraits.traits as { trait: string; counts: boolean }[]
  const traits = found.flatMap(({ trait, counts }) => (counts ? [trait] : []))
  await data(
    'mutation($key: String!, $input: WatchStructureInput!) { watchStructure(key: $key, input: $input) { network } }',
    { key: `structured-watch-${made}`, input: { network, choice, traits } },
  )
  if (!asks) return { network, traits }
  await data(
    'mutation($key: String!, $input: MatchStructureInput!) { matchStructure(key: $key, input: $input) { id } }',
    { key: `structured-ask-${made}`, input: { network, case: CASE } },
  )
  return { network, traits }
}

const KINDS = [
  ['ring', 'NETWORK'],
  ['leg', 'LEG'],
  ['from', 'PLACE'],
  ['to', 'PLACE'],
  ['mo', 'MODUS_OPERANDI'],
] as const
const DAY = { observedFrom: '2026-03-01' }
const CLAIMS = [
  { network: { entity: 'ring' } },
  { place: { entity: 'from', latitude: 16.97, longitude: 7.99, precision: 5_000 } },
  { place: { entity: 'to', latitude: 18.74, longitude: 7.39, precision: 5_000 } },
  { modusOperandi: { entity: 'mo', facets: ['REC_01', 'TRN_02', 'PAY_02'] } },
  { uses: { from: 'ring', to: 'mo' } },
  ...[1, 2].map(() => ({ ...DAY, operates: { from: 'ring', to: 'leg' } })),
  { departsFrom: { from: 'leg', to: 'from' } },
  { arrivesAt: { from: 'leg', to: 'to' } },
]

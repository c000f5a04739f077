import { expect } from 'vitest'
import { type Release, reachOf } from '../../schema/wire/release.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { makeStage, releaseTo } from './stage.ts'

// Niger's office reports and decides; Italy received, Mali did not. What they can do and see, for all of law 7.

/** Open while the test file that imports this runs; each has its own. */
export let portolan: TestPortolan
export let graph: Graph
/** The compartment of what is released to nobody. */
export let ownOnly: number
export async function openOriginator(): Promise<void> {
  const login = await testNeo4j()
  graph = await openGraph(login)
  portolan = await openPortolan(login, await makeStage(), { graph })
  const origin = { office: 'ne-dst', country: 'NE' }
  ownOnly = await portolan.instance.compartments.numberOf(reachOf(releaseTo([], 'NE') as Release, origin))
}
export async function closeOriginator(): Promise<void> {
  await portolan?.close()
  await graph?.close()
}

export const [NIGER, ITALY, MALI] = ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fanta'] as const
export const toItaly = releaseTo(['country:IT'], 'NE')
let keys = 0
export const key = () => `originator-${++keys}`

export type Sent = { id: string; boss: string; ring: string }
export async function submitted(release = toItaly): Promise<Sent> {
  const { json } = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release }) })
  expect(json.errors).toBeUndefined()
  const { report: whole, ids } = json.data.submitReport
  return { id: whole.id, boss: ids[0].id, ring: ids[1].id }
}

const { release: _, ...CONTENT } = report('unused-key')
const correction = (label: string) => ({
  ...{ ...CONTENT, key: key(), entities: [{ local: 'ring', kind: 'NETWORK' }] },
  claims: [{ network: { entity: 'ring', label } }],
})
export type Change = (id: string, own?: string) => [string, Record<string, unknown>]
export const correct: Change = (id, own = key()) => [
  'mutation($id: ID!, $input: CorrectionInput!) { done: correctReport(report: $id, input: $input) { report { id } } }',
  { id, input: { ...correction('Corrected'), key: own } },
]
export const withdraw: Change = (id, own = key()) => [
  'mutation($id: ID!, $key: String!) { done: withdrawReport(report: $id, key: $key, reason: ERROR) { report { id status } } }',
  { id, key: own },
]
export const erase: Change = (id, own = key()) => [
  'mutation($id: ID!, $key: String!) { done: eraseReport(report: $id, key: $key, reason: COURT_ORDER) { report { id } } }',
  { id, key: own },
]
export const releaseAs =
  (release: object): Change =>
  (id, own = key()) => [
    'mutation($id: ID!, $key: String!, $release: ReleaseInput!) { done: releaseReport(report: $id, key: $key, release: $release) { report { id } } }',
    { id, key: own, release },
  ]
export const codes = (json: { errors?: { extensions: { code: string } }[] }) =>
  json.errors?.map(({ extensions }) => extensions.code)

export const sees = async (person: string, id: string, asOf?: string) =>
  (
    await portolan.ask(person, 'query($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id } }', {
      id,
      asOf,
    })
  ).json.data.report !== null
export const notices = async (person: string) =>
  (await portolan.ask(person, '{ notices { kind report } }')).json.data.notices as {
    kind: string
    report: string
  }[]

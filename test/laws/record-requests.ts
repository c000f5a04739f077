import { rm } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Audit } from '../../server/audit/log.ts'
import { openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type SpiedGraph, spiedGraph } from '../server/spied-graph.ts'
import { type BareSession, bareLogin, loginBody, type Request, request } from './bare-socket.ts'
import { makeStage, releaseTo } from './stage.ts'

// Every kind of request that comes to a Portolan: each must be on record before it runs, and before it is answered.

/** Open while the test file that imports this runs; each has its own. */
export let portolan: TestPortolan
export let graph: SpiedGraph
let cast: Cast
let session: BareSession
/** The log that the instance has by itself. */
export let own: Audit
/** Where logs of their own are kept, until all is closed. */
export const homes: string[] = []

export async function openRecorded(): Promise<void> {
  graph = spiedGraph(await openGraph(await testNeo4j()))
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast, { graph, pace: { heartbeat: 150, tick: 60_000 } })
  own = portolan.instance.audit
  session = await bareLogin(portolan, cast, 'ne-dst.aicha')
  const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input: input('record-first-1') })
  expect(json.errors).toBeUndefined()
}
export async function closeRecorded(): Promise<void> {
  if (own) portolan.instance.audit = own
  await portolan?.close()
  await graph?.close()
  for (const home of homes) await rm(home, { recursive: true, force: true })
}

export const input = (key: string) => report(key, { release: releaseTo([], 'NE') })
const body = (query: string, variables: object = {}) => ({
  query,
  variables,
  extensions: { purpose: PURPOSE },
})

let keys = 0
export type Asking = [title: string, make: () => Request | Promise<Request>]
const asking = (title: string, content: () => object): Asking => [
  title,
  () => request(portolan, '/graphql', content(), session),
]
/** A request to listen for what the office is told. */
export const listening = (query = 'subscription { events { kind about } }') =>
  request(portolan, '/graphql', body(query), session, { accept: 'text/event-stream' })

export const ASKED: Asking[] = [
  asking('a question', () => body('{ networks { edges { node { id } } } }')),
  asking('a change', () => body(SUBMIT, { input: input(`recorded-${++keys}`) })),
  asking('a syntax error', () => body('{ networks { ')),
  asking('a question without a purpose', () => ({ query: '{ networks { totalCount } }' })),
  asking('a question that his role may not ask', () =>
    body('{ auditPeriods(from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z") { id } }'),
  ),
  [
    'a stream that is refused',
    () => listening('subscription { events(after: "AAAAAAAAAAAAAAAAAAAAAAAAAAAA") { about } }'),
  ],
  ['a login', async () => request(portolan, '/login', (await loginBody(portolan, cast, 'ne-dst.issa')).body)],
  [
    'a logout',
    async () => request(portolan, '/logout', {}, await bareLogin(portolan, cast, 'ml-dnlt.fanta')),
  ],
]

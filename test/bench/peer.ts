import { deepStrictEqual } from 'node:assert'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Kind } from '../../schema/wire/codes.ts'
import type { Bench, Figure, Ground } from './bench.ts'
import { type LoadClient, sideBySide } from './load-client.ts'
import { worst } from './neighbourhood.ts'
import { PEER_NEIGHBOURHOOD, PEER_NETWORK, PEER_WORKS_WITH } from './peer-schema.ts'
import { CALLERS, thingsSeen } from './portolan.ts'
import { bodiesFor, NEIGHBOURHOOD, NETWORK, NOTHING, WORKS_WITH } from './questions.ts'
import { say } from './store.ts'

/** How many answers are compared, claim by claim, before anything is measured. */
const COMPARED = 50
/** How many things of other kinds are asked about. */
const MOST = 300

type Question = { name: string; ours: string; theirs: string; of?: Kind }

/**
 * The same content through `@neo4j/graphql` 7: ratio of answers per second. `bound` is the ratio of an answer of ours for
 * which nothing is looked up: no work on a question can take it further.
 */
export const neighbourhoodVsPeer = (bench: Bench): Promise<Figure[]> =>
  versus(bench, { name: 'neighbourhood.vs-neo4j-graphql', ours: NEIGHBOURHOOD, theirs: PEER_NEIGHBOURHOOD })

/** A network by all claims at it. */
export const networkVsPeer = (bench: Bench): Promise<Figure[]> =>
  versus(bench, { name: 'network.vs-neo4j-graphql', ours: NETWORK, theirs: PEER_NETWORK, of: 'NETWORK' })

/** Ids alone, one step: what suits the peer best. */
export const worksWithVsPeer = (bench: Bench): Promise<Figure[]> =>
  versus(bench, { name: 'worksWith.vs-neo4j-graphql', ours: WORKS_WITH, theirs: PEER_WORKS_WITH })

async function versus(bench: Bench, { name, ours, theirs, of = 'ACTOR' }: Question): Promise<Figure[]> {
  const ground = await bench.big()
  const peer = await openPeer(ground)
  const names: [string, string] = [name, `${name} by the peer`]
  const nothing = `${name} without the question`
  const seen = of === 'ACTOR' ? ground.actors : await thingsSeen(ground.running, ground.world, of, MOST)
  const ids = seen.map(({ id }) => id)
  const { port, sessions, scope } = ground.running
  const bound = { compartments: scope.compartments, asOf: scope.asOf, now: String(scope.asOf) }
  const bodies = ids.map((id) => JSON.stringify({ query: theirs, variables: { id, ...bound } }))
  bench.client.define(names[0], { over: 'http', port, sessions, bodies: bodiesFor(ours, ids) })
  bench.client.define(nothing, { over: 'http', port, sessions, bodies: bodiesFor(NOTHING, ids) })
  bench.client.define(names[1], { over: 'http', port: peer.port, sessions: null, bodies })
  try {
    await compare(bench.client, names)
    const figures: Figure[] = []
    const bounds: Figure[] = []
    for (const callers of [1, CALLERS]) {
      const { rate } = await sideBySide(bench.client, names, callers)
      say(`${name}, ${callers} callers: ${rate.map(Math.round).join(' against ')} per second`)
      figures.push({ name: `${name}.${callers}`, value: rate[0] / rate[1], unit: 'ratio' })
      const { rate: most } = await sideBySide(bench.client, [nothing, names[1]], callers, 2)
      bounds.push({ name: `${name}.bound.${callers}`, value: most[0] / most[1], unit: 'ratio' })
    }
    return [...worst(name, figures, Math.min), ...bounds]
  } finally {
    peer.close()
  }
}

/** Throws where the two do not show the same claims. */
async function compare(client: LoadClient, names: [string, string]): Promise<void> {
  const shown: string[][][] = []
  for (const name of names) {
    const { bodies } = await client.run(name, { callers: 1, most: COMPARED, keep: true })
    shown.push(bodies.map((body) => claimsIn(JSON.parse(body).data)))
  }
  deepStrictEqual(shown[0], shown[1])
  const claims = shown[0]!.flat().length
  say(`${names[0]}: ${COMPARED} answers hold the same ${claims} claims`)
}

/** The ids of all claims in an answer of either side, each once, sorted. */
function claimsIn(data: unknown): string[] {
  const found = new Set<string>()
  const walk = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, key)
    else if (value !== null && typeof value === 'object') {
      const one = value as Record<string, unknown>
      if (['claims', 'worksWith', 'relations'].includes(key) && typeof one.id === 'string') found.add(one.id)
      if (key === 'properties' && typeof one.claim === 'string') found.add(one.claim)
      for (const [name, inner] of Object.entries(one)) walk(inner, name)
    }
  }
  walk(data, '')
  return [...found].sort()
}

async function openPeer({ store }: Ground): Promise<{ port: number; close(): void }> {
  const child = fork(fileURLToPath(new URL('./peer-server.ts', import.meta.url)))
  child.send(store.login)
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { port, close: () => void child.kill() }
}

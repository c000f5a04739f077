import { entityNeighbourhood, MOST_CLAIMS } from '../../cypher/entity/entity.ts'
import type { Kind } from '../../schema/wire/codes.ts'
import { HUB } from '../../server/ask.ts'
import type { Sight } from '../../server/compartments.ts'
import { makeCast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { type BenchSession, openSession } from './callers.ts'
import { entityId } from './load-world.ts'
import { randomOf } from './random.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

export const CALLERS = 16
const OFFICE = 'ne-police'
const persons = Array.from({ length: CALLERS }, (_, nth) => `officer${nth}`)

export type Running = {
  portolan: TestPortolan
  port: number
  sessions: BenchSession[]
  /** What the office may see: the caller's own mask and list, and the last version. */
  scope: Sight & { asOf: number }
  close(): Promise<void>
}

/** The whole server on a store, with sixteen officers of one office signed in. */
export async function runPortolan(store: Store): Promise<Running> {
  const officers = Object.fromEntries(persons.map((name) => [name, 'FOCAL_POINT' as const]))
  const cast = await makeCast([
    { office: OFFICE, persons: officers },
    // Whom the bench's reports are released to.
    { office: 'it-police', persons: {} },
  ])
  const portolan = await openPortolan(store.login, cast)
  const sessions = await Promise.all(
    persons.map((name) => openSession(portolan.url, cast.key(`${OFFICE}.${name}`))),
  )
  const { directory, compartments, versions } = portolan.instance
  const caller = directory.caller(`${OFFICE}.${persons[0]}`, OFFICE, 'FOCAL_POINT', sessions[0]!.session)!
  return {
    portolan,
    port: Number(new URL(portolan.url).port),
    sessions,
    scope: { ...compartments.sightOf(caller), asOf: versions.watermark() },
    close: () => portolan.close(),
  }
}

/** The parameters with which the server asks for a neighbourhood of depth 2, as the driver takes them. */
export const boltParams = (
  id: string,
  { mask, compartments, asOf }: Running['scope'],
): Record<string, unknown> => ({
  ...{ id, depth: 2n, most: BigInt(MOST_CLAIMS), mask, compartments, asOf: BigInt(asOf), hub: BigInt(HUB) },
})

export type Found = { id: string; nodes: number; claims: number }

const FEWEST_CLAIMS = 5

/** Things of one kind around which the office sees something, `count` of them drawn by seed, with how much it sees. */
export async function thingsSeen(
  { portolan, scope }: Running,
  world: World,
  of: Kind,
  count: number,
  seed = 7,
): Promise<Found[]> {
  const random = randomOf(seed)
  const things = world.kinds.flatMap((kind, i) => (kind === of ? [i] : []))
  const found = new Map<string, Found>()
  for (let tries = 0; found.size < count && tries < count * 10; tries++) {
    const id = entityId(random.pick(things))
    const params = { id, depth: 2, most: MOST_CLAIMS, hub: HUB, ...scope }
    const [row] = await portolan.graph.read(entityNeighbourhood, params, 60_000)
    if (row && row.claims.length >= FEWEST_CLAIMS)
      found.set(id, { id, nodes: row.nodes.length, claims: row.claims.length })
  }
  return [...found.values()]
}

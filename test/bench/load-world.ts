import type { Act, SubmitRow } from '../../cypher/report/write.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import { LABELS } from '../../schema/wire/model.ts'
import { reachKey } from '../../schema/wire/release.ts'
import type { Graph } from '../../server/graph.ts'
import { idsOf } from '../../server/ids.ts'
import { submitRow } from '../../server/report/rows.ts'
import { setUp } from '../../server/setup.ts'
import type { Told, World } from './world.ts'

/** Rows to a transaction: the loader is alone and can take more than the server's writer does. */
const GROUP = 5_000
/** All that is stored lies an hour in the past, one report a millisecond. */
const HOUR = 3_600_000

/** The world's ids are not an instance's: they need no secret. */
const WORLD_IDS = idsOf(Buffer.alloc(32, 'w'))
export const entityId = (entity: number): string => WORLD_IDS.id('entity', String(entity))

/**
 * Puts a world into an empty store in the very form that the server writes: the rows of `submitRow`, with acts and
 * versions. Node by node and type by type, which is several times faster than report by report.
 */
export async function loadWorld(graph: Graph, world: World, say: (line: string) => void): Promise<void> {
  // The seeks below need these two; the rest is made from what lies there, at the end.
  await graph.setup('CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE')
  await graph.setup('CREATE CONSTRAINT report_id IF NOT EXISTS FOR (r:Report) REQUIRE r.id IS UNIQUE')
  const stream = loading(graph)
  for (const [number, reach] of world.reaches.entries())
    await stream.add('CREATE (c:Compartment) SET c = row', { number, key: reachKey(reach), ...reach })
  for (const [entity, kind] of world.kinds.entries())
    await stream.add(`CREATE (:Entity:${LABELS[kind]} {id: row})`, entityId(entity))
  await stream.end()
  const from = Date.now() - HOUR
  let version = 0
  for (const told of world.reports()) {
    version += 1
    const { act, report, entities, relations } = rowOf(told, { version, time: from + version })
    await stream.add(REPORT, { act, report })
    for (const { id, said } of entities)
      for (const props of said) await stream.add(DESCRIBES, { from: report.id, to: id, props })
    for (const { type, ...row } of relations) await stream.add(relationText(type), row)
    if (version % 5_000 === 0) say(`loaded ${version} reports`)
  }
  await stream.end()
  await setUp(graph)
}

const REPORT = 'CREATE (a:Act) SET a = row.act CREATE (r:Report) SET r = row.report'
const DESCRIBES =
  'MATCH (x:Report {id: row.from}), (y:Entity {id: row.to}) CREATE (x)-[k:DESCRIBES]->(y) SET k = row.props'
const relationText = (type: string) =>
  `MATCH (x:Entity {id: row.from}), (y:Entity {id: row.to}) CREATE (x)-[k:${type}]->(y) SET k = row.props`

/** Rows by their statement, written in groups; the next group is made while Neo4j writes one. */
function loading(graph: Graph) {
  const waiting = new Map<string, unknown[]>()
  let writing: Promise<unknown> = Promise.resolve()

  async function flush(text: string): Promise<void> {
    const rows = waiting.get(text) ?? []
    waiting.set(text, [])
    await writing
    if (rows.length > 0) writing = graph.setup(`UNWIND $rows AS row ${text}`, { rows })
  }

  return {
    async add(text: string, row: unknown): Promise<void> {
      const rows = waiting.get(text) ?? []
      waiting.set(text, rows)
      if (rows.push(row) < GROUP) return
      // What describes must find its report.
      await flush(REPORT)
      await flush(text)
    },
    /** In the order in which each statement came first, so that what is pointed to stands before what points. */
    async end(): Promise<void> {
      for (const text of waiting.keys()) await flush(text)
      await writing
    },
  }
}

/** The row that a report becomes at its version, as `server/report/desk.ts` makes it. */
export function rowOf(told: Told, stamp: { version: number; time: number }): SubmitRow {
  const ids = WORLD_IDS
  const { office, compartment, checked } = told
  const caller = callerOf(office)
  const id = ids.id('report', office.office, checked.key)
  const entities = new Map(
    checked.entities.map(({ local, kind }) => [local, { id: entityId(told.entities.get(local)!), kind }]),
  )
  const named = [...entities].map(([local, entity]) => ({ local, id: entity.id }))
  const resolved = {
    ...{ caller, checked, id, chain: id, corrects: null, compartment, compartments: [compartment] },
    ...{ entities, author: caller.person, noteKeys: [] },
  }
  const act: Act = {
    id: ids.id('act', office.office, checked.key),
    key: ids.key('act', office.office, caller.person, checked.key),
    officeKey: ids.key('act', office.office, checked.key),
    body: sha256(checked.key).toString('hex'),
    ...{ kind: 'SUBMIT', report: id, chain: id, office: office.office, author: caller.person, ...stamp },
    ...{ reason: null, release: JSON.stringify(checked.release), ids: JSON.stringify(named) },
  }
  return { ...submitRow(ids, resolved, stamp), act, notices: [], retracts: [] }
}

function callerOf({ office, country }: Told['office']): Caller {
  return {
    ...{ session: 'world', person: `${office}.world`, country, office, offices: [office] },
    ...{ officeKind: 'POLICE', role: 'FOCAL_POINT', principals: [], teams: [] },
  }
}

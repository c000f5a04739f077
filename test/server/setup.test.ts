import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Graph, openGraph } from '../../server/graph.ts'
import { setUp } from '../../server/setup.ts'
import { warm } from '../../server/warm.ts'
import { testNeo4j } from '../neo4j.ts'
import { spiedGraph } from './spied-graph.ts'

const FOLDER = new URL('../../cypher/setup/', import.meta.url)
const files = readdirSync(FOLDER).sort()
const texts = files.map((file) => readFileSync(new URL(file, FOLDER), 'utf8'))
const names = texts
  .flatMap((text) => [...text.matchAll(/CREATE (?:CONSTRAINT|INDEX) (\w+)/g)].map(([, name]) => name!))
  .sort()

let graph: Graph
beforeAll(async () => {
  graph = await openGraph(await testNeo4j())
})
afterAll(() => graph?.close())

const standing = async () => {
  const constraints = await graph.setup('SHOW CONSTRAINTS YIELD name')
  const indexes = await graph.setup(
    "SHOW INDEXES YIELD name, state, owningConstraint, type WHERE owningConstraint IS NULL AND type <> 'LOOKUP' RETURN name, state",
  )
  expect(indexes.filter(({ state }) => state !== 'ONLINE')).toEqual([])
  return [...constraints, ...indexes].map(({ name }) => name as string).sort()
}
const numbers = async () =>
  (await graph.setup('MATCH (s:Setup) RETURN s.number AS number ORDER BY number')).map(({ number }) => number)
const clear = async () => {
  await graph.setup('MATCH (s:Setup) DELETE s')
  for (const { name } of await graph.setup('SHOW CONSTRAINTS YIELD name'))
    await graph.setup(`DROP CONSTRAINT ${name}`)
  for (const { name } of await graph.setup(
    "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name",
  ))
    await graph.setup(`DROP INDEX ${name}`)
}

/** The same store, which is gone after `statements` more. */
function dying(statements: number): Graph {
  let left = statements
  return {
    ...graph,
    setup(text, params) {
      if (left-- <= 0) return Promise.reject(new Error('killed'))
      return graph.setup(text, params)
    },
  }
}

describe('the setup of a store', () => {
  it('is applied in order, once, and noted by number', async () => {
    await clear()
    expect(await setUp(graph)).toEqual(files.map((_, i) => i + 1))
    expect(await standing()).toEqual(names)
    expect(await numbers()).toEqual(files.map((_, i) => i + 1))
    expect(await setUp(graph)).toEqual([])
    expect(await standing()).toEqual(names)
  })

  it('interrupted after any number of statements is finished by the next start, with nothing twice', async () => {
    const statements = names.length + files.length + 2
    for (const after of [0, 1, 3, 9, 10, 11, 14, statements - 1]) {
      await clear()
      await expect(setUp(dying(after))).rejects.toThrow('killed')
      await setUp(graph)
      expect(await standing()).toEqual(names)
      expect(await numbers()).toEqual(files.map((_, i) => i + 1))
    }
  }, 240_000)

  it('run by two starts at once stands once', async () => {
    await clear()
    const both = await Promise.allSettled([setUp(graph), setUp(graph)])
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true)
    await setUp(graph)
    expect(await standing()).toEqual(names)
    expect(await numbers()).toEqual(files.map((_, i) => i + 1))
  })

  it('numbers its files from 001 without a gap, and each statement may run again', () => {
    expect(files.map((file) => file.slice(0, 4))).toEqual(
      files.map((_, i) => `${String(i + 1).padStart(3, '0')}-`),
    )
    // What fills in a property does so only where it is missing.
    for (const statement of texts
      .join('')
      .split(';')
      .filter((one) => one.trim() !== ''))
      expect(statement).toMatch(/ IF NOT EXISTS |^\s*MATCH .* WHERE \S+ IS NULL /)
  })

  it('fills in what an older store lacks, once', async () => {
    await graph.setup(
      "CREATE (:Report {id: 'old'})-[:DESCRIBES {compartment: 1}]->(:Entity {id: 'described'})",
    )
    await graph.setup('MATCH (s:Setup {number: 3}) DELETE s')
    expect(await setUp(graph)).toEqual([3])
    const [row] = await graph.setup("MATCH (:Report {id: 'old'})-[d:DESCRIBES]->() RETURN d.entity AS entity")
    expect(row).toEqual({ entity: 'described' })
    await graph.setup("MATCH (n) WHERE n.id IN ['old', 'described'] DETACH DELETE n")
  })

  it('is followed by planning every read, which sees nothing', async () => {
    const spy = spiedGraph(graph)
    await graph.setup("CREATE (:Report {id: 'warm', compartment: 1, recordedAt: 1, retractedAt: 9})")
    const instance = { graph: spy, deadline: 5_000 }
    const warming = warm(instance)
    expect(instance.deadline).toBe(30_000)
    await warming
    expect(instance.deadline).toBe(5_000)
    expect(spy.calls.length).toBeGreaterThan(10)
    expect(spy.calls.every((name) => !/submit|release|erase|send|intern/.test(name))).toBe(true)
  })
})

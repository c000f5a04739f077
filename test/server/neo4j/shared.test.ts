import neo4j from 'neo4j-driver'
import { expect, test } from 'vitest'
import { testNeo4j } from '../../neo4j.ts'
import { emptyNeo4j } from '../../neo4j-instance.ts'

const login = await testNeo4j()

test('the shared Neo4j is the same for the whole file', async () => {
  expect(await testNeo4j()).toBe(login)
})

test('it is emptied of data, and of constraints and indexes that are not of the setup, before it is lent', async () => {
  const driver = neo4j.driver(login.uri, neo4j.auth.basic(login.user, login.password))
  const left = async () => {
    const nodes = await driver.executeQuery('MATCH (n) RETURN count(n) AS n')
    const indexes = await driver.executeQuery(
      "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name",
    )
    return [Number(nodes.records[0]!.get('n')), indexes.records.length]
  }
  try {
    const [nodes, ours] = await left()
    expect(nodes).toBe(0)
    await driver.executeQuery('CREATE CONSTRAINT port_id FOR (p:Port) REQUIRE p.id IS UNIQUE')
    await driver.executeQuery('CREATE INDEX port_name FOR (p:Port) ON (p.name)')
    await driver.executeQuery('CREATE (:Port {id: 1})-[:LEADS_TO]->(:Port {id: 2})')
    expect(await left()).toEqual([2, ours! + 2])
    await emptyNeo4j(login)
    expect(await left()).toEqual([0, ours])
  } finally {
    await driver.close()
  }
})

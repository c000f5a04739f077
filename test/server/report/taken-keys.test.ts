import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Graph, openGraph } from '../../../server/graph.ts'
import { openTakenKeys } from '../../../server/report/taken-keys.ts'
import { setUp } from '../../../server/setup.ts'
import { testNeo4j } from '../../neo4j.ts'

let graph: Graph
beforeAll(async () => {
  graph = await openGraph(await testNeo4j())
  await setUp(graph)
  await graph.setup("CREATE (:Act {key: 'one', officeKey: 'office', version: 1})")
}, 300_000)
afterAll(() => graph?.close())

it('knows the keys of officers and of offices, and no other', async () => {
  const { any } = openTakenKeys(graph)
  const asked = [['one'], ['office'], ['two', 'office'], ['two', 'three'], ['two']]
  expect(await Promise.all(asked.map((keys) => any(keys)))).toEqual([true, true, true, false, false])
})

it('reads once for all who come while it reads', async () => {
  let reads = 0
  let letGo = () => {}
  const held = new Promise<void>((go) => {
    letGo = go
  })
  const slow: Graph['read'] = async (...question) => {
    reads += 1
    if (reads === 1) await held
    return graph.read(...question)
  }
  const { any } = openTakenKeys({ read: slow })
  const first = any(['two'])
  await expect.poll(() => reads).toBe(1)
  const others = Array.from({ length: 16 }, (_, nth) => any([`key-${nth}`, 'one']))
  letGo()
  expect(await first).toBe(false)
  expect(await Promise.all(others)).toEqual(Array(16).fill(true))
  expect(reads).toBe(2)
})

it('fails for those whose read fails, and reads again for the next', async () => {
  let broken = true
  const { any } = openTakenKeys({
    read: (...question) => (broken ? Promise.reject(new Error('gone')) : graph.read(...question)),
  })
  await expect(any(['one'])).rejects.toThrow('gone')
  broken = false
  expect(await any(['one'])).toBe(true)
})

import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { packetsRewrap } from '../../cypher/packets/packets.ts'
import { openWorld, WHY, type World } from './world.ts'

// The desk of Italy passes to another key, and the server is killed while a batch of it is on its way to Neo4j. After each
// start there is all of the batch or nothing, and the same command goes on.

vi.setConfig({ testTimeout: 600_000 })

const MESSAGES = 8
const text = (nth: number) => `Rendez-vous ${nth}`
const asAicha = ['--as', 'ne-dst.aicha', ...WHY]
const asPaola = ['--as', 'it-sco.paola', ...WHY]
let world: World
let paola: string

beforeAll(async () => {
  world = await openWorld()
  const aicha = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  paola = await world.makeHome(['it-sco.paola', 'office:it-sco'])
  const letter = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', ...asAicha, '--text']
  for (let nth = 0; nth < MESSAGES; nth++) await world.data(aicha, [...letter, text(nth)])
  await world.replaceKey('it-sco')
  await world.give(paola, 'office:it-sco')
}, 600_000)
afterEach(() => {
  world.bolt.onSegment = null
})
afterAll(() => world?.close(), 120_000)

const states = async () => (await world.data(paola, ['handover', 'status', ...asPaola])).states

/** Where in the batch the server dies: the segments that Neo4j still gets, and whether it is its answer that is lost. */
it.each([
  ['before Neo4j has heard of it', 0, 'up'],
  ['with half of it on its way', 2, 'up'],
  ['when Neo4j answers', 0, 'down'],
] as const)('a server that is killed %s leaves all of a batch or none', async (_, passing, direction) => {
  const { FORMER_KEY } = await states()
  let left: number | null = null
  let killed = false
  world.bolt.onSegment = async (to, bytes) => {
    if (killed) return true
    if (left === null && to === 'up' && bytes.includes(packetsRewrap.text.slice(0, 40))) left = passing
    if (left === null || to !== direction || left-- > 0) return false
    killed = true
    await world.kill()
    return true
  }
  const { code } = await world.cli(paola, ['handover', 'start', ...asPaola])
  world.bolt.onSegment = null
  if (FORMER_KEY > 0) expect([code === 0, killed]).toEqual([false, true])
  if (killed) await world.start()
  const after = await states()
  expect([0, MESSAGES]).toContain(after.FORMER_KEY)
  expect(after.FORMER_KEY + after.WRAPPED).toBe(MESSAGES)
})

it('goes on with the same command, wraps nothing twice, and its successor opens every message', async () => {
  const { FORMER_KEY } = await states()
  const done = await world.data(paola, ['handover', 'start', ...asPaola])
  expect(done).toEqual({ wrapped: FORMER_KEY, unopened: [] })
  expect(await states()).toMatchObject({ FORMER_KEY: 0, WRAPPED: MESSAGES })
  const successor = await world.makeHome(['it-sco.paola', 'office:it-sco'])
  const { nodes } = await world.data(successor, ['message', 'inbox', '--first', '100', ...asPaola])
  const texts: string[] = []
  for (const { id } of nodes)
    texts.push((await world.data(successor, ['message', 'open', id, ...asPaola])).content.text)
  expect(texts.sort()).toEqual(Array.from({ length: MESSAGES }, (_, nth) => text(nth)))
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchTold } from '../../../cypher/match/batch.ts'
import { releaseTo } from '../../laws/stage.ts'
import { testNeo4j } from '../../neo4j.ts'
import { SUBMIT } from '../../report.ts'
import { listen } from '../listener.ts'
import { ANNOUNCE, type MatchDesks, newKey, newToken, openMatchDesks, REFUSE, saying } from './desks.ts'
import { hitsOn, ringOf, watch } from './rings.ts'

// An office that was told first of a hit and does not decide is reminded, until it does.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
const DAY = 86_400_000
const FIRST = 'ANNOUNCE_TO_ME_FIRST'
const ERASE =
  'mutation($id: ID!, $key: String!) { eraseCard(card: $id, key: $key, reason: COURT_ORDER) { card } }'
const CHOOSE =
  'mutation($id: ID!, $key: String!, $choice: MatchChoice!) { setMatchChoice(key: $key, card: $id, choice: $choice) { card } }'

/** Two cards that hold the same, and the hit. */
async function met(niger = FIRST, italy = 'ANNOUNCE') {
  const token = newToken()
  const entity = await desks.actor(NIGER)
  const ours = await desks.card(NIGER, { entity })
  await desks.place(NIGER, ours, [token], niger)
  const theirs = await desks.holding(ITALY, [token], italy)
  await desks.batch()
  const hit = (await desks.hits(NIGER)).find(({ card }) => card === ours)
  return { entity, ours, theirs, id: hit?.id ?? '' }
}
/** The offices that were reminded of a hit, each as often as it was. */
async function reminded(about: string): Promise<string[]> {
  const rows = await desks.portolan.graph.setup(
    "MATCH (e:Event {kind: 'HIT_UNDECIDED'}) WHERE e.about = $about RETURN e.offices AS offices",
    { about },
  )
  return rows.flatMap(({ offices }) => offices as string[]).sort()
}
async function daysLater(days: number): Promise<void> {
  desks.pass(days * DAY)
  await desks.batch()
}

describe('an office that was told first', () => {
  it('is reminded after three days and then each week, until it announces', async () => {
    const { id } = await met()
    await daysLater(2.9)
    expect(await reminded(id)).toEqual([])
    await daysLater(0.1)
    expect(await reminded(id)).toEqual(['ne-dst'])
    await desks.batch()
    await daysLater(6.9)
    expect(await reminded(id)).toEqual(['ne-dst'])
    await daysLater(0.1)
    expect(await reminded(id)).toEqual(['ne-dst', 'ne-dst'])
    await desks.data(NIGER, ANNOUNCE, { id })
    await daysLater(30)
    expect(await reminded(id)).toEqual(['ne-dst', 'ne-dst'])
  })

  it('is reminded no more once it refuses, or the other goes no further', async () => {
    const [refused, ended] = [await met(), await met(FIRST, FIRST)]
    await desks.data(NIGER, REFUSE, { id: refused.id, reason: 'NOT_HELD' })
    await desks.data(ITALY, REFUSE, { id: ended.id, reason: 'NOT_HELD' })
    await daysLater(30)
    for (const { id } of [refused, ended]) expect(await reminded(id)).toEqual([])
  })

  it('hears of its hit and of nothing else, and the other office nothing', async () => {
    const { id } = await met()
    desks.pass(3 * DAY)
    const [own, other, unit] = await Promise.all(
      [NIGER, ITALY, 'ne-dst-agadez.moussa'].map(async (person) =>
        listen(await desks.portolan.session(person)),
      ),
    )
    await desks.batch()
    const { events } = desks.portolan.instance
    await events.publish({ kind: 'RESEAL_TASK', offices: ['it-sco', 'ne-dst'], id: 'last' })
    const { time: _, ...told } = (await own!.heard()).data.events
    expect(told).toEqual({
      ...{ kind: 'HIT_UNDECIDED', about: id, thread: null, type: null, urgency: null, due: null },
    })
    for (const one of [other!, unit!]) expect((await one.heard()).data.events.about).toBe('last')
    for (const one of [own!, other!, unit!]) one.leave()
  })

  it('is reminded of a network that it has on watch', async () => {
    const [ours, theirs] = [await ringOf(desks, NIGER), await ringOf(desks, ITALY)]
    await watch(desks, NIGER, ours.network, FIRST)
    await watch(desks, ITALY, theirs.network, FIRST)
    await desks.batch()
    const [hit] = await hitsOn(desks, NIGER, ours.network)
    const { id } = hit!
    await watch(desks, ITALY, theirs.network, 'SILENT')
    await daysLater(3)
    expect(await reminded(id)).toEqual(['ne-dst'])
  })
})

describe('nobody is reminded', () => {
  it('who chose to be silent, or announces', async () => {
    for (const choices of [
      ['SILENT', 'ANNOUNCE'],
      ['ANNOUNCE', 'ANNOUNCE'],
    ]) {
      const { id } = await met(...choices)
      expect(id).not.toBe('')
      await daysLater(10)
      expect(await reminded(id)).toEqual([])
    }
  })

  it('whose card was erased, became protected, was sealed anew or is silent since', async () => {
    const [erased, barred, anew, silent, open] = [
      await met(),
      await met(),
      await met(),
      await met(),
      await met(),
    ]
    await desks.data(NIGER, ERASE, { id: erased.ours, key: newKey() })
    const minor = saying(barred.entity, { minor: true }, releaseTo([], 'NE'))
    await desks.data(NIGER, SUBMIT, { input: minor })
    await desks.card(NIGER, { entity: anew.entity, id: anew.ours, version: 2 })
    await desks.data(NIGER, CHOOSE, { id: silent.ours, key: newKey(), choice: 'SILENT' })
    await daysLater(3)
    for (const { id } of [erased, barred, anew, silent]) expect(await reminded(id)).toEqual([])
    expect(await reminded(open.id)).toEqual(['ne-dst'])
    await desks.data(NIGER, CHOOSE, { id: silent.ours, key: newKey(), choice: FIRST })
    await daysLater(7)
    expect(await reminded(silent.id)).toEqual(['ne-dst'])
  })
})

describe('a batch that is cut short as it reminds', () => {
  it('tells it the next time, once', async () => {
    const { id } = await met()
    const { graph } = desks.portolan
    const { write } = graph
    graph.write = async (statement, ...rest) => {
      if (statement.name !== matchTold.name) return write(statement, ...rest)
      graph.write = write
      throw new Error('cut')
    }
    await daysLater(3)
    expect(await reminded(id)).toEqual(['ne-dst'])
    await desks.batch()
    expect(await reminded(id)).toEqual(['ne-dst'])
  })

  it('tells nobody who has decided meanwhile', async () => {
    const { id } = await met()
    const { events } = desks.portolan.instance
    const { publish } = events
    events.publish = async () => {
      throw new Error('cut')
    }
    await daysLater(3)
    events.publish = publish
    await desks.data(NIGER, ANNOUNCE, { id })
    await desks.batch()
    expect(await reminded(id)).toEqual([])
  })
})

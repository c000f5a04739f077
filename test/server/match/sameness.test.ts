import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchJoined } from '../../../cypher/match/match.ts'
import { reportSubmit } from '../../../cypher/report/write.ts'
import { officer, releaseTo } from '../../laws/stage.ts'
import { testNeo4j } from '../../neo4j.ts'
import { GRADING, SUBMIT } from '../../report.ts'
import { ANNOUNCE, type MatchDesks, newKey, newToken, openMatchDesks, saying } from './desks.ts'

// Both sides of a hit say that they mean the same: then two pseudonyms are joined, for the two of them and for nobody else.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
const MALI = 'ml-dnlt.fanta'
const PROPOSE =
  'mutation($id: ID!, $input: SameInput!) { proposeSame(id: $id, input: $input) { id proposed theirProposal same } }'
const OPEN =
  'query($id: ID!) { actor(id: $id) { id relations { id type from { id } to { id } office basis source } } }'

type Pair = { hit: string; entities: [string, string]; cards: [string, string] }

/** Two cards that met, of actors whom Mali sees as well. */
async function met(choice = 'ANNOUNCE'): Promise<Pair> {
  const token = newToken()
  const known = async (person: string) => {
    const entity = await desks.actor(person, {}, releaseTo(['office:ml-dnlt'], officer(person).country))
    const card = await desks.card(person, { entity })
    await desks.place(person, card, [token], choice)
    return { entity, card }
  }
  const [ours, theirs] = [await known(NIGER), await known(ITALY)]
  await desks.batch()
  const [hit] = (await desks.hits(NIGER)).filter(({ card }) => card === ours.card)
  return { hit: hit!.id, entities: [ours.entity, theirs.entity], cards: [ours.card, theirs.card] }
}

const inputOf = (person: string, entity: string, more: object = {}) => {
  const { basis: _, ...grading } = GRADING
  const country = officer(person).country === 'NE' ? 'IT' : 'NE'
  return {
    ...{ entity, purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86', reviewDue: '2030-01-01', grading },
    transfers: [{ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }],
    ...more,
  }
}
const propose = async (person: string, id: string, entity: string, more: object = {}) =>
  (await desks.data(person, PROPOSE, { id, input: inputOf(person, entity, more) })).proposeSame
const opened = async (person: string, id: string) => {
  const { json, text } = await desks.portolan.ask(person, OPEN, { id })
  if (json.errors) throw new Error(text)
  return text
}
const joinsOf = async (person: string, id: string) =>
  (JSON.parse(await opened(person, id)).data.actor?.relations ?? []).filter(
    ({ type }: { type: string }) => type === 'SAME_AS',
  )

describe('two proposals', () => {
  it('become two reports of two offices, which both see and a third does not', async () => {
    const { hit, entities } = await met()
    const [ours, theirs] = entities
    const before = [await opened(MALI, ours), await opened(MALI, theirs)]
    expect(await propose(NIGER, hit, ours)).toEqual({
      id: hit,
      proposed: true,
      theirProposal: false,
      same: null,
    })
    expect(await joinsOf(NIGER, ours)).toEqual([])
    expect(await joinsOf(ITALY, theirs)).toEqual([])
    const done = await propose(ITALY, hit, theirs)
    expect(done.same).toEqual(expect.any(String))
    for (const [person, entity] of [
      [NIGER, ours],
      [NIGER, theirs],
      [ITALY, ours],
      [ITALY, theirs],
    ] as const) {
      const joins = await joinsOf(person, entity)
      expect(joins.map(({ office }: { office: string }) => office).sort()).toEqual([...['it-sco', 'ne-dst']])
      for (const { from, to, basis } of joins) {
        expect([from.id, to.id].sort()).toEqual([...entities].sort())
        expect(basis).toBe('ASSESSMENT')
      }
    }
    expect([await opened(MALI, ours), await opened(MALI, theirs)]).toEqual(before)
    for (const stranger of [MALI, 'it-proc.giulia']) {
      const { json } = await desks.portolan.ask(stranger, 'query($id: ID!) { report(id: $id) { id } }', {
        id: done.same,
      })
      expect(json.data.report).toBeNull()
    }
    // The same again is no other report.
    expect((await propose(ITALY, hit, theirs)).same).toBe(done.same)
    expect(await joinsOf(ITALY, theirs)).toHaveLength(2)
  })

  it('are undone as any report is: each office takes its own back', async () => {
    const { hit, entities } = await met()
    await propose(ITALY, hit, entities[1])
    const { same } = await propose(NIGER, hit, entities[0])
    const withdraw =
      'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { replayed } }'
    await desks.data(NIGER, withdraw, { id: same, key: newKey() })
    expect((await joinsOf(ITALY, entities[0])).map(({ office }: { office: string }) => office)).toEqual([
      'it-sco',
    ])
    const theirs = (await desks.data(ITALY, 'query($id: ID!) { hit(id: $id) { same } }', { id: hit })).hit
      .same
    const erase =
      'mutation($id: ID!, $key: String!) { eraseReport(report: $id, key: $key, reason: COURT_ORDER) { replayed } }'
    await desks.data(ITALY, erase, { id: theirs, key: newKey() })
    expect(await joinsOf(ITALY, entities[1])).toEqual([])
    expect(JSON.parse(await opened(ITALY, entities[0])).data.actor).toBeNull()
  })

  it('that were cut short in the middle are whole once either proposes again, and nothing stands twice', async () => {
    for (const name of [reportSubmit.name, matchJoined.name]) {
      const { hit, entities } = await met()
      await propose(NIGER, hit, entities[0])
      const { graph } = desks.portolan
      const { write } = graph
      let left = name === reportSubmit.name ? 1 : 0
      graph.write = async (statement, ...rest) => {
        if (statement.name !== name || left-- > 0) return write(statement, ...rest)
        graph.write = write
        throw new Error('cut')
      }
      const cut = await desks.fault(ITALY, PROPOSE, { id: hit, input: inputOf(ITALY, entities[1]) })
      // Something of it stands already: the fault says to send it again.
      expect(cut).toBe('OUTCOME_UNCONFIRMED')
      graph.write = write
      expect((await propose(ITALY, hit, entities[1])).same).toEqual(expect.any(String))
      expect(await joinsOf(NIGER, entities[0])).toHaveLength(2)
    }
  })
})

describe('a proposal', () => {
  it('needs two cards whose offices know each other, the own card’s entity, and a ground for the other state', async () => {
    const { hit, entities } = await met('SILENT')
    const input = inputOf(NIGER, entities[0])
    expect(await desks.fault(NIGER, PROPOSE, { id: hit, input })).toBe('NOT_ALLOWED')
    await desks.data(NIGER, ANNOUNCE, { id: hit })
    expect(await desks.fault(NIGER, PROPOSE, { id: hit, input })).toBe('NOT_ALLOWED')
    await desks.data(ITALY, ANNOUNCE, { id: hit })
    const faults = [
      [inputOf(NIGER, entities[1]), 'BAD_REFERENCE'],
      [inputOf(NIGER, entities[0], { transfers: [] }), 'TRANSFER_BASIS_MISSING'],
      [inputOf(NIGER, entities[0], { legalBasis: 'the law of the year 2010' }), 'FREE_TEXT'],
    ] as const
    for (const [wrong, code] of faults)
      expect(await desks.fault(NIGER, PROPOSE, { id: hit, input: wrong })).toBe(code)
    for (const stranger of ['ne-dst-agadez.moussa', MALI])
      expect(await desks.fault(stranger, PROPOSE, { id: hit, input })).toBe('NOT_FOUND')
    expect((await propose(NIGER, hit, entities[0])).proposed).toBe(true)
  })

  it('joins nobody who is known to be protected since, on either side', async () => {
    const { hit, entities } = await met()
    await propose(NIGER, hit, entities[0])
    const said = saying(entities[0], { minor: true }, releaseTo([], 'NE'))
    await desks.data(NIGER, SUBMIT, { input: said })
    expect((await propose(ITALY, hit, entities[1])).same).toBeNull()
    expect(await joinsOf(ITALY, entities[1])).toEqual([])
    expect(await desks.fault(NIGER, PROPOSE, { id: hit, input: inputOf(NIGER, entities[0]) })).toBe(
      'PROTECTED_PERSON',
    )
  })
})

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventStored } from '../../cypher/event/event.ts'
import { matchAsked, matchFresh, matchProtected, type NewHit } from '../../cypher/match/batch.ts'
import { matchAnswer, matchHit, matchHits, matchLapsed } from '../../cypher/match/match.ts'
import type { Statement } from '../../cypher/statement.ts'
import { testNeo4j } from '../neo4j.ts'
import { SUBMIT } from '../report.ts'
import { listen } from '../server/listener.ts'
import { ANSWER, type MatchDesks, newToken, openMatchDesks, saying } from '../server/match/desks.ts'
import { bend } from './bendable.ts'
import { isNoticed, type Mutant, swap } from './broken.ts'
import { killingWorld } from './killing-world.ts'
import { fixedQuestions } from './questions.ts'
import { releaseTo } from './stage.ts'
import { ABSENT, allEntities } from './world.ts'

// What matching tells is told to two offices, each as much as the other lets it, and nothing else anywhere changes by it.

vi.mock('../../server/match/sides.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j(), Date.now())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
/** A unit of Niger's office, that of it and one that has nothing to do with it. */
const STRANGERS = ['ne-dst-agadez.moussa', 'ml-dnlt.fanta']

/** Who is told of a pair whose owners chose these. */
async function pair(one: string, other: string) {
  const token = newToken()
  const ours = await desks.holding(NIGER, [token], one)
  const theirs = await desks.holding(ITALY, [token], other)
  await desks.batch()
  const of = async (person: string, card: string) =>
    (await desks.hits(person)).filter((hit) => hit.card === card)
  return { ours: await of(NIGER, ours), theirs: await of(ITALY, theirs) }
}

/** What either side was told that it should not have been. */
async function toldTooMuch(): Promise<string[]> {
  const wrong: string[] = []
  const silent = await pair('ANNOUNCE', 'SILENT')
  if (silent.ours.length > 0) wrong.push('whoever announces is told of a silent hit')
  for (const other of ['ANNOUNCE_TO_ME_FIRST', 'SILENT']) {
    const { ours, theirs } = await pair(other, 'SILENT')
    if (ours.length + theirs.length > 0) wrong.push('a silent card has somebody told who lets nobody know')
  }
  const first = await pair('ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE_TO_ME_FIRST')
  for (const { office } of [...first.ours, ...first.theirs])
    if (office) wrong.push('an office is named that has not announced itself')
  if (first.ours.length !== 1 || first.theirs.length !== 1) wrong.push('an owner is not told of his hit')
  const [hit] = first.ours
  const one = await desks.data(NIGER, 'query($id: ID!) { hit(id: $id) { office } }', {
    id: hit?.id ?? ABSENT,
  })
  if (one.hit?.office) wrong.push('one hit names an office that has not announced itself')
  const open = 'query($id: ID!) { hit(id: $id) { id } hits(first: 100) { nodes { id } } }'
  for (const stranger of STRANGERS) {
    const seen = await desks.data(stranger, open, { id: hit?.id ?? ABSENT })
    if (seen.hit) wrong.push(`${stranger} opens a hit of others`)
    if (seen.hits.nodes.length > 0) wrong.push(`${stranger} has hits of others in his list`)
  }
  return wrong
}

/** What a question, its answer or its batch says that it should not. */
async function answeredTooMuch(): Promise<string[]> {
  const wrong: string[] = []
  const [own, silent] = [newToken(), newToken()]
  await desks.holding(NIGER, [own])
  const twin = await desks.holding('ne-dst.issa', [own])
  await desks.holding(ITALY, [silent], 'SILENT')
  desks.pass(60_000)
  const id = await desks.ask(NIGER, [own, silent])
  await desks.batch()
  if ((await desks.hits(NIGER)).some(({ card }) => card === twin))
    wrong.push('an office is told of its own card')
  const { answers } = (await desks.data(NIGER, ANSWER, { id })).matchAnswer
  if (answers.length < 2) return [...wrong, 'a question is not answered with its batch']
  if (answers[0].outcome === 'HIT') wrong.push('an office hears of its own card')
  if (answers[1].outcome === 'HIT') wrong.push('a silent holder is told of')
  for (const stranger of STRANGERS)
    if ((await desks.data(stranger, ANSWER, { id })).matchAnswer)
      wrong.push(`${stranger} reads a question of others`)
  return wrong
}

/** Law 6, and law 1 in it: he is protected by what his card's office sees, and by nothing else. */
async function protectedWrongly(): Promise<string[]> {
  const wrong: string[] = []
  const meets = async (said: object, by: string, release: object) => {
    const entity = await desks.actor(ITALY, {}, releaseTo(['office:ne-dst', 'office:ml-dnlt'], 'IT'))
    const card = await desks.card(NIGER, { entity })
    const token = newToken()
    await desks.place(NIGER, card, [token])
    await desks.data(by, SUBMIT, { input: saying(entity, said, release) })
    await desks.holding(ITALY, [token])
    await desks.batch()
    return (await desks.hits(NIGER)).some((hit) => hit.card === card)
  }
  for (const said of [{ minor: true }, { coerced: true }, { age: 'CHILD' }])
    if (await meets(said, NIGER, releaseTo([], 'NE'))) wrong.push(`${Object.keys(said)} is matched`)
  if (!(await meets({ minor: true }, 'ml-dnlt.fanta', releaseTo([], 'ML'))))
    wrong.push('what an office does not see changes its hits')
  return wrong
}

/** Whom the event of a hit reaches beside its office. */
async function eventsTooMany(): Promise<string[]> {
  const streams = await Promise.all(
    STRANGERS.map(async (stranger) => listen(await desks.portolan.session(stranger))),
  )
  await pair('ANNOUNCE', 'ANNOUNCE')
  await desks.portolan.instance.events.publish({
    ...{ kind: 'HIT_UNDECIDED', id: `undecided-${desks.now()}`, offices: ['ne-dst'] },
  })
  await desks.portolan.instance.events.publish({
    ...{ kind: 'RESEAL_TASK', id: `last-${desks.now()}`, offices: ['ne-dst', 'ml-dnlt'] },
  })
  const heard = await Promise.all(streams.map(async (stream) => (await stream.heard()).data.events.kind))
  for (const stream of streams) stream.leave()
  return heard.flatMap((kind, i) => (/^HIT/.test(kind) ? [`${STRANGERS[i]} is told of a hit of others`] : []))
}

/** Whom the cards that an office is to renew are named to beside it. */
async function renewedTooMuch(): Promise<string[]> {
  const card = await desks.holding(NIGER, [newToken()])
  const open = '{ cardsToRenew(epoch: 2028, first: 100) { id } }'
  const named = async (person: string): Promise<boolean> =>
    (await desks.data(person, open)).cardsToRenew.some(({ id }: { id: string }) => id === card)
  const wrong = (await named(NIGER)) ? [] : ['an office does not hear what it is to renew']
  for (const stranger of STRANGERS)
    if (await named(stranger)) wrong.push(`${stranger} hears what another office has on watch`)
  return wrong
}

/** One statement runs with another text. */
const reading = (title: string, { name, text }: Statement, from: string | RegExp, to: string): Mutant => [
  `${title}, in ${name}`,
  () => {
    const broken = text.replaceAll(from as string, to)
    expect(broken).not.toBe(text)
    const { graph } = desks.portolan
    const { read } = graph
    return swap(graph, 'read', (statement, ...rest) =>
      read(statement.name === name ? { ...statement, text: broken } : statement, ...rest),
    )
  },
]
const as = (statement: unknown) => statement as Statement
const NAMED = 'CASE WHEN h.known THEN h.theirOffice END'

isNoticed(
  [toldTooMuch, answeredTooMuch, protectedWrongly, eventsTooMany, renewedTooMuch],
  [
    reading('a unit reads', as(matchHits), ' AND h.office = $office', ''),
    reading('anybody reads', as(matchHits), 'h.compartment IN $compartments AND h.office = $office', 'true'),
    reading('a unit reads', as(matchHit), ' AND h.office = $office', ''),
    reading('a unit reads', as(matchAnswer), ' AND q.office = $office', ''),
    reading('an office is named before it announces', as(matchHits), NAMED, 'h.theirOffice'),
    reading('an office is named before it announces', as(matchHit), NAMED, 'h.theirOffice'),
    reading('one office meets itself', as(matchFresh), 'WHERE o.office <> t.office', ''),
    reading('one office meets itself', as(matchAsked), 'WHERE o.office <> q.office', ''),
    reading('minors are not protected', as(matchProtected), 'd.minor = true OR ', ''),
    reading('the coerced are not protected', as(matchProtected), 'd.coerced = true OR ', ''),
    reading('children are not protected', as(matchProtected), ' OR d.age IN $ages', ''),
    reading('what others say protects', as(matchProtected), 'd.compartment IN $sights[card.office] AND ', ''),
    reading(
      'a unit hears',
      as(eventStored),
      "(NOT e.kind IN ['HIT', 'HIT_UNDECIDED'] OR $offices[0] IN e.offices) AND ",
      '',
    ),
    reading('a unit is reminded', as(eventStored), "['HIT', 'HIT_UNDECIDED']", "['HIT']"),
    reading('anybody renews', as(matchLapsed), /t\.office = \$office|\$mask\[.*\$office/g, 'true'),
    [
      'whoever announces is told of every hit',
      () =>
        bend('hitOf', (honest) => (facts, one, other) => {
          const loud = { ...one, choice: one.choice === 'SILENT' ? 'ANNOUNCE' : one.choice }
          const louder = { ...other, choice: other.choice === 'SILENT' ? 'ANNOUNCE' : other.choice }
          return honest(facts, loud, louder) as NewHit
        }),
    ],
    [
      'only whoever is named to the other is told',
      () =>
        bend('hitOf', (honest) => (facts, one, other) => {
          const hit = honest(facts, one, other) as NewHit
          return { ...hit, sides: hit.sides.filter(({ announced }) => announced) }
        }),
    ],
  ],
)

describe('law 1', () => {
  it('every other question is answered as before, whatever is on watch, asked and found', async () => {
    const world = await killingWorld(desks.portolan, desks.cast)
    const viewers = [ITALY, 'ml-dnlt.fanta']
    const told = (text: string) => text.replace(/"(?:endCursor|cursor)":"[^"]*"/g, '""')
    const all = async () => {
      const answers: string[] = []
      for (const person of viewers)
        for (const { query, variables } of fixedQuestions(allEntities(world), world.times, world))
          answers.push(told((await desks.portolan.ask(person, query, variables)).text))
      return answers
    }
    const [one, other] = [await desks.card(NIGER), await desks.card(ITALY)]
    const before = await all()
    expect(before.length).toBeGreaterThan(50)
    expect(world.cards.some(({ id }) => before.some((one) => one.includes(id)))).toBe(true)
    const token = newToken()
    await desks.place(NIGER, one, [token])
    await desks.place(ITALY, other, [token], 'ANNOUNCE')
    desks.pass(60_000)
    await desks.ask('ml-dnlt.fanta', [token])
    await desks.batch()
    expect(await desks.hits('ml-dnlt.fanta')).toHaveLength(2)
    const after = await all()
    expect(after.filter((one, i) => one !== before[i])).toEqual([])
  })
})

describe('law 2', () => {
  it('nobody is told of a hit while that cannot be put on record, and then he is', async () => {
    const { audit, events } = desks.portolan.instance
    const published = vi.spyOn(events, 'publish')
    const { asked } = audit
    const mend = swap(audit, 'asked', (one) =>
      one.caller.person === 'server' ? Promise.reject(new Error('no record')) : asked.call(audit, one),
    )
    await pair('ANNOUNCE', 'ANNOUNCE')
    expect(published).not.toHaveBeenCalled()
    mend()
    await desks.portolan.instance.matching.tell()
    expect(published.mock.calls.map(([{ kind }]) => kind)).toEqual(['HIT', 'HIT'])
    published.mockRestore()
  })
})

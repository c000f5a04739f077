import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { matchHit } from '../../cypher/match/match.ts'
import { testNeo4j } from '../neo4j.ts'
import { ANNOUNCE, type MatchDesks, newToken, openMatchDesks } from '../server/match/desks.ts'
import { bend } from './bendable.ts'
import { isNoticed, type Mutant, swap } from './broken.ts'
import { sendSealed } from './sealed-notes.ts'
import { officer } from './stage.ts'
import { ABSENT } from './world.ts'

// Law 1 for notices of hits: a message names its sender, so that none may go where he has not announced himself, and none shows
// to others that there is a hit.

vi.mock('../../server/match/notice.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j(), Date.now())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
const MALI = 'ml-dnlt.fanta'

/** The hit of two cards whose owners chose these, Niger's and Italy's; null where Niger is told of none. */
async function pair(one: string, other: string): Promise<string> {
  const token = newToken()
  const card = await desks.holding(NIGER, [token], one)
  await desks.holding(ITALY, [token], other)
  await desks.batch()
  const told = (await desks.hits(NIGER)).find((hit) => hit.card === card)
  expect(told).toBeDefined()
  return told!.id
}

/** The code of the fault that a notice is answered with, or null where it is sent; and its id. */
async function notice(from: string, to: string[], hit: string) {
  desks.pass(1_000)
  const sender = { person: from, office: officer(from).office }
  const changes = { type: 'HIT_NOTICE', hit, necessity: undefined, dueAt: undefined } as const
  const { id, reply } = await sendSealed(
    desks.portolan,
    desks.cast,
    sender,
    to,
    desks.now(),
    'Mardi.',
    changes,
  )
  return { id, code: (reply.json.errors?.[0].extensions.code ?? null) as string | null, text: reply.text }
}

const SHOWN = 'query($id: ID!) { hit(id: $id) { notice } }'
const shownTo = async (person: string, hit: string) =>
  (await desks.data(person, SHOWN, { id: hit })).hit as { notice: string | null } | null

async function announcedByAccident(): Promise<string[]> {
  const wrong: string[] = []
  const first = await pair('ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE_TO_ME_FIRST')
  if ((await notice(NIGER, ['it-sco'], first)).code !== 'NOT_ALLOWED')
    wrong.push('an office guesses who has not announced himself')
  await desks.data(ITALY, ANNOUNCE, { id: first })
  if ((await notice(NIGER, ['it-sco'], first)).code !== 'NOT_ALLOWED')
    wrong.push('an office writes that has not announced itself')
  if ((await notice(ITALY, ['ne-dst'], first)).code !== 'NOT_ALLOWED')
    wrong.push('an office writes to one that has not announced itself')
  if ((await shownTo(ITALY, first))?.notice) wrong.push('a notice that was refused is shown')
  return wrong
}

async function goesAstray(): Promise<string[]> {
  const wrong: string[] = []
  const hit = await pair('ANNOUNCE', 'ANNOUNCE')
  if ((await notice(NIGER, ['ml-dnlt'], hit)).code !== 'BAD_INPUT')
    wrong.push('a notice goes to a third office')
  const [foreign, absent] = [await notice(MALI, ['it-sco'], hit), await notice(MALI, ['it-sco'], ABSENT)]
  if (foreign.code !== 'BAD_REFERENCE') wrong.push('a third office gives notice of a hit of others')
  if (foreign.text.replaceAll(hit, '') !== absent.text.replaceAll(ABSENT, ''))
    wrong.push('a hit of others is told from none')
  for (const person of [NIGER, ITALY])
    if ((await shownTo(person, hit))?.notice) wrong.push('a notice that was refused is shown')
  const sent = await notice(NIGER, ['it-sco'], hit)
  if (sent.code !== null) wrong.push(`a notice is refused: ${sent.code}`)
  for (const person of [NIGER, ITALY])
    if ((await shownTo(person, hit))?.notice !== sent.id)
      wrong.push(`${person} does not find the notice by the hit`)
  if (await shownTo(MALI, hit)) wrong.push('a third office opens the hit')
  const open = 'query($id: ID!) { message(id: $id) { envelope } }'
  const read = (person: string) => desks.data(person, open, { id: sent.id })
  if ((await read(MALI)).message) wrong.push('a third office reads the notice')
  const there = (await read(ITALY)).message
  if (!there || JSON.parse(there.envelope).hit !== hit)
    wrong.push('the notice does not say of which hit it is')
  return wrong
}

/** A hit is read by another text. */
const reading = (title: string, from: string, to: string): Mutant => [
  title,
  () => {
    const text = matchHit.text.replace(from, to)
    expect(text).not.toBe(matchHit.text)
    const { graph } = desks.portolan
    const { read } = graph
    return swap(graph, 'read', (statement, ...rest) =>
      read(statement.name === matchHit.name ? { ...statement, text } : statement, ...rest),
    )
  },
]

isNoticed(
  [goesAstray, announcedByAccident],
  [
    ['notices are not looked at', () => bend('checkNotice', () => async () => {})],
    reading(
      'an office that is not announced is known',
      'CASE WHEN h.known THEN h.theirOffice END',
      'h.theirOffice',
    ),
    reading('anybody’s hit is his own', 'h.compartment IN $compartments AND h.office = $office', 'true'),
  ],
)

describe('an envelope', () => {
  it('names a hit in a notice of it only, goes to one office with it, and offers something in an answer only', async () => {
    const more = { hit: ABSENT, necessity: undefined, dueAt: undefined }
    const sealed = (to: string[], changes: object) =>
      sendSealed(desks.portolan, desks.cast, { person: NIGER, office: 'ne-dst' }, to, desks.now(), 'Mardi.', {
        ...more,
        ...changes,
      })
    // Whoever seals looks at it by the rules that the server has.
    await expect(sealed(['it-sco', 'ml-dnlt'], { type: 'HIT_NOTICE' })).rejects.toThrow('and nobody else')
    await expect(sealed(['it-sco'], { type: 'SPONTANEOUS_INFO' })).rejects.toThrow('it is no hit notice')
    await expect(
      sealed(['it-sco'], { type: 'SPONTANEOUS_INFO', hit: undefined, offer: 'RELEASE' }),
    ).rejects.toThrow('it is no answer')
  })
})

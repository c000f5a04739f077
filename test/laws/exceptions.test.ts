import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkReceipt, RECEIPT_HEADER, receiptKeyOf } from '../../schema/wire/audit.ts'
import { STEP } from '../../server/audit/audit-feed.ts'
import { EXCEPTIONS } from '../../server/policy.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { matched } from './matched.ts'
import { makeStage, releaseTo } from './stage.ts'
import { structured } from './structured.ts'

// Law 1 has a closed table of exceptions. Each is shown here to be what it is allowed to be, and no more.

let portolan: TestPortolan
/** How far its clock is: batches of matching come once a minute. */
let ahead = 0
let cast: Cast
beforeAll(async () => {
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast, { clock: () => Date.now() + ahead })
}, 1_500_000)
afterAll(() => portolan?.close())

const NOTICES = '{ notices { id kind report office time } }'
const noticesOf = async (person: string) =>
  (await portolan.ask(person, NOTICES)).json.data.notices as {
    kind: string
    report: string
    office: string
  }[]
let keys = 0
const key = () => `exceptions-${++keys}`

async function submitted(release: object): Promise<string> {
  const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input: report(key(), { release }) })
  return json.data.submitReport.report.id
}
const erase = (id: string) =>
  portolan.ask(
    'ne-dst.aicha',
    'mutation($id: ID!, $key: String!) { eraseReport(report: $id, key: $key, reason: COURT_ORDER) { replayed } }',
    { id, key: key() },
  )
const release = (id: string, to: object) =>
  portolan.ask(
    'ne-dst.aicha',
    'mutation($id: ID!, $key: String!, $to: ReleaseInput!) { releaseReport(report: $id, key: $key, release: $to) { replayed } }',
    { id, key: key(), to },
  )

describe('the exceptions to the view law', () => {
  it('are these, and the tests below name each of them', () => {
    expect([...EXCEPTIONS]).toEqual([
      'RECEIPT_HEADER',
      'NOTICE_OF_WHAT_WAS_RELEASED_TO_YOU',
      // In `consultations.test.ts`, for a month has to pass.
      'MONTHLY_COUNT_OF_CONSULTATIONS',
      'HIT_NOTICE',
    ])
  })
})

describe('the receipt header', () => {
  it('counts what everybody asks, proves the own question and answer, and holds nothing else', async () => {
    const session = await portolan.session('it-sco.paola')
    // Her login and her state's keys of the hour are records too: they lie before.
    await portolan.ask('ne-dst.aicha', '{ me { person } }')
    const reply = await portolan.ask('it-sco.paola', '{ me { person } }')
    const header = reply.headers.get(RECEIPT_HEADER)
    const key = receiptKeyOf(session.login().receiptKey)
    const before = checkReceipt(reply.signed, reply, header, key)
    await portolan.ask('ne-dst.aicha', '{ me { person } }')
    const later = await portolan.ask('it-sco.paola', '{ me { person } }')
    const after = checkReceipt(later.signed, later, later.headers.get(RECEIPT_HEADER), key)
    // Two records of Aicha lie between, and maybe some of nobody, so that it is not even known how many others there are.
    const between = after.askedIndex - before.answeredIndex
    expect([between >= 3, between < 3 + 2 * STEP]).toEqual([true, true])
    expect(later.text).toBe(reply.text)
    expect(session.login().session).toBeTruthy()
  })
})

describe('a notice', () => {
  it('reaches whoever the report was released to, and names the report, the office, the kind and the time', async () => {
    const id = await submitted(releaseTo(['office:it-sco'], 'NE'))
    await release(id, releaseTo([], 'NE'))
    expect(await noticesOf('it-sco.paola')).toEqual([
      { id: expect.any(String), kind: 'NARROWED', report: id, office: 'ne-dst', time: expect.any(String) },
    ])
    expect(await noticesOf('it-sco.luca')).toHaveLength(1)
    for (const stranger of ['ml-dnlt.fanta', 'fr-liaison.claire', 'it-proc.giulia'])
      expect(await noticesOf(stranger)).toEqual([])
  })

  it('is not sent to whoever still sees the report, nor to whoever was excluded from the first', async () => {
    const id = await submitted(releaseTo(['office:it-sco', 'office:ml-dnlt'], 'NE', ['person:it-sco.luca']))
    await release(id, releaseTo(['office:ml-dnlt'], 'NE'))
    const about = async (person: string) =>
      (await noticesOf(person)).filter((one) => one.report === id).map(({ kind }) => kind)
    expect([await about('it-sco.paola'), await about('ml-dnlt.fanta'), await about('it-sco.luca')]).toEqual([
      ['NARROWED'],
      [],
      [],
    ])
    await erase(id)
    expect([await about('it-sco.paola'), await about('ml-dnlt.fanta'), await about('it-sco.luca')]).toEqual([
      ['ERASED', 'NARROWED'],
      ['ERASED'],
      [],
    ])
  })

  it('is paged by time, and no hidden act moves the page', async () => {
    const first = await submitted(releaseTo(['office:fr-liaison'], 'NE'))
    await erase(first)
    const now = new Date(Date.now() + 1_000).toISOString()
    const page = async () =>
      (
        await portolan.ask(
          'fr-liaison.claire',
          'query($now: Time) { notices(first: 5, before: $now) { report } }',
          { now },
        )
      ).text
    const shown = await page()
    expect(shown).toContain(first)
    await submitted(releaseTo([], 'NE'))
    expect(await page()).toBe(shown)
  })
})

describe('a hit notice', () => {
  const HITS =
    '{ hits { totalCount nodes { id type card question announced office refused theirRefusal notice } } }'
  const hitsOf = async (person: string) => (await portolan.ask(person, HITS)).json.data.hits
  const pair = (choices: [string, string]) => {
    ahead += 60_000
    return matched(portolan, cast, ['ne-dst.aicha', 'it-sco.paola'], choices)
  }

  it('tells of a selector that another office holds: its kind, the own card, and no more than the other announces', async () => {
    const first = await pair(['ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE_TO_ME_FIRST'])
    const { totalCount, nodes } = await hitsOf('ne-dst.aicha')
    expect([totalCount, nodes]).toEqual([
      1,
      [
        {
          ...{ id: first.hit, type: 'PLATE', card: first.card, question: null, announced: false },
          ...{ office: null, refused: null, theirRefusal: null, notice: null },
        },
      ],
    ])
    // The other side's own notice has the same id, and says no more.
    const theirs = await hitsOf('it-sco.paola')
    expect(theirs.nodes.map((hit: { id: string; office: null }) => [hit.id, hit.office])).toEqual([
      [first.hit, null],
    ])
    expect(JSON.stringify(theirs)).not.toContain(first.card)
    const second = await pair(['ANNOUNCE', 'ANNOUNCE'])
    const named = (await hitsOf('ne-dst.aicha')).nodes[0]
    expect([named.id, named.office]).toEqual([second.hit, 'it-sco'])
  })

  it('tells of a network that another office sees the same of: the own network, and never what is the same', async () => {
    const HIT = '{ hits { nodes { id type network office announced } } }'
    const networksOf = async (person: string) =>
      (await portolan.ask(person, HIT)).json.data.hits.nodes.filter(
        ({ type }: { type: string }) => type === 'STRUCTURE',
      )
    const ours = await structured(portolan, 'ne-dst.aicha', 'ANNOUNCE_TO_ME_FIRST', false)
    const theirs = await structured(portolan, 'it-sco.paola', 'ANNOUNCE_TO_ME_FIRST', false)
    expect(theirs.traits).toEqual(ours.traits)
    expect(ours.traits.filter((trait) => trait.startsWith('LEG:'))).toHaveLength(1)
    ahead += 60_000
    await portolan.instance.matching.tick()
    for (const [person, { network }] of [
      ['ne-dst.aicha', ours],
      ['it-sco.paola', theirs],
    ] as const)
      expect(await networksOf(person)).toEqual([
        expect.objectContaining({ type: 'STRUCTURE', network, office: null, announced: false }),
      ])
    for (const stranger of ['ne-dst-agadez.moussa', 'ml-dnlt.fanta', 'it-proc.giulia', 'fr-liaison.claire'])
      expect(await networksOf(stranger)).toEqual([])
  })

  it('reaches nobody else, and of a silent hit whoever announces is told nothing', async () => {
    await pair(['SILENT', 'ANNOUNCE'])
    expect(
      (await hitsOf('it-sco.paola')).nodes.filter((hit: { card: string | null }) => hit.card),
    ).toHaveLength(2)
    for (const stranger of ['ne-dst-agadez.moussa', 'ml-dnlt.fanta', 'it-proc.giulia', 'fr-liaison.claire'])
      expect(await hitsOf(stranger)).toEqual({ totalCount: 0, nodes: [] })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { makeStage, releaseTo } from './stage.ts'
import { ABSENT } from './world.ts'

// Law 7: the office that reported a thing decides, and what it decides reaches whoever had received it.

let portolan: TestPortolan
beforeAll(async () => {
  portolan = await openPortolan(await testNeo4j(), await makeStage())
}, 1_500_000)
afterAll(() => portolan?.close())

const [NIGER, ITALY, MALI] = ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fanta'] as const
const toItaly = releaseTo(['country:IT'], 'NE')
let keys = 0
const key = () => `originator-${++keys}`

async function submitted(
  release = toItaly,
  person: string = NIGER,
): Promise<{ id: string; ring: string; key: string }> {
  const own = key()
  const { json } = await portolan.ask(person, SUBMIT, { input: report(own, { release }) })
  expect(json.errors).toBeUndefined()
  return { id: json.data.submitReport.report.id, ring: json.data.submitReport.ids[1].id, key: own }
}

const { release: _, ...CONTENT } = report('unused-key')
const correction = (label: string) => ({
  ...{ ...CONTENT, key: key(), entities: [{ local: 'ring', kind: 'NETWORK' }] },
  claims: [{ network: { entity: 'ring', label } }],
})
type Change = (id: string, own?: string) => [string, Record<string, unknown>]
const correct: Change = (id, own = key()) => [
  'mutation($id: ID!, $input: CorrectionInput!) { done: correctReport(report: $id, input: $input) { report { id } } }',
  { id, input: { ...correction('Corrected'), key: own } },
]
const withdraw: Change = (id, own = key()) => [
  'mutation($id: ID!, $key: String!) { done: withdrawReport(report: $id, key: $key, reason: ERROR) { report { id status } } }',
  { id, key: own },
]
const erase: Change = (id, own = key()) => [
  'mutation($id: ID!, $key: String!) { done: eraseReport(report: $id, key: $key, reason: COURT_ORDER) { report { id } } }',
  { id, key: own },
]
const releaseAs =
  (release: object): Change =>
  (id, own = key()) => [
    'mutation($id: ID!, $key: String!, $release: ReleaseInput!) { done: releaseReport(report: $id, key: $key, release: $release) { report { id } } }',
    { id, key: own, release },
  ]
const codes = (json: { errors?: { extensions: { code: string } }[] }) =>
  json.errors?.map(({ extensions }) => extensions.code)

const sees = async (person: string, id: string, asOf?: string) =>
  (
    await portolan.ask(person, 'query($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id } }', {
      id,
      asOf,
    })
  ).json.data.report !== null
const notices = async (person: string) =>
  (await portolan.ask(person, '{ notices { kind report } }')).json.data.notices as {
    kind: string
    report: string
  }[]

describe('only the originating office', () => {
  it.each([
    ['corrects', correct],
    ['withdraws', withdraw],
    ['erases', erase],
    ['releases', releaseAs({ to: [] })],
  ] as const)('%s a report; to everybody else it is not there', async (_, change) => {
    const { id } = await submitted()
    const own = key()
    // Italy sees it, Mali does not, and neither may change it.
    for (const stranger of [ITALY, MALI]) {
      const foreign = await portolan.ask(stranger, ...change(id, own))
      const absent = await portolan.ask(stranger, ...change(ABSENT, own))
      expect([foreign.status, foreign.text]).toEqual([absent.status, absent.text])
      expect(codes(foreign.json)).toEqual(['NOT_FOUND'])
    }
    expect(codes((await portolan.ask(NIGER, ...change(id))).json)).toBeUndefined()
  })

  it('reads the release and what was done: a colleague does, a reader and an officer of a sub-unit do not', async () => {
    const { id } = await submitted()
    const read = async (person: string) =>
      (
        await portolan.ask(person, 'query($id: ID!) { report(id: $id) { release { to } acts { kind } } }', {
          id,
        })
      ).json.data.report
    expect(await read('ne-dst.issa')).toEqual({
      release: { to: ['country:IT', 'office:ne-dst'] },
      acts: [{ kind: 'SUBMIT' }],
    })
    for (const reader of [ITALY, 'ne-dst-agadez.moussa'])
      expect(await read(reader)).toEqual({ release: null, acts: [] })
  })
})

describe('the transfer gate', () => {
  const gated = { to: ['country:IT', 'office:ml-dnlt'], transfers: [] }
  it('stands at submission: no basis, no release, and nothing is stored', async () => {
    const { json } = await portolan.ask(NIGER, SUBMIT, { input: report('no-basis-1', { release: gated }) })
    expect(json.errors[0]).toMatchObject({
      message: 'expected a transfer basis for IT, ML, got none',
      extensions: { code: 'TRANSFER_BASIS_MISSING', at: ['release', 'transfers'] },
    })
    const { json: all } = await portolan.ask(NIGER, '{ reports(first: 100) { nodes { id acts { kind } } } }')
    expect(all.data.reports.nodes.every(({ acts }: { acts: unknown[] }) => acts.length > 0)).toBe(true)
  })

  it('stands at each widening', async () => {
    const { id } = await submitted(releaseTo([], 'NE'))
    expect(codes((await portolan.ask(NIGER, ...releaseAs(gated)(id))).json)).toEqual([
      'TRANSFER_BASIS_MISSING',
    ])
    expect(await sees(MALI, id)).toBe(false)
    expect(
      codes((await portolan.ask(NIGER, ...releaseAs(releaseTo(['office:ml-dnlt'], 'NE'))(id))).json),
    ).toBeUndefined()
    expect(await sees(MALI, id)).toBe(true)
  })

  it('lets nobody name a team of others', async () => {
    const foreign = await portolan.ask(MALI, SUBMIT, {
      input: report('team-key-1', { release: { to: ['team:sea'], transfers: [] } }),
    })
    const absent = await portolan.ask(MALI, SUBMIT, {
      input: report('team-key-1', { release: { to: ['team:none'], transfers: [] } }),
    })
    expect(foreign.text).toBe(absent.text)
    expect(codes(foreign.json)).toEqual(['BAD_REFERENCE'])
  })

  it('takes EU_MEMBER between member states only', async () => {
    const release = {
      to: ['country:IT'],
      transfers: [{ country: 'IT', basis: 'EU_MEMBER', assessment: 'MoU-1' }],
    }
    expect(
      codes((await portolan.ask(NIGER, SUBMIT, { input: report('eu-key-01', { release }) })).json),
    ).toEqual(['TRANSFER_BASIS_MISSING'])
  })
})

describe('what the originator decides later', () => {
  it('a correction reaches whoever sees the report, and tells whoever once did', async () => {
    const { id } = await submitted()
    await portolan.ask(NIGER, ...releaseAs(releaseTo(['office:ml-dnlt'], 'NE'))(id))
    const { json } = await portolan.ask(NIGER, ...correct(id))
    expect(await sees(MALI, json.data.done.report.id)).toBe(true)
    expect(await sees(ITALY, json.data.done.report.id)).toBe(false)
    expect(await notices(ITALY)).toEqual(
      expect.arrayContaining([
        { kind: 'CORRECTED', report: id },
        { kind: 'NARROWED', report: id },
      ]),
    )
    expect((await notices('fr-liaison.claire')).filter((one) => one.report === id)).toEqual([])
  })

  it('a narrowing, a withdrawal and an erasure hold for every moment that is asked for', async () => {
    for (const change of [releaseAs({ to: [] }), withdraw, erase]) {
      const { id } = await submitted()
      const before = new Date().toISOString()
      await new Promise((go) => setTimeout(go, 5))
      expect(await sees(ITALY, id, before)).toBe(true)
      await portolan.ask(NIGER, ...change(id))
      expect(await sees(ITALY, id, before)).toBe(false)
      expect(await sees(ITALY, id)).toBe(false)
      expect((await notices(ITALY)).some((one) => one.report === id)).toBe(true)
    }
  })

  it('what was withdrawn stays for its originator only, and no older version brings it back', async () => {
    const { id } = await submitted()
    const { json } = await portolan.ask(NIGER, ...correct(id))
    const second = json.data.done.report.id as string
    await portolan.ask(NIGER, ...withdraw(second))
    expect(await sees(NIGER, second)).toBe(true)
    for (const version of [id, second])
      expect(codes((await portolan.ask(NIGER, ...releaseAs(toItaly)(version))).json)).toEqual(['NOT_ALLOWED'])
    expect(await sees(ITALY, second)).toBe(false)
  })

  it('what was erased is gone from every moment, for the originator too', async () => {
    const { id, ring } = await submitted()
    const before = new Date().toISOString()
    await portolan.ask(NIGER, ...erase(id))
    for (const person of [NIGER, ITALY]) expect(await sees(person, id, before)).toBe(false)
    const left = await portolan.graph.setup('MATCH (n) WHERE n.id IN [$id, $ring] RETURN count(n) AS count', {
      id,
      ring,
    })
    expect(left[0]!.count).toBe(0)
  })

  it('an exclusion holds for persons of the own office too', async () => {
    const { id } = await submitted(
      releaseTo(['country:IT'], 'NE', ['person:ne-dst.issa', 'person:it-sco.luca']),
    )
    expect(
      await Promise.all([NIGER, 'ne-dst.issa', ITALY, 'it-sco.luca'].map((person) => sees(person, id))),
    ).toEqual([true, false, true, false])
    expect(codes((await portolan.ask('ne-dst.issa', ...withdraw(id))).json)).toEqual(['NOT_FOUND'])
  })
})

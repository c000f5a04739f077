import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../schema/wire/fault.ts'
import { Collision } from '../../../server/graph.ts'
import { makeCast } from '../../cast.ts'
import { testNeo4j } from '../../neo4j.ts'
import { GRADING, report, SUBMIT, toItaly } from '../../report.ts'
import { type House, openHouse } from '../house.ts'

const AICHA = 'ne-dst.aicha'
const MOUSSA = 'ne-dst.moussa'
const PAOLA = 'it-sco.paola'

let house: House

beforeAll(async () => {
  const cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', moussa: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'ANALYST' } },
    { office: 'ne-oim', kind: 'PARTNER', persons: { pia: 'PARTNER' } },
    { office: 'fr-obs', kind: 'OBSERVATORY', persons: { omar: 'OBSERVER' } },
    { office: 'it-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR' } },
  ])
  house = await openHouse(await testNeo4j(), cast)
})
afterAll(() => house?.close())
beforeEach(() => {
  house.graph.calls.length = 0
  house.graph.before = () => {}
  house.graph.after = () => {}
})

type FaultSeen = { message: string; extensions: { code: string; at?: (string | number)[] } }
const submit = (input: object, person = AICHA) => house.ask(person, SUBMIT, { input })
const seen = ({ json }: { json: { errors: FaultSeen[] } }) =>
  json.errors.map(({ extensions: { code, at } }) => `${code} ${(at ?? []).join('.')}`).sort()
const counts = async () =>
  (
    await house.graph.setup(
      'MATCH (n) WHERE NOT n:Setup AND NOT n:Compartment AND NOT n:Outbox RETURN count(n) AS nodes, COUNT { ()-[]->() } AS relationships',
    )
  )[0]

describe('a report that an office submits', () => {
  it('is stored whole and shown to its release with ids for the local names', async () => {
    const { json } = await submit(report('first-report'))
    expect(json.errors).toBeUndefined()
    const { ids, report: stored } = json.data.submitReport
    expect(ids.map((one: { local: string }) => one.local)).toEqual(['boss', 'ring'])
    const networks = await house.ask(PAOLA, '{ networks { totalCount edges { node { id label } } } }')
    expect(networks.json.data.networks).toEqual({
      totalCount: 1,
      edges: [{ node: { id: ids[1].id, label: 'Agadez-transport' } }],
    })
    const network = await house.ask(
      PAOLA,
      'query($id: ID!){ network(id:$id){ label members { level role office source information from { label } } } }',
      { id: ids[1].id },
    )
    expect(network.json.data.network.members).toEqual([
      {
        level: 'L2',
        role: 'GHETTO_BOSS',
        office: 'ne-dst',
        source: 'B',
        information: 'N2',
        from: { label: 'Boss-1' },
      },
    ])
    expect(stored.status).toBe('CURRENT')
  })

  it('may speak of what its writer sees, and not of what is hidden, absent or of another kind: these are one answer', async () => {
    const secret = await submit(report('niger-only', { release: { to: ['office:ne-dst'] } }))
    const open = await submit(report('for-italy-too'))
    const idOf = ({ json }: typeof open, nth: number) => json.data.submitReport.ids[nth].id
    const citing = (key: string, kind: string, id: string) =>
      submit(
        {
          ...report(key),
          release: { to: ['office:it-sco'] },
          entities: [{ local: 'ring', kind, id }],
          claims: [{ network: { entity: 'ring', label: 'Known', status: 'ACTIVE' } }],
        },
        PAOLA,
      )
    expect((await citing('cites-open', 'NETWORK', idOf(open, 1))).json.errors).toBeUndefined()
    const replies = await Promise.all([
      citing('cites-hidden', 'NETWORK', idOf(secret, 1)),
      citing('cites-absent', 'NETWORK', '0'.repeat(26)),
      citing('cites-other-kind', 'NETWORK', idOf(open, 0)),
    ])
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(seen(replies[0]!)).toEqual(['BAD_REFERENCE entities.0.id'])
  })

  it("keeps each claim's own handling, and the report's where a claim says nothing", async () => {
    const { json } = await submit(
      report('two-handlings', {
        entities: [
          { local: 'a', kind: 'ACTOR' },
          { local: 'b', kind: 'ACTOR' },
        ],
        claims: [
          {
            actor: { entity: 'a', category: 'SUSPECT', benefit: 'SHOWN' },
            handling: ['H1', 'H2'],
            sensitivity: 'S3_HIGH',
          },
          { worksWith: { from: 'a', to: 'b' }, basis: 'FACT', source: 'A', information: 'N1' },
        ],
      }),
    )
    expect(json.errors).toBeUndefined()
    const query = `query($id: ID!) { report(id: $id) { descriptions { handling sensitivity basis } relations { handling sensitivity basis source information } } }`
    const { report: shown } = (await house.ask(PAOLA, query, { id: json.data.submitReport.report.id })).json
      .data
    expect(shown.descriptions).toEqual([
      { handling: ['H0', 'H1', 'H2'], sensitivity: 'S3_HIGH', basis: 'ASSESSMENT' },
    ])
    expect(shown.relations).toEqual([
      { handling: ['H0'], sensitivity: GRADING.sensitivity, basis: 'FACT', source: 'A', information: 'N1' },
    ])
  })

  it.each(['ne-oim.pia', 'fr-obs.omar', 'it-audit.anna'])(
    'is not taken from %s, who may not report',
    async (person) => {
      expect(seen(await submit(report('not-for-me'), person))).toEqual(['NOT_ALLOWED '])
      expect(house.graph.calls).toEqual([])
    },
  )
})

describe('the faults of a report', () => {
  const wrong = () =>
    report('all-wrong-at-once', {
      purpose: 'GOSSIP',
      legalBasis: 'because Moussa Diallo said so',
      reviewDue: '2030-02-30',
      release: { to: ['office:xx-none', 'country:IT'] },
      entities: [
        { local: 'boss', kind: 'ACTOR' },
        { local: 'boss', kind: 'ACTOR' },
        { local: 'ship', kind: 'VEHICLE' },
        { local: 'old', kind: 'NETWORK', id: '0'.repeat(26) },
        { local: 'idle', kind: 'PLACE' },
      ],
      claims: [
        { actor: { entity: 'boss', label: 'Moussa Diallo', category: 'VICTIM', benefit: 'SHOWN' } },
        { vehicle: { entity: 'ship', imo: '9074730', mmsi: '12' }, source: 'Z' },
        { memberOf: { from: 'boss', to: 'nobody', level: 'L9', role: 'GHETTO_BOSS' }, basis: 'FACT' },
        { network: { entity: 'old' }, observedFrom: '2016-01-02', observedTo: '2016-01-01' },
        { network: { entity: 'old' }, vehicle: { entity: 'ship' } },
      ],
    })

  it('come back together, each with its path, and nothing is stored', async () => {
    const before = await counts()
    const reply = await submit(wrong())
    expect(seen(reply)).toEqual([
      'BAD_CODE claims.1.source',
      'BAD_CODE claims.2.memberOf.level',
      'BAD_CODE purpose',
      'BAD_DATE claims.3.observedTo',
      'BAD_DATE reviewDue',
      'BAD_IDENTIFIER claims.1.vehicle.imo',
      'BAD_IDENTIFIER claims.1.vehicle.mmsi',
      'BAD_INPUT claims.4',
      'BAD_REFERENCE entities.1.local',
      'FREE_TEXT claims.0.actor.label',
      'FREE_TEXT legalBasis',
    ])
    expect(await counts()).toEqual(before)
  })

  it('of meaning come back with those of reference and release', async () => {
    const reply = await submit({
      ...wrong(),
      ...{ purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86', reviewDue: '2030-01-01' },
      entities: [
        { local: 'boss', kind: 'ACTOR' },
        { local: 'old', kind: 'NETWORK', id: '0'.repeat(26) },
        { local: 'idle', kind: 'PLACE' },
      ],
      claims: [
        { actor: { entity: 'boss', category: 'VICTIM', benefit: 'SHOWN' } },
        { memberOf: { from: 'old', to: 'boss', level: 'L1', role: 'GHETTO_BOSS' }, basis: 'FACT' },
        { sameAs: { from: 'boss', to: 'boss' } },
      ],
    })
    expect(seen(reply)).toEqual([
      'BAD_INPUT claims.1.basis',
      'BAD_REFERENCE claims.1.memberOf.from',
      'BAD_REFERENCE claims.1.memberOf.to',
      'BAD_REFERENCE claims.2.sameAs.to',
      'BAD_REFERENCE entities.1.id',
      'BAD_REFERENCE entities.2',
      'BAD_REFERENCE release.to.0',
      'PROTECTED_PERSON claims.0.actor.category',
      'TRANSFER_BASIS_MISSING release.transfers',
    ])
  })

  it('of release are told with their paths: an office that is none, a transfer without a basis', async () => {
    const release = {
      to: ['office:xx-none', 'country:IT', 'person:it-sco.nobody'],
      transfers: [{ country: 'ITALY', basis: 'FRIENDSHIP', assessment: 'we know them well' }],
    }
    expect(seen(await submit(report('bad-release', { release })))).toEqual(
      expect.arrayContaining([
        'BAD_CODE release.transfers.0.basis',
        'BAD_IDENTIFIER release.transfers.0.country',
        'FREE_TEXT release.transfers.0.assessment',
      ]),
    )
    const known = { to: ['office:xx-none', 'person:it-sco.nobody', 'country:IT'] }
    expect(seen(await submit(report('bad-release-2', { release: known })))).toEqual([
      'BAD_REFERENCE release.to.0',
      'BAD_REFERENCE release.to.1',
      'TRANSFER_BASIS_MISSING release.transfers',
    ])
  })

  const NAME = 'Moussa Diallo'
  const places: [string, (name: string) => object][] = [
    [
      'a label',
      (name) => ({
        claims: [{ actor: { entity: 'boss', label: name, category: 'SUSPECT', benefit: 'SHOWN' } }],
      }),
    ],
    ['a legal basis', (name) => ({ legalBasis: name })],
    ['a code', (name) => ({ purpose: name })],
    ['a code of a claim', (name) => ({ defaults: { ...GRADING, source: name } })],
    ['a date', (name) => ({ reviewDue: name })],
    ['a local name', (name) => ({ entities: [{ local: name, kind: 'ACTOR' }] })],
    [
      'an id',
      (name) => ({
        entities: [
          { local: 'boss', kind: 'ACTOR', id: name },
          { local: 'ring', kind: 'NETWORK' },
        ],
      }),
    ],
    ['a number', (name) => ({ claims: [{ network: { entity: 'ring', sizeMin: name } }] })],
    [
      'a flag',
      (name) => ({
        claims: [{ actor: { entity: 'boss', category: 'SUSPECT', benefit: 'SHOWN', minor: name } }],
      }),
    ],
    ['a release', (name) => ({ release: { to: [name] } })],
    ['a list', (name) => ({ entities: name })],
    ['a claim', (name) => ({ claims: [name] })],
    ['a field that does not exist', (name) => ({ name })],
    [
      'the name of a field',
      (name) => ({
        claims: [{ actor: { entity: 'boss', category: 'SUSPECT', benefit: 'SHOWN', [name]: 1 } }],
      }),
    ],
    [
      'a field of a claim that does not exist',
      (name) => ({
        claims: [{ actor: { entity: 'boss', category: 'SUSPECT', benefit: 'SHOWN', surname: name } }],
      }),
    ],
    ['a key', (name) => ({ key: name })],
    [
      'an assessment',
      (name) => ({
        release: { ...toItaly, transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: name }] },
      }),
    ],
    [
      'a currency',
      (name) => ({
        entities: [{ local: 'l', kind: 'LEG' }],
        claims: [{ leg: { entity: 'l', currency: name } }],
      }),
    ],
  ]
  it.each(places)('do not repeat a name that somebody wrote in %s', async (_, change) => {
    const { text, json } = await submit({ ...report('name-in-wrong-place'), ...change(NAME) })
    expect(json.errors.length).toBeGreaterThan(0)
    for (const { extensions } of json.errors) expect(extensions.code).not.toBe('INTERNAL')
    expect(text).not.toMatch(/moussa|diallo/i)
  })

  it.each([
    `{ networks(level: "${NAME}") { totalCount } }`,
    `{ networks(from: "${NAME}") { totalCount } }`,
    `{ networks(first: "${NAME}") { totalCount } }`,
    `{ networks { totalCount } } "${NAME}"`,
    `{ networks(name: "${NAME}) { totalCount } }`,
    `mutation { submitReport(input: {key: "${NAME}", purpose: "${NAME}"}) { replayed } }`,
  ])('do not repeat a name that somebody wrote into a document: %s', async (query) => {
    const { text, json } = await house.ask(AICHA, query)
    expect(json.errors.length).toBeGreaterThan(0)
    expect(text).not.toMatch(/moussa|diallo/i)
  })

  it.each<[string, string, unknown, string]>([
    ['a code', 'query($v: Level) { networks(level: $v) { totalCount } }', NAME, 'BAD_CODE'],
    ['a date', 'query($v: Day) { networks(from: $v) { totalCount } }', NAME, 'BAD_DATE'],
    ['a time', 'query($v: Time) { networks(asOf: $v) { totalCount } }', NAME, 'BAD_DATE'],
    ['a number', 'query($v: Int) { networks(first: $v) { totalCount } }', NAME, 'BAD_INPUT'],
    ['a cursor', 'query($v: String) { networks(after: $v) { totalCount } }', NAME, 'BAD_CURSOR'],
    [
      'a text that is an object',
      'query($v: String) { networks(name: $v) { totalCount } }',
      { name: NAME },
      'BAD_INPUT',
    ],
    [
      'a value with quotes in it',
      'query($v: Level) { networks(level: $v) { totalCount } }',
      `x" at "v.${NAME}"; `,
      'BAD_CODE',
    ],
    ['nothing where something must stand', 'query($v: ID!) { network(id: $v) { id } }', null, 'BAD_INPUT'],
  ])('of variables name the place and not the value: %s', async (_, query, v, code) => {
    const { text, json } = await house.ask(AICHA, query, { v })
    expect(json.errors.map(({ extensions }: FaultSeen) => extensions.code)).toEqual([code])
    expect(text).not.toMatch(/moussa|diallo/i)
  })
})

describe('an idempotency key', () => {
  it('answers the same report again with the same ids, and stores nothing more', async () => {
    const first = await submit(report('twice-the-same'))
    const before = await counts()
    const again = await submit(report('twice-the-same'))
    expect(again.json.data.submitReport).toEqual({ ...first.json.data.submitReport, replayed: true })
    expect(await counts()).toEqual(before)
  })

  it('with another body is a fault, for the same officer and for his colleague', async () => {
    await submit(report('one-key-two-bodies'))
    for (const person of [AICHA, MOUSSA])
      expect(seen(await submit(report('one-key-two-bodies', { legalBasis: 'Law-2015-36' }), person))).toEqual(
        ['IDEMPOTENCY_CONFLICT key'],
      )
  })

  it('is one for the office: a colleague who sends the same is answered with it', async () => {
    const first = await submit(report('sent-by-two'))
    const again = await submit(report('sent-by-two'), MOUSSA)
    expect(again.json.data.submitReport).toEqual({ ...first.json.data.submitReport, replayed: true })
  })

  it('tells a colleague nothing of a report that he may not see', async () => {
    const except = ['person:ne-dst.moussa']
    const hidden = await submit(report('key-of-a-secret', { release: { to: ['office:ne-dst'], except } }))
    const his = await submit(report('key-of-a-secret', { legalBasis: 'Law-2015-36' }), MOUSSA)
    expect(his.json.errors).toBeUndefined()
    expect(his.json.data.submitReport.replayed).toBe(false)
    expect(his.json.data.submitReport.ids[0].id).not.toBe(hidden.json.data.submitReport.ids[0].id)
  })

  it('is another one for another office', async () => {
    const niger = await submit(report('key-of-two-offices'))
    const italy = await submit(report('key-of-two-offices', { release: { to: ['office:it-sco'] } }), PAOLA)
    expect(italy.json.data.submitReport.replayed).toBe(false)
    expect(italy.json.data.submitReport.report.id).not.toBe(niger.json.data.submitReport.report.id)
  })

  it('sent sixteen times at once stands once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, i) => submit(report('sixteen-at-once'), i % 2 ? AICHA : MOUSSA)),
    )
    expect(replies.filter(({ json }) => json.data.submitReport.replayed === false)).toHaveLength(1)
    expect(new Set(replies.map(({ json }) => json.data.submitReport.report.id)).size).toBe(1)
    const [row] = await house.graph.setup("MATCH (r:Report {reference: 'none'}) RETURN count(r) AS n")
    expect(row).toEqual({ n: 0 })
  })

  it('sent sixteen times at once with sixteen bodies stands once, and fifteen are told', async () => {
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, i) => submit(report('sixteen-bodies', { legalBasis: `Law-${i}` }))),
    )
    expect(replies.filter(({ json }) => !json.errors)).toHaveLength(1)
    expect(
      replies.filter(({ json }) => json.errors?.[0].extensions.code === 'IDEMPOTENCY_CONFLICT'),
    ).toHaveLength(15)
  })

  it.each(['', 'short', 'has blanks in it', 'x'.repeat(81)])('of the form %j is refused', async (key) => {
    expect(seen(await submit(report(key)))).toContain('BAD_INPUT key')
  })
})

describe('a commit whose answer is lost', () => {
  it('is told as OUTCOME_UNCONFIRMED, stands once, and the same key brings its answer', async () => {
    house.graph.after = (statement) => {
      if (statement === 'report/submit')
        throw new Fault('OUTCOME_UNCONFIRMED', 'expected the store to confirm the write, got no answer')
    }
    expect(seen(await submit(report('lost-on-the-way')))).toEqual(['OUTCOME_UNCONFIRMED '])
    house.graph.after = () => {}
    const again = await submit(report('lost-on-the-way'))
    expect(again.json.data.submitReport.replayed).toBe(true)
    const query = 'query($id: ID!) { report(id: $id) { status } }'
    expect(
      (await house.ask(PAOLA, query, { id: again.json.data.submitReport.report.id })).json.data.report,
    ).toEqual({ status: 'CURRENT' })
  })

  it('that never happened is told the same, and the same key writes it then', async () => {
    let calls = 0
    house.graph.before = (statement) => {
      if (statement === 'report/submit' && calls++ === 0)
        throw new Fault('OUTCOME_UNCONFIRMED', 'expected the store to confirm the write, got no answer')
    }
    expect(seen(await submit(report('never-arrived')))).toEqual(['OUTCOME_UNCONFIRMED '])
    const again = await submit(report('never-arrived'))
    expect(again.json.data.submitReport.replayed).toBe(false)
  })

  it('and an answer that fails after the change are one fault: the change stands', async () => {
    let written = false
    house.graph.after = (statement) => {
      written ||= statement === 'report/submit'
    }
    house.graph.before = () => {
      if (written) throw new TypeError('the answer could not be made')
    }
    const reply = await submit(report('answer-fails'))
    expect(seen(reply)).toEqual(['OUTCOME_UNCONFIRMED '])
    expect(reply.json.data).toBeNull()
    house.graph.before = () => {}
    expect((await submit(report('answer-fails'))).json.data.submitReport.replayed).toBe(true)
  })

  it('because another server was first is answered with what stands', async () => {
    house.graph.before = async (statement) => {
      if (statement !== 'report/submit') return
      house.graph.before = () => {}
      throw new Collision()
    }
    // Nothing stands under the key, so whose collision it was nobody knows: to be sent again.
    expect(seen(await submit(report('collides-once')))).toEqual(['OUTCOME_UNCONFIRMED '])
    expect((await submit(report('collides-once'))).json.data.submitReport.replayed).toBe(false)
  })
})

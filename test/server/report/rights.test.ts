import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCast } from '../../cast.ts'
import type { Reply } from '../../instance.ts'
import { sealedNote } from '../../laws/sealed-notes.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT, toItaly } from '../../report.ts'
import { type House, openHouse } from '../house.ts'

// Correct, withdraw, erase and release: who may, what it does to whom, and what the others are told.

const AICHA = 'ne-dst.aicha'
const MOUSSA = 'ne-dst.moussa'
const PAOLA = 'it-sco.paola'
const FANTA = 'ml-dnlt.fanta'
const CLAIRE = 'fr-police.claire'

let house: House

beforeAll(async () => {
  const cast = await makeCast(
    [
      { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', moussa: 'FOCAL_POINT' } },
      { office: 'it-sco', persons: { paola: 'ANALYST' } },
      { office: 'ml-dnlt', persons: { fanta: 'FOCAL_POINT' } },
      { office: 'fr-police', persons: { claire: 'ANALYST' } },
    ],
    [{ team: 'sahel', signatories: ['ne-dst', 'ml-dnlt'], members: [AICHA, FANTA] }],
  )
  house = await openHouse(await testNeo4j(), cast)
})
afterAll(() => house?.close())

const CORRECT = `mutation($report: ID!, $input: CorrectionInput!) { correctReport(report: $report, input: $input) { replayed ids { local id } report { id status corrects } } }`
const WITHDRAW = `mutation($report: ID!, $key: String!, $reason: WithdrawReason!) { withdrawReport(report: $report, key: $key, reason: $reason) { replayed report { id status } } }`
const ERASE = `mutation($report: ID!, $key: String!, $reason: EraseReason!) { eraseReport(report: $report, key: $key, reason: $reason) { replayed ids { id } report { id } } }`
const RELEASE = `mutation($report: ID!, $key: String!, $release: ReleaseInput!) { releaseReport(report: $report, key: $key, release: $release) { replayed report { id release { to except countries } } } }`
const SHOW = `query($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id status legalBasis correctedBy relations { level } release { to } acts { kind author reason } } }`

let keys = 0
const newKey = () => `act-of-test-${++keys}`
const ok = ({ json }: Pick<Reply, 'json'>): Reply['json'] => {
  expect(json.errors).toBeUndefined()
  return Object.values(json.data)[0]
}
const code = ({ json }: Pick<Reply, 'json'>): string | undefined => json.errors?.[0].extensions.code
const submit = async (changes = {}, person = AICHA) =>
  ok(await house.ask(person, SUBMIT, { input: report(newKey(), changes) }))
const correction = (key: string, ids: { local: string; id: string }[], changes: object = {}) => {
  const { release: _, ...rest } = report(key)
  return {
    ...rest,
    entities: rest.entities.map((one) => ({ ...one, id: ids.find(({ local }) => local === one.local)!.id })),
    ...changes,
  }
}
const show = async (person: string, id: string, asOf: string | null = null) =>
  (await house.ask(person, SHOW, { id, asOf })).json.data.report
const level = async (person: string, id: string, asOf: string | null = null) =>
  (
    await house.ask(
      person,
      'query($id: ID!, $asOf: Time) { network(id: $id, asOf: $asOf) { members { level report } } }',
      { id, asOf },
    )
  ).json.data.network
const notices = async (person: string, id: string) =>
  (await house.ask(person, '{ notices(first: 100) { kind report office } }')).json.data.notices.filter(
    (one: { report: string }) => one.report === id,
  )
const to = (...principals: string[]) => ({
  to: principals,
  transfers: [
    { country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-2012' },
    { country: 'ML', basis: 'SAFEGUARDS', assessment: 'MoU-2013' },
  ],
})

describe('a correction', () => {
  it('is a new version: the old one is shown as corrected, as it was, at the time before', async () => {
    const { report: old, ids } = await submit()
    const before = old.recorded
    const claims = [{ memberOf: { from: 'boss', to: 'ring', level: 'L3', role: 'GHETTO_BOSS' } }]
    const done = ok(
      await house.ask(AICHA, CORRECT, {
        report: old.id,
        input: correction(newKey(), ids, { claims, legalBasis: 'Law-2015-36' }),
      }),
    )
    expect(done).toMatchObject({ replayed: false, ids, report: { status: 'CURRENT', corrects: old.id } })
    const network = ids[1].id
    expect((await level(PAOLA, network)).members).toEqual([{ level: 'L3', report: done.report.id }])
    expect((await level(PAOLA, network, before)).members).toEqual([{ level: 'L2', report: old.id }])
    expect(await show(PAOLA, old.id)).toMatchObject({
      status: 'CORRECTED',
      correctedBy: done.report.id,
      legalBasis: 'Law-2010-86',
      release: null,
      acts: [],
    })
    expect(await show(PAOLA, old.id, before)).toMatchObject({ status: 'CURRENT', correctedBy: null })
    expect(await notices(PAOLA, old.id)).toEqual([{ kind: 'CORRECTED', report: old.id, office: 'ne-dst' }])
  })

  it('is for the version that stands, once', async () => {
    const { report: old, ids } = await submit()
    const correct = (of: string) =>
      house.ask(AICHA, CORRECT, { report: of, input: correction(newKey(), ids) })
    const second = ok(await correct(old.id))
    expect(code(await correct(old.id))).toBe('NOT_ALLOWED')
    ok(await correct(second.report.id))
    const both = await Promise.all([
      submit().then(({ report: r, ids: i }) =>
        Promise.all(
          [0, 1].map(() => house.ask(AICHA, CORRECT, { report: r.id, input: correction(newKey(), i) })),
        ),
      ),
    ])
    expect(both[0]!.map(code).sort()).toEqual(['NOT_ALLOWED', undefined])
  })

  it("is the originator's: to others a foreign, a hidden and an absent report are one answer", async () => {
    const { report: open, ids } = await submit()
    const { report: hidden } = await submit({ release: { to: [] } })
    const tries = [open.id, hidden.id, '0'.repeat(26)].map((id) =>
      house.ask(PAOLA, CORRECT, { report: id, input: correction('same-key-each', ids) }),
    )
    const texts = (await Promise.all(tries)).map(({ status, text }) => `${status} ${text}`)
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('NOT_FOUND')
  })

  it('answers its key again with itself, and another body is a fault', async () => {
    const { report: old, ids } = await submit()
    const input = correction(newKey(), ids)
    const first = ok(await house.ask(AICHA, CORRECT, { report: old.id, input }))
    expect(ok(await house.ask(AICHA, CORRECT, { report: old.id, input }))).toEqual({
      ...first,
      replayed: true,
    })
    expect(
      code(await house.ask(AICHA, CORRECT, { report: old.id, input: { ...input, legalBasis: 'Law-1' } })),
    ).toBe('IDEMPOTENCY_CONFLICT')
    // A key stands for one act, of whatever kind.
    expect(
      code(
        await house.ask(AICHA, WITHDRAW, { report: old.id, key: input.key, reason: 'SOURCE_DISCREDITED' }),
      ),
    ).toBe('IDEMPOTENCY_CONFLICT')
  })

  it('with faults changes nothing, and tells them all', async () => {
    const { report: old, ids } = await submit()
    const bad = correction(newKey(), ids, {
      reviewDue: '2030-13-01',
      claims: [{ memberOf: { from: 'boss', to: 'ring', level: 'L9', role: 'FIXER' } }],
    })
    const { json } = await house.ask(AICHA, CORRECT, { report: old.id, input: bad })
    expect(json.errors.map((one: { extensions: { code: string } }) => one.extensions.code).sort()).toEqual([
      'BAD_CODE',
      'BAD_DATE',
    ])
    expect((await show(AICHA, old.id)).status).toBe('CURRENT')
  })
})

describe('a withdrawal', () => {
  it('takes the report from everybody but its office, at every moment, and tells those who had it', async () => {
    const { report: one, ids } = await submit()
    const before = one.recorded
    const key = newKey()
    expect(
      ok(await house.ask(AICHA, WITHDRAW, { report: one.id, key, reason: 'SOURCE_DISCREDITED' })),
    ).toEqual({ replayed: false, report: { id: one.id, status: 'WITHDRAWN' } })
    for (const asOf of [null, before]) {
      expect(await show(PAOLA, one.id, asOf)).toBeNull()
      expect(await level(PAOLA, ids[1].id, asOf)).toBeNull()
    }
    expect(await notices(PAOLA, one.id)).toEqual([{ kind: 'WITHDRAWN', report: one.id, office: 'ne-dst' }])
    expect(await notices(CLAIRE, one.id)).toEqual([])
    expect(await notices(AICHA, one.id)).toEqual([])
    expect(await show(MOUSSA, one.id)).toMatchObject({
      status: 'WITHDRAWN',
      acts: [
        { kind: 'SUBMIT', author: AICHA },
        { kind: 'WITHDRAW', author: AICHA, reason: 'SOURCE_DISCREDITED' },
      ],
    })
    expect(
      ok(await house.ask(AICHA, WITHDRAW, { report: one.id, key, reason: 'SOURCE_DISCREDITED' })).replayed,
    ).toBe(true)
    expect(
      code(await house.ask(AICHA, WITHDRAW, { report: one.id, key: newKey(), reason: 'SOURCE_DISCREDITED' })),
    ).toBe('NOT_ALLOWED')
    expect(code(await house.ask(AICHA, RELEASE, { report: one.id, key: newKey(), release: toItaly }))).toBe(
      'NOT_ALLOWED',
    )
  })

  it('of one version is of all', async () => {
    const { report: old, ids } = await submit()
    const next = ok(await house.ask(AICHA, CORRECT, { report: old.id, input: correction(newKey(), ids) }))
    ok(
      await house.ask(AICHA, WITHDRAW, {
        report: next.report.id,
        key: newKey(),
        reason: 'SOURCE_DISCREDITED',
      }),
    )
    expect([
      await show(PAOLA, old.id),
      await show(PAOLA, next.report.id),
      await show(PAOLA, old.id, old.recorded),
    ]).toEqual([null, null, null])
  })

  it("is not somebody else's to make", async () => {
    const { report: one } = await submit()
    expect(
      code(await house.ask(PAOLA, WITHDRAW, { report: one.id, key: newKey(), reason: 'SOURCE_DISCREDITED' })),
    ).toBe('NOT_FOUND')
    expect((await show(PAOLA, one.id)).status).toBe('CURRENT')
  })
})

describe('an erasure', () => {
  it('leaves nothing of the report to anybody at any moment, and nothing of it in the store', async () => {
    const { report: one, ids } = await submit({
      claims: [
        { actor: { entity: 'boss', label: 'Erased-Canary', category: 'SUSPECT', benefit: 'SHOWN' } },
        { network: { entity: 'ring', label: 'Erased-Canary-2' } },
        { memberOf: { from: 'boss', to: 'ring', level: 'L1', role: 'FIXER' } },
      ],
    })
    const key = newKey()
    expect(ok(await house.ask(AICHA, ERASE, { report: one.id, key, reason: 'SUBJECT_REQUEST' }))).toEqual({
      replayed: false,
      ids: [],
      report: null,
    })
    for (const person of [AICHA, PAOLA])
      expect([
        await show(person, one.id),
        await show(person, one.id, one.recorded),
        await level(person, ids[1].id, one.recorded),
      ]).toEqual([null, null, null])
    const [{ left }] = (await house.graph.setup(
      "MATCH (n) OPTIONAL MATCH (n)-[r]->() WITH n, r WHERE any(v IN [k IN keys(n) | toStringOrNull(n[k])] + [k IN keys(r) | toStringOrNull(r[k])] WHERE v CONTAINS 'Erased-Canary') RETURN count(*) AS left",
    )) as [{ left: number }]
    expect(left).toBe(0)
    expect(await notices(PAOLA, one.id)).toEqual([{ kind: 'ERASED', report: one.id, office: 'ne-dst' }])
    expect(ok(await house.ask(AICHA, ERASE, { report: one.id, key, reason: 'SUBJECT_REQUEST' }))).toEqual({
      replayed: true,
      ids: [],
      report: null,
    })
    expect(
      code(await house.ask(AICHA, ERASE, { report: one.id, key: newKey(), reason: 'SUBJECT_REQUEST' })),
    ).toBe('NOT_FOUND')
  })

  it('leaves what another report says of the same entity', async () => {
    const { report: one, ids } = await submit()
    const other = await submit(
      {
        entities: [{ local: 'ring', kind: 'NETWORK', id: ids[1].id }],
        claims: [{ network: { entity: 'ring', label: 'Still-here' } }],
        release: { to: ['office:it-sco'] },
      },
      PAOLA,
    )
    ok(await house.ask(AICHA, ERASE, { report: one.id, key: newKey(), reason: 'UNLAWFUL_PROCESSING' }))
    const { network } = (
      await house.ask(
        PAOLA,
        'query($id: ID!) { network(id: $id) { label members { level } descriptions { report } } }',
        { id: ids[1].id },
      )
    ).json.data
    expect(network).toEqual({ label: 'Still-here', members: [], descriptions: [{ report: other.report.id }] })
    expect(
      (await house.ask(PAOLA, 'query($id: ID!) { actor(id: $id) { id } }', { id: ids[0].id })).json.data
        .actor,
    ).toBeNull()
  })

  it('takes a withdrawn report too, and every version', async () => {
    const { report: old, ids } = await submit()
    const next = ok(await house.ask(AICHA, CORRECT, { report: old.id, input: correction(newKey(), ids) }))
    ok(
      await house.ask(AICHA, WITHDRAW, {
        report: next.report.id,
        key: newKey(),
        reason: 'SOURCE_DISCREDITED',
      }),
    )
    ok(await house.ask(AICHA, ERASE, { report: old.id, key: newKey(), reason: 'RETENTION_EXPIRED' }))
    expect([await show(AICHA, old.id), await show(AICHA, next.report.id)]).toEqual([null, null])
  })

  it("is the originator's alone", async () => {
    const { report: one } = await submit()
    expect(
      code(await house.ask(PAOLA, ERASE, { report: one.id, key: newKey(), reason: 'RETENTION_EXPIRED' })),
    ).toBe('NOT_FOUND')
    expect((await show(PAOLA, one.id)).status).toBe('CURRENT')
  })
})

describe('a release', () => {
  it('that is widened shows the report to more, at every moment; narrowed it is gone from those, at every moment', async () => {
    const { report: one } = await submit()
    expect(await show(FANTA, one.id)).toBeNull()
    ok(
      await house.ask(AICHA, RELEASE, {
        report: one.id,
        key: newKey(),
        release: to('country:IT', 'office:ml-dnlt'),
      }),
    )
    expect(await show(FANTA, one.id, one.recorded)).toMatchObject({ status: 'CURRENT' })
    expect(await notices(PAOLA, one.id)).toEqual([])
    const narrowed = ok(
      await house.ask(AICHA, RELEASE, {
        report: one.id,
        key: newKey(),
        release: { to: ['country:IT'], transfers: toItaly.transfers },
      }),
    )
    expect(narrowed.report.release).toEqual({
      to: ['country:IT', 'office:ne-dst'],
      except: [],
      countries: ['IT', 'NE'],
    })
    for (const asOf of [null, one.recorded, new Date().toISOString()])
      expect(await show(FANTA, one.id, asOf)).toBeNull()
    expect(await notices(FANTA, one.id)).toEqual([{ kind: 'NARROWED', report: one.id, office: 'ne-dst' }])
    expect(await notices(PAOLA, one.id)).toEqual([])
    expect((await show(AICHA, one.id)).acts.map(({ kind }: { kind: string }) => kind)).toEqual([
      'SUBMIT',
      'RELEASE',
      'RELEASE',
    ])
  })

  it('passes the transfer gate at each widening', async () => {
    const { report: one } = await submit()
    const release = async (release: object) =>
      code(await house.ask(AICHA, RELEASE, { report: one.id, key: newKey(), release }))
    expect(await release({ to: ['country:ML'] })).toBe('TRANSFER_BASIS_MISSING')
    expect(await release({ to: ['all'], transfers: toItaly.transfers })).toBe('TRANSFER_BASIS_MISSING')
    expect(await release({ to: ['team:sahel'] })).toBe('TRANSFER_BASIS_MISSING')
    expect(await release({ to: ['person:it-sco.paola'] })).toBe('TRANSFER_BASIS_MISSING')
    expect(
      await release({
        to: ['country:IT'],
        transfers: [{ country: 'IT', basis: 'EU_MEMBER', assessment: 'none' }],
      }),
    ).toBe('TRANSFER_BASIS_MISSING')
    expect(await release({ to: ['office:ne-dst'] })).toBeUndefined()
    expect(await show(FANTA, one.id)).toBeNull()
  })

  it('between two member states may stand on their membership', async () => {
    const release = {
      to: ['office:fr-police'],
      transfers: [{ country: 'FR', basis: 'EU_MEMBER', assessment: 'LED' }],
    }
    const { report: one } = await submit({ release }, PAOLA)
    expect(await show(CLAIRE, one.id)).toMatchObject({ status: 'CURRENT' })
  })

  it('reaches only the countries that were examined, whoever it names', async () => {
    const release = {
      to: ['team:sahel'],
      transfers: [{ country: 'ML', basis: 'SAFEGUARDS', assessment: 'MoU-2013' }],
    }
    const { report: one } = await submit({ release })
    expect(await show(FANTA, one.id)).not.toBeNull()
    expect(await show(MOUSSA, one.id)).not.toBeNull()
    expect(await show(PAOLA, one.id)).toBeNull()
  })

  it('may leave out a colleague, who finds no trace of it', async () => {
    const { report: one, ids } = await submit({ release: { ...toItaly, except: ['person:ne-dst.moussa'] } })
    expect(await show(MOUSSA, one.id)).toBeNull()
    expect(await level(MOUSSA, ids[1].id)).toBeNull()
    expect(
      code(
        await house.ask(MOUSSA, WITHDRAW, { report: one.id, key: newKey(), reason: 'SOURCE_DISCREDITED' }),
      ),
    ).toBe('NOT_FOUND')
    // A withdrawal keeps him out as well.
    ok(await house.ask(AICHA, WITHDRAW, { report: one.id, key: newKey(), reason: 'SOURCE_DISCREDITED' }))
    expect([await show(MOUSSA, one.id), await notices(MOUSSA, one.id)]).toEqual([null, []])
  })

  it('to a team that one has not signed is answered like one to a team that is none', async () => {
    const release = (team: string) =>
      house.ask(PAOLA, SUBMIT, { input: report('to-a-team-01', { release: { to: [team] } }) })
    const [foreign, absent] = await Promise.all([release('team:sahel'), release('team:nobody')])
    expect(foreign.text).toBe(absent.text)
    expect(code(foreign)).toBe('BAD_REFERENCE')
  })

  it('and its set are shown to the originator only', async () => {
    const { report: one } = await submit()
    expect((await show(PAOLA, one.id)).release).toBeNull()
    expect((await show(MOUSSA, one.id)).release).toEqual({ to: ['country:IT', 'office:ne-dst'] })
  })

  it('changes under readers without a moment at which half of it shows', async () => {
    const { report: one, ids } = await submit({ release: to('country:IT', 'office:ml-dnlt') })
    const query =
      'query($r: ID!, $n: ID!) { report(id: $r) { relations { level } } network(id: $n) { members { level } } }'
    const states = new Set<string>()
    let stop = false
    const reader = (async () => {
      while (!stop)
        states.add(JSON.stringify((await house.ask(FANTA, query, { r: one.id, n: ids[1].id })).json.data))
    })()
    for (const release of [
      toItaly,
      to('country:IT', 'office:ml-dnlt'),
      toItaly,
      to('country:IT', 'office:ml-dnlt'),
    ])
      ok(await house.ask(AICHA, RELEASE, { report: one.id, key: newKey(), release }))
    stop = true
    await reader
    expect([...states].sort()).toEqual([
      '{"report":null,"network":null}',
      '{"report":{"relations":[{"level":"L2"}]},"network":{"members":[{"level":"L2"}]}}',
    ])
  })
})

describe('a sealed note', () => {
  const NOTE = 'query($id: ID!) { report(id: $id) { note { id ciphertext } } }'
  const noted = async (audience: string[], changes = {}) => {
    const key = newKey()
    const note = await sealedNote(house.cast, key, audience, Date.now())
    return house.ask(AICHA, SUBMIT, { input: report(key, { note: note.input, ...changes }) })
  }

  it('goes with its report to those it is released to, each with his own session key only', async () => {
    const done = ok(await noted(['ne-dst', 'it-sco']))
    const read = async (person: string) =>
      (await house.ask(person, NOTE, { id: done.report.id })).json.data.report?.note ?? null
    const [own, italy] = [await read(AICHA), await read(PAOLA)]
    expect(own.id).toBe(italy.id)
    expect(italy.ciphertext.length).toBeLessThan(own.ciphertext.length)
    expect(await read(FANTA)).toBeNull()
  })

  it("is refused where it is sealed to an office that the release does not reach, or not to one's own", async () => {
    expect(code(await noted(['ne-dst', 'ml-dnlt']))).toBe('BAD_INPUT')
    const key = newKey()
    const note = await sealedNote(house.cast, key, ['ne-dst', 'it-sco'], Date.now())
    const other = { ...note.input, audience: ['it-sco'] }
    expect(code(await house.ask(AICHA, SUBMIT, { input: report(key, { note: other }) }))).toBe('BAD_INPUT')
    expect(code(await house.ask(AICHA, SUBMIT, { input: report(newKey(), { note: note.input }) }))).toBe(
      'BAD_INPUT',
    )
  })

  it('that is no ciphertext is refused, and no report stands', async () => {
    const key = newKey()
    const note = await sealedNote(house.cast, key, ['ne-dst', 'it-sco'], Date.now())
    const plain = { ...note.input, ciphertext: Buffer.from('Le convoi part demain.').toString('base64') }
    const { json, text } = await house.ask(AICHA, SUBMIT, { input: report(key, { note: plain }) })
    expect(json.errors[0].extensions.code).toBe('BAD_PACKET')
    expect(text).not.toContain('convoi')
    expect(ok(await house.ask(AICHA, SUBMIT, { input: report(key, { note: note.input }) })).replayed).toBe(
      false,
    )
  })

  it('is asked for where handling restricts in words', async () => {
    const claims = [{ network: { entity: 'ring', label: 'Restricted' }, handling: ['H3'] }]
    const entities = [{ local: 'ring', kind: 'NETWORK' }]
    expect(code(await house.ask(AICHA, SUBMIT, { input: report(newKey(), { claims, entities }) }))).toBe(
      'BAD_INPUT',
    )
    ok(await noted(['ne-dst', 'it-sco'], { claims, entities }))
  })

  it('is destroyed with its report', async () => {
    const done = ok(await noted(['ne-dst', 'it-sco']))
    const { id: object } = (await house.ask(AICHA, NOTE, { id: done.report.id })).json.data.report.note
    ok(await house.ask(AICHA, ERASE, { report: done.report.id, key: newKey(), reason: 'SUBJECT_REQUEST' }))
    expect((await house.ask(AICHA, NOTE, { id: done.report.id })).json.data.report).toBeNull()
    const { readdir } = await import('node:fs/promises')
    expect((await readdir(`${house.home}/blobs`, { recursive: true })).join(' ')).not.toContain(object)
  })
})

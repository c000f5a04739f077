import { createPublicKey, verify } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../../schema/wire/caller.ts'
import { type EvaluationOrder, ORDER_LIFE, permitText } from '../../../schema/wire/match.ts'
import { newRecord } from '../../../server/ask.ts'
import { makeSigningKey, signingKeyOf } from '../../../server/audit/tree/note.ts'
import { openPermits, type Permits } from '../../../server/match/permits.ts'
import { detailOf } from '../../../server/respond.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { makeStage } from '../../laws/stage.ts'
import { testNeo4j } from '../../neo4j.ts'
import { orderOf } from './orders.ts'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const MINUTE = 60_000
const receipts = signingKeyOf(makeSigningKey('receipts').skey)
const directory = { genesis: { instance: 'test-instance' } } as Parameters<typeof openPermits>[0]['directory']

let dir: string
let time: number
let permits: Permits

/** How many selectors the cards of every office have by the key of another year. */
let waiting = 10_000
const renewable = async () => waiting
const open = () => openPermits({ dir, clock: () => time, directory, receipts, renewable })
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'portolan-permits-')), 'permits')
  time = NOON
  permits = await open()
})
afterEach(async () => {
  await permits.close()
  await rm(join(dir, '..'), { recursive: true, force: true })
})

const caller = (name: string, country = 'NE'): Caller => ({
  ...{ session: 's', person: name, country, office: 'ne-dst', offices: ['ne-dst'], officeKind: 'POLICE' },
  ...{ role: 'ANALYST', principals: [], teams: [] },
})
const aicha = caller('ne-dst.aicha')
const orderBy = (who: Caller, count: number, more: Partial<EvaluationOrder> = {}) =>
  orderOf(who, count, { created: new Date(time).toISOString(), ...more })
const permitOf = (who: Caller, order: EvaluationOrder) =>
  permits.permit(who, JSON.stringify(order), newRecord(null))
const ask = (who: Caller, count: number, more: Partial<EvaluationOrder> = {}) =>
  permitOf(who, orderBy(who, count, more))
const exhausted = (on: string) =>
  expect.objectContaining({ code: 'BUDGET_EXHAUSTED', message: expect.stringContaining(`goes on at ${on}`) })

describe('the permit', () => {
  it('is a signature by the key of receipts over the order', async () => {
    const order = orderBy(aicha, 3)
    const signature = Buffer.from(await permitOf(aicha, order), 'base64url')
    expect(receipts.verify(Buffer.from(permitText(order)), signature)).toBe(true)
    expect(receipts.verify(Buffer.from(permitText(orderBy(aicha, 3))), signature)).toBe(false)
  })

  it('is the same for the same order, which costs nothing, and stands for no other order of that id', async () => {
    const order = orderBy(aicha, 20)
    const first = await permitOf(aicha, order)
    expect(await permitOf(aicha, order)).toBe(first)
    await permits.close()
    permits = await open()
    expect(await permitOf(aicha, order)).toBe(first)
    const other = { ...orderBy(aicha, 20), id: order.id }
    await expect(permitOf(aicha, other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
  })

  it.each([
    ['person', 'ne-dst.issa'],
    ['office', 'ne-dst-agadez'],
    ['role', 'FOCAL_POINT'],
    ['country', 'IT'],
    ['instance', 'another-instance'],
  ])('is refused where %s is not the caller’s own', async (field, value) => {
    await expect(ask(aicha, 1, { [field]: value })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      path: ['order', field],
    })
  })

  it('is refused for an order that is old, ahead, of no key in use, or not whole', async () => {
    const at = (ms: number) => ({ created: new Date(time + ms).toISOString() })
    await ask(aicha, 1, at(-ORDER_LIFE))
    const wrong: Partial<EvaluationOrder>[] = [at(-ORDER_LIFE - 1), at(MINUTE + 1), { epoch: 2031 }]
    for (const more of [...wrong, { commitments: [] }])
      await expect(ask(aicha, 1, more)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(permits.permit(aicha, '{', newRecord(null))).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(ask(aicha, 21)).rejects.toMatchObject({ code: 'BAD_INPUT', path: ['order', 'elements'] })
  })
})

describe('the budget', () => {
  it('lets an officer have 20 in any minute, and says when it goes on', async () => {
    await ask(aicha, 12)
    time += 30_000
    await ask(aicha, 8)
    await expect(ask(aicha, 1)).rejects.toEqual(exhausted('2026-11-22T12:01:00.000Z'))
    await expect(ask(aicha, 13)).rejects.toEqual(exhausted('2026-11-22T12:01:30.000Z'))
    await ask(caller('ne-dst.issa'), 20)
    time += 30_000
    await ask(aicha, 12)
    await expect(ask(aicha, 1)).rejects.toEqual(exhausted('2026-11-22T12:01:30.000Z'))
  })

  it('lets an officer have 200 in a day, by whatever aim but a renewal, also over a restart', async () => {
    for (let i = 0; i < 10; i++) {
      await ask(aicha, 20, { aim: i % 2 ? 'SEAL' : 'MATCH' })
      time += MINUTE
    }
    await permits.close()
    permits = await open()
    await expect(ask(aicha, 1)).rejects.toEqual(exhausted('2026-11-23T00:00:00.000Z'))
    await ask(aicha, 500, { aim: 'RENEW' })
    time = Date.parse('2026-11-23T00:00:00Z')
    await ask(aicha, 20)
  })

  it('lets a state have 2,000 in a day, renewals too, and no other state pays for it', async () => {
    for (let i = 0; i < 4; i++) await ask(aicha, i < 3 ? 500 : 490, { aim: 'RENEW' })
    await ask(caller('ne-dst.issa'), 10)
    await expect(ask(caller('ne-dst.salif'), 1)).rejects.toEqual(exhausted('2026-11-23T00:00:00.000Z'))
    await expect(ask(aicha, 1, { aim: 'RENEW' })).rejects.toEqual(exhausted('2026-11-23T00:00:00.000Z'))
    await ask(caller('it-sco.paola', 'IT'), 20)
  })

  it('lets no more be renewed than the office’s cards have by the key of another year', async () => {
    waiting = 30
    await expect(ask(aicha, 31, { aim: 'RENEW' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await ask(aicha, 30, { aim: 'RENEW' })
    waiting = 10_000
  })

  it('is never exceeded by orders that come at the same time', async () => {
    const done = await Promise.allSettled(Array.from({ length: 40 }, () => ask(aicha, 1)))
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    const same = orderBy(caller('ne-dst.issa'), 20)
    const issa = caller('ne-dst.issa')
    expect(new Set(await Promise.all(Array.from({ length: 8 }, () => permitOf(issa, same)))).size).toBe(1)
  })

  it('keeps two days on the disk and no more', async () => {
    await ask(aicha, 1)
    time += 3 * 24 * 60 * MINUTE
    await ask(aicha, 1)
    expect(await readdir(dir)).toEqual(['2026-11-24.jsonl', '2026-11-25.jsonl'])
  })
})

describe('tokens that are asked about', () => {
  it('are covered by what the same officer had evaluated for questions, each question once', async () => {
    await ask(aicha, 10)
    await ask(aicha, 10, { aim: 'SEAL' })
    const { person } = aicha
    await permits.ask({ question: 'q1', person, count: 7 })
    await permits.ask({ question: 'q1', person, count: 7 })
    const more = { question: 'q2', person, count: 4 }
    await expect(permits.ask(more)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' })
    const other = { question: 'q3', person: 'ne-dst.issa', count: 1 }
    await expect(permits.ask(other)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' })
    await permits.close()
    permits = await open()
    await expect(permits.ask(more)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' })
    await permits.ask({ ...more, count: 3 })
  })
})

describe('permitEvaluation', () => {
  let portolan: TestPortolan
  beforeAll(async () => {
    portolan = await openPortolan(await testNeo4j(), await makeStage())
  }, 1_500_000)
  afterAll(() => portolan?.close())
  const PERMIT = 'mutation($order: String!) { permitEvaluation(order: $order) }'
  const who = { ...caller('it-sco.paola', 'IT'), office: 'it-sco', role: 'FOCAL_POINT' as const }

  it('is verified by the receipt key that a client learned at login; the order is on record, refused or not', async () => {
    const recorded: unknown[] = []
    const { audit } = portolan.instance
    const { answered } = audit
    audit.answered = (open, answer) => {
      if (answer.detail.evaluation) recorded.push([answer.detail.outcome, answer.detail.evaluation])
      return answered.call(audit, open, answer)
    }
    const order = orderOf(who, 20)
    const { json } = await portolan.ask('it-sco.paola', PERMIT, { order: JSON.stringify(order) })
    const { receiptKey } = (await portolan.session('it-sco.paola')).login()
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: receiptKey }, format: 'jwk' })
    const permit = Buffer.from(json.data.permitEvaluation, 'base64url')
    expect(verify(null, Buffer.from(permitText(order)), key, permit)).toBe(true)
    const over = orderOf(who, 1)
    const refused = await portolan.ask('it-sco.paola', PERMIT, { order: JSON.stringify(over) })
    expect(refused.json.errors[0].extensions.code).toBe('BUDGET_EXHAUSTED')
    expect(recorded).toEqual([
      ['OK', order],
      ['BUDGET_EXHAUSTED', over],
    ])
  })

  it('is for those who report, and for nobody else', async () => {
    const auditor = { ...who, person: 'it-audit.anna', office: 'it-audit', role: 'AUDITOR' as const }
    const order = JSON.stringify(orderOf(auditor, 1))
    const { json } = await portolan.ask('it-audit.anna', PERMIT, { order })
    expect(json.errors[0].extensions.code).toBe('NOT_ALLOWED')
  })

  it('has the order in what the auditor reads', () => {
    const order = orderOf(who, 2)
    const record = { ...newRecord(null), evaluation: order }
    expect(detailOf({ outcome: 'OK' }, {}, record).evaluation).toEqual(order)
  })

  it('lets an office without cards on watch renew nothing', async () => {
    const order = orderOf(who, 1, { aim: 'RENEW' })
    const { json } = await portolan.ask('it-sco.paola', PERMIT, { order: JSON.stringify(order) })
    expect(json.errors[0].extensions.code).toBe('NOT_ALLOWED')
  })
})

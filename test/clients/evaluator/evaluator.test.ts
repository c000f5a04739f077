import { mkdir, mkdtemp, readFile, rm, rmdir, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dayOf, readDay } from '../../../clients/evaluator/days.ts'
import { destroyShare } from '../../../clients/evaluator/shares.ts'
import {
  type EvaluationRequest,
  MATCH_BUDGET,
  type MatchKey,
  ORDER_LIFE,
} from '../../../schema/wire/match.ts'
import {
  evaluated,
  type Holder,
  holdCeremony,
  openHolders,
  serveHere,
  tokensOf,
  type Up,
} from './evaluators.ts'
import {
  type Answered,
  DAY,
  EPOCH,
  type Officer,
  openWorld,
  orderOf,
  post,
  requestOf,
  selectors,
  type World,
} from './world.ts'

// One evaluator over HTTP, by a clock that the test moves.

/** A quarter past noon: no test runs into another day unless it wants to. */
const NOON = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:15:00Z`)

let folder: string
let world: World
let holders: Holder[]
let matchKey: MatchKey
let up: Up
let paola: Officer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-evaluator-'))
  world = await openWorld(folder, { now: NOON, officers: 3 })
  holders = await openHolders(folder)
  matchKey = await holdCeremony(holders)
  up = await serveHere(world, holders[1]!)
  paola = await world.officer('it-sco.officer1')
})
afterEach(async () => {
  await up.close()
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

const own = () => holders[1]!.folder
const restart = async () => {
  await up.close()
  up = await serveHere(world, holders[1]!)
}
const ask = (count = 1, changes = {}, officer = paola) =>
  post(up.url, requestOf(world, officer, orderOf(world, officer, selectors(count), changes)))
const refused = (code: string) => (answer: Answered) => {
  expect({ ...answer.body, message: '' }).toEqual({ code, message: '' })
  return answer
}
const spent = async () =>
  (await readDay(own(), dayOf(world.clock()))).reduce((sum, one) => sum + one.commitments.length, 0)

describe('an evaluator', () => {
  it('answers an order with a proof, so that two of three make a token', async () => {
    const other = await serveHere(world, holders[2]!)
    const wanted = selectors(20)
    const request = requestOf(world, paola, orderOf(world, paola, wanted))
    const answers = [
      await evaluated(up.url, matchKey, request),
      await evaluated(other.url, matchKey, request),
    ]
    const tokens = tokensOf(wanted, answers)
    // The same selectors, blinded anew, by another officer, at other evaluators.
    await other.close()
    const third = await serveHere(world, holders[0]!)
    const moussa = await world.officer('ne-dst.officer1')
    const again = selectors(20)
    const theirs = requestOf(world, moussa, orderOf(world, moussa, again))
    expect(
      tokensOf(again, [
        await evaluated(third.url, matchKey, theirs),
        await evaluated(up.url, matchKey, theirs),
      ]),
    ).toEqual(tokens)
    await third.close()
    expect(up.failures).toEqual([])
  })

  it('answers all who come at once when it has just started', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => ask()))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  it('answers for two epochs at once, and makes no token of one with the share of the other', async () => {
    const next = await holdCeremony(holders, { epoch: EPOCH + 1 })
    await restart()
    const other = await serveHere(world, holders[2]!)
    const tokenIn = async (epoch: number, key: MatchKey) => {
      const wanted = selectors(1, { epoch: EPOCH })
      const request = requestOf(world, paola, orderOf(world, paola, wanted, { epoch }))
      const answers = [await evaluated(up.url, key, request), await evaluated(other.url, key, request)]
      return tokensOf(wanted, answers)[0]
    }
    // The same input: what differs is the key.
    expect(await tokenIn(EPOCH + 1, next)).not.toBe(await tokenIn(EPOCH, matchKey))
    expect(await tokenIn(EPOCH, matchKey)).toBe(await tokenIn(EPOCH, matchKey))
    await expect(tokenIn(EPOCH, next)).rejects.toThrow(/proof/)
    await other.close()
    expect(await (await fetch(`${up.url}/health`)).json()).toEqual({
      ready: true,
      epochs: [EPOCH, EPOCH + 1],
    })
  })

  it('says whether it is ready, and takes nothing else', async () => {
    const health = await fetch(`${up.url}/health`)
    expect([health.status, await health.json()]).toEqual([200, { ready: true, epochs: [EPOCH] }])
    expect((await fetch(`${up.url}/evaluate`)).status).toBe(405)
    expect((await fetch(`${up.url}/health`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${up.url}/`, { method: 'POST', body: '{}' })).status).toBe(404)
  })

  it('keeps counts, ids and commitments, and no element and no name', async () => {
    const wanted = selectors(2)
    const order = orderOf(world, paola, wanted)
    await evaluated(up.url, matchKey, requestOf(world, paola, order))
    const text = await readFile(join(own(), `evaluations-${dayOf(NOON)}.jsonl`), 'utf8')
    expect(JSON.parse(text)).toEqual({
      ...{ time: NOON, order: order.id, hash: expect.any(String), officer: expect.stringMatching(/^.{22}$/) },
      ...{ country: 'IT', aim: 'MATCH', epoch: EPOCH, commitments: order.commitments },
    })
    for (const said of [paola.person, 'it-sco', 'case', ...order.elements]) expect(text).not.toContain(said)
  })
})

describe('what an evaluator refuses', () => {
  /** A request that is right but for what is changed. */
  async function forged(
    change: (request: EvaluationRequest) => EvaluationRequest | Promise<EvaluationRequest>,
  ) {
    const right = requestOf(world, paola, orderOf(world, paola, selectors(1)))
    const before = await spent()
    const answer = await post(up.url, await change(right))
    expect(await spent()).toBe(before)
    // And it was right.
    expect((await post(up.url, right)).status).toBe(200)
    return answer
  }
  const auth = refused('AUTH')

  it('a permit of somebody else, or for another order', async () => {
    const other = await openWorld(join(folder, 'other'), { now: NOON })
    const first = auth(await forged((right) => ({ ...right, permit: other.permit(right.order) })))
    await other.close()
    const second = auth(
      await forged((right) => ({ ...right, permit: world.permit(orderOf(world, paola, selectors(1))) })),
    )
    // A forger learns nothing of how far he came.
    const third = auth(await forged((right) => ({ ...right, signature: right.permit })))
    expect(new Set([first, second, third].map(({ status, body }) => `${status} ${body.message}`)).size).toBe(
      1,
    )
  })

  it('an order that the platform alone would have, without the officer’s session', async () => {
    const moussa = await world.officer('ne-dst.officer1')
    // The session key of somebody else, who has signed in as well.
    auth(await forged(({ order }) => requestOf(world, { ...paola, session: moussa.session }, order)))
    auth(await forged(({ order }) => requestOf(world, moussa, order)))
    const mate = await world.officer('it-sco.officer2')
    auth(await forged(({ order }) => requestOf(world, mate, order)))
  })

  it('a login that the officer’s own key did not sign', async () => {
    const moussa = await world.officer('ne-dst.officer1')
    auth(
      await forged((right) => ({ ...right, login: { ...right.login, signature: moussa.login.signature } })),
    )
    auth(
      await forged(({ order }) => {
        const statement = { ...paola.login.statement, sessionKey: moussa.session.publicKey }
        return requestOf(
          world,
          { ...paola, session: moussa.session, login: { ...paola.login, statement } },
          order,
        )
      }),
    )
    // Moussa states that he is Paola, and signs that with his own key.
    const { key: _, ...claimed } = await world.officer('ne-dst.officer1', {
      fingerprint: paola.key.fingerprint,
    })
    auth(await forged(({ order }) => requestOf(world, { ...claimed, key: paola.key }, order)))
  })

  it('a login for another site, one that is older than a session, and one from the future', async () => {
    const elsewhere = await world.officer(paola.person, { origin: 'https://elsewhere.example' })
    auth(await forged(({ order }) => requestOf(world, elsewhere, order)))
    const dated = async (ms: number) =>
      world.officer(paola.person, { time: new Date(NOON + ms).toISOString() })
    const [old, ahead] = [await dated(-9 * 3_600_000), await dated(3_600_000)]
    auth(await forged(({ order }) => requestOf(world, old, order)))
    auth(await forged(({ order }) => requestOf(world, ahead, order)))
    const young = await dated(-7 * 3_600_000)
    expect((await ask(1, {}, young)).status).toBe(200)
  })

  it('an order for an office, role, country or instance that is not his', async () => {
    for (const changes of [
      { office: 'ne-dst' },
      { role: 'ANALYST' },
      { country: 'NE' },
      { person: 'it-sco.officer2' },
      { instance: 'portolan-other' },
    ])
      auth(await ask(1, changes))
    expect(await spent()).toBe(0)
  })

  it('an officer whose assignment ended or whose key was revoked, from the next copy on', async () => {
    expect((await ask()).status).toBe(200)
    await world.endAssignment(paola.person)
    await world.fetchDirectory()
    auth(await ask())
    const mate = await world.officer('it-sco.officer2')
    expect((await ask(1, {}, mate)).status).toBe(200)
    await world.revokeKey(mate.person)
    await world.fetchDirectory()
    auth(await ask(1, {}, mate))
  })

  it('an order that is too old or from the future, also when it had been right', async () => {
    const request = requestOf(world, paola, orderOf(world, paola, selectors(1)))
    world.setTime(NOON + ORDER_LIFE + 1)
    refused('BAD_DATE')(await post(up.url, request))
    world.setTime(NOON - 61_000)
    refused('BAD_DATE')(await post(up.url, request))
    world.setTime(NOON + ORDER_LIFE)
    expect((await post(up.url, request)).status).toBe(200)
    world.setTime(NOON + ORDER_LIFE + 1)
    refused('BAD_DATE')(await post(up.url, request))
  })

  it('an epoch that it has no share of, or no more', async () => {
    refused('NOT_FOUND')(await ask(1, { epoch: EPOCH + 1 }))
    await destroyShare(own(), EPOCH)
    refused('NOT_FOUND')(await ask())
    expect(await (await fetch(`${up.url}/health`)).json()).toEqual({ ready: false, epochs: [] })
  })

  it('what is no order, and what is no element, without a charge', async () => {
    for (const body of ['', 'null', '[]', '{', '{"order":{}}', '\u0000'.repeat(1_000)])
      refused('BAD_INPUT')(await post(up.url, body))
    const one = selectors(1)
    const text = (octet: number) => Buffer.alloc(32, octet).toString('base64url')
    refused('BAD_INPUT')(
      await ask(2, { elements: [text(0), Buffer.from(one[0]!.element).toString('base64url')] }),
    )
    refused('BAD_INPUT')(await ask(1, { elements: [text(255)] }))
    refused('BAD_INPUT')(await ask(2, { commitments: [text(1)] }))
    refused('BAD_INPUT')(await ask(1, { elements: Array(501).fill(text(1)) }))
    expect(await spent()).toBe(0)
    expect(up.failures).toEqual([])
  })

  it('a giant body, and goes on', async () => {
    refused('TOO_LARGE')(await post(up.url, 'x'.repeat(300_000)))
    expect((await ask()).status).toBe(200)
  })

  it('everybody, when its copy of the directory is more than a day old', async () => {
    expect((await ask()).status).toBe(200)
    world.setTime(NOON + DAY + 1_000)
    paola = await world.officer(paola.person)
    refused('DIRECTORY')(await ask())
    expect((await fetch(`${up.url}/health`)).status).toBe(503)
    await world.fetchDirectory()
    expect((await ask()).status).toBe(200)
  })

  it('a directory that lacks what it has seen, for a copy that is set back revokes nobody', async () => {
    const files = ['directory.jsonl', 'directory-seen.json'].map((name) => join(world.clientHome, name))
    const before = await Promise.all(files.map((file) => readFile(file)))
    await world.endAssignment(paola.person)
    await world.fetchDirectory()
    refused('AUTH')(await ask())
    for (const [index, file] of files.entries()) await writeFile(file, before[index]!)
    refused('AUTH')(await ask())
    expect(up.failures.splice(0)).toHaveLength(1)
    await restart()
    refused('DIRECTORY')(await ask())
    await truncate(files[0]!)
    refused('DIRECTORY')(await ask())
    up.failures.splice(0)
  })
})

describe('budgets', () => {
  it('charge the same order once, and answer it with the same elements', async () => {
    const request = requestOf(world, paola, orderOf(world, paola, selectors(20)))
    const first = await evaluated(up.url, matchKey, request)
    const again = await Promise.all([1, 2, 3].map(() => evaluated(up.url, matchKey, request)))
    for (const { elements } of again) expect(elements).toEqual(first.elements)
    await restart()
    expect((await evaluated(up.url, matchKey, request)).elements).toEqual(first.elements)
    expect(await spent()).toBe(20)
  })

  it('take no second order under one id', async () => {
    const order = orderOf(world, paola, selectors(1))
    expect((await post(up.url, requestOf(world, paola, order))).status).toBe(200)
    const other = { ...order, elements: [Buffer.from(selectors(1)[0]!.element).toString('base64url')] }
    refused('IDEMPOTENCY_CONFLICT')(await post(up.url, requestOf(world, paola, other)))
    await restart()
    refused('IDEMPOTENCY_CONFLICT')(await post(up.url, requestOf(world, paola, other)))
  })

  it('let an officer have 20 a minute and 200 a day, and his colleague as many', async () => {
    expect((await ask(15)).status).toBe(200)
    refused('BUDGET_EXHAUSTED')(await ask(6))
    expect((await ask(5)).status).toBe(200)
    world.setTime(NOON + 59_999)
    refused('BUDGET_EXHAUSTED')(await ask(1))
    for (let minute = 1; minute < 10; minute++) {
      world.setTime(NOON + minute * 60_000)
      expect((await ask(20)).status).toBe(200)
    }
    world.setTime(NOON + 10 * 60_000)
    await restart()
    expect((await ask(1)).body.message).toMatch(/200 selectors in a day/)
    expect((await ask(20, {}, await world.officer('it-sco.officer2'))).status).toBe(200)
    // The next day begins at midnight UTC, wherever the officer sits.
    world.setTime(NOON + DAY)
    await world.fetchDirectory()
    paola = await world.officer(paola.person)
    expect((await ask(20)).status).toBe(200)
  })

  it('count a minute across midnight', async () => {
    world.setTime(Date.parse(`${dayOf(NOON)}T23:59:50Z`))
    await world.fetchDirectory()
    paola = await world.officer(paola.person)
    expect((await ask(20)).status).toBe(200)
    world.setTime(world.clock() + 20_000)
    refused('BUDGET_EXHAUSTED')(await ask(1))
    // A colleague begins the new day's file.
    expect((await ask(1, {}, await world.officer('it-sco.officer2'))).status).toBe(200)
    await restart()
    refused('BUDGET_EXHAUSTED')(await ask(1))
    world.setTime(world.clock() + 40_000)
    expect((await ask(20)).status).toBe(200)
  })

  it('let a state have 2,000 a day, renewals included, which an officer’s own budget does not count', async () => {
    for (let order = 0; order < 3; order++) expect((await ask(500, { aim: 'RENEW' })).status).toBe(200)
    expect((await ask(20)).status).toBe(200)
    expect((await ask(480, { aim: 'RENEW' })).status).toBe(200)
    const mate = await world.officer('it-sco.officer2')
    refused('BUDGET_EXHAUSTED')(await ask(1, {}, mate))
    refused('BUDGET_EXHAUSTED')(await ask(1, { aim: 'RENEW' }))
    // Another state has its own.
    const moussa = await world.officer('ne-dst.officer1')
    expect((await ask(20, {}, moussa)).status).toBe(200)
    expect(MATCH_BUDGET.stateDay).toBe(2_000)
  })

  it('do not open a day again by a clock that is set back', async () => {
    for (let minute = 0; minute < 10; minute++) {
      world.setTime(NOON + minute * 60_000)
      expect((await ask(20)).status).toBe(200)
    }
    world.setTime(NOON - 2 * DAY)
    await world.fetchDirectory()
    paola = await world.officer(paola.person)
    expect((await ask(1)).body.message).toMatch(/200 selectors in a day/)
    await restart()
    expect((await ask(1)).body.message).toMatch(/200 selectors in a day/)
  })
})

describe('the folder of an evaluator', () => {
  it('is counted in by one process', async () => {
    await expect(serveHere(world, holders[1]!)).rejects.toMatchObject({ code: 'HOME_BUSY' })
  })

  it('may have a torn end, which was never answered, and no other damage', async () => {
    expect((await ask(3)).status).toBe(200)
    await up.close()
    const file = join(own(), `evaluations-${dayOf(NOON)}.jsonl`)
    const whole = await readFile(file)
    await writeFile(file, Buffer.concat([whole, whole.subarray(0, 100)]))
    up = await serveHere(world, holders[1]!)
    expect((await ask(3)).status).toBe(200)
    expect(await spent()).toBe(6)
    await up.close()
    await writeFile(file, Buffer.concat([whole.subarray(5), whole]))
    await expect(serveHere(world, holders[1]!)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    await writeFile(file, whole)
    up = await serveHere(world, holders[1]!)
  })

  it('answers nobody where it cannot count, and charges nothing for that', async () => {
    const request = requestOf(world, paola, orderOf(world, paola, selectors(20)))
    const file = join(own(), `evaluations-${dayOf(NOON)}.jsonl`)
    await mkdir(file)
    // So often that, had they been charged, nothing would be left of the day.
    for (let time = 0; time < 10; time++) refused('INTERNAL')(await post(up.url, request))
    expect(up.failures.splice(0)).toHaveLength(10)
    await rmdir(file)
    expect((await post(up.url, request)).status).toBe(200)
    expect(await spent()).toBe(20)
  })
})

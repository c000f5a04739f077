import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dayOf } from '../../../clients/evaluator/days.ts'
import { destroyShare } from '../../../clients/evaluator/shares.ts'
import { type EvaluationRequest, type MatchKey, ORDER_LIFE } from '../../../schema/wire/match.ts'
import { evaluated, holdCeremony, serveHere, tokensOf } from './evaluators.ts'
import {
  ask,
  folder,
  holders,
  matchKey,
  NOON,
  own,
  paola,
  refused,
  restart,
  serveForEach,
  signIn,
  spent,
  up,
  world,
} from './one-evaluator.ts'
import { DAY, EPOCH, openWorld, orderOf, post, requestOf, selectors } from './world.ts'

// What it answers and what it refuses.

serveForEach()

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
      { role: 'ANALYST' as const },
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
    await signIn()
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

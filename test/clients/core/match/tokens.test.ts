import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { opens } from '../../../../clients/core/match/commitments.ts'
import { type AskEvaluator, isConsistent } from '../../../../clients/core/match/evaluators.ts'
import type { Made } from '../../../../clients/core/match/order.ts'
import type { Selector } from '../../../../clients/core/match/selectors.ts'
import { makeTokens, type TokenRoad } from '../../../../clients/core/match/tokens.ts'
import { combine } from '../../../../clients/core/oprf/voprf.ts'
import { Fault } from '../../../../schema/wire/fault.ts'
import { type EvaluationOrder, type SelectorType, selectorInput } from '../../../../schema/wire/match.ts'
import { answerBy, deskAt, down, type Evaluating, evaluating, text } from './evaluating.ts'

let world: Evaluating
beforeAll(async () => {
  world = await evaluating()
})

const phones = (count: number, from = 0): Selector[] =>
  Array.from({ length: count }, (_, at) => ({
    type: 'PHONE' as const,
    normal: `+227${90_000_000 + from + at}`,
  }))

async function tokensOf(
  road: TokenRoad,
  selectors: Selector[],
  aim: 'MATCH' | 'SEAL' | 'RENEW' = 'MATCH',
  key = world.key,
) {
  const made: Made[] = []
  await makeTokens(
    road,
    { aim, case: 'NE-2027/0412', key },
    selectors,
    async (some) => void made.push(...some),
  )
  return made.map(({ token }) => token)
}

/** Answers as `ask` does, save that one evaluator does as `instead` says. */
const save =
  (index: number, instead: AskEvaluator): AskEvaluator =>
  (evaluator, request) =>
    (evaluator.index === index ? instead : world.ask)(evaluator, request)

describe('tokens', () => {
  it('are the same for the same selector, whoever makes them by whichever evaluators', async () => {
    const [a, b, c] = await Promise.all(
      [0, 1, 2].map((first) => tokensOf(deskAt(world.ask, { first }), phones(3))),
    )
    expect(b).toEqual(a)
    expect(c).toEqual(a)
    expect(new Set(a).size).toBe(3)
  })

  it('are what RFC 9497 gives for the input of that selector', async () => {
    const [token] = await tokensOf(deskAt(world.ask), phones(1))
    const input = selectorInput(2027, 'PHONE', '+22790000000')
    const { blind, blinded } = ristretto255_oprf.voprf.blind(input)
    const parts = [1, 2].map((index) => ({
      index,
      element: ristretto255_oprf.oprf.blindEvaluate(world.shares.get(index)!, blinded),
    }))
    expect(text(ristretto255_oprf.oprf.finalize(input, blind, combine(parts)))).toBe(token)
  })

  it('of another type, or of another epoch, are others', async () => {
    const same = ['IMO', 'MMSI'].map((type) => ({ type: type as SelectorType, normal: '9074729' }))
    const tokens = await tokensOf(deskAt(world.ask), same)
    expect(tokens[0]).not.toBe(tokens[1])
    const next = { ...world.key, epoch: 2028 }
    expect(await tokensOf(deskAt(world.ask), same, 'MATCH', next)).not.toEqual(tokens)
  })

  it('show an evaluator blinded elements, another each time, and nothing of the selector', async () => {
    const before = world.asked.length
    await tokensOf(deskAt(world.ask), phones(2))
    await tokensOf(deskAt(world.ask), phones(2))
    const orders = world.asked.slice(before).map(({ order }) => order)
    expect(JSON.stringify(orders)).not.toContain('9000000')
    expect(new Set(orders.flatMap(({ elements }) => elements)).size).toBe(4)
    expect(new Set(orders.flatMap(({ commitments }) => commitments)).size).toBe(4)
  })

  it('are asked for when the officer’s own log has them, and each entry opens its commitment alone', async () => {
    const desk = deskAt(world.ask)
    const orders: EvaluationOrder[] = []
    desk.permit = async (order) => {
      desk.steps.push(`permit ${order.id}`)
      orders.push(order)
      return 'x'.repeat(86)
    }
    await tokensOf(desk, phones(2))
    expect(desk.steps).toEqual([`keep ${orders[0]!.id}`, `permit ${orders[0]!.id}`])
    expect(desk.log.map(({ commitment }) => commitment)).toEqual(orders[0]!.commitments)
    expect(desk.log.map(opens)).toEqual([true, true])
    expect(opens({ ...desk.log[0]!, normal: '+22790000001' })).toBe(false)
    expect(opens({ ...desk.log[0]!, salt: desk.log[1]!.salt })).toBe(false)
  })

  it('are not asked for where the log cannot be kept', async () => {
    const full = new Error('no space left')
    const desk = deskAt(world.ask, { keep: () => Promise.reject(full) })
    const before = world.asked.length
    await expect(tokensOf(desk, phones(1))).rejects.toBe(full)
    expect(desk.steps).toEqual([])
    expect(world.asked.length).toBe(before)
  })
})

describe('an evaluator', () => {
  const good = () => tokensOf(deskAt(world.ask), phones(2))

  it.each<[string, AskEvaluator, string]>([
    ['is down', down, 'UNREACHABLE'],
    [
      'calls itself another',
      async (_, { order }) => ({ ...answerBy(world.shares.get(1)!, 1, order), evaluator: 2 }),
      'SEAL',
    ],
    ['has another share', async (_, { order }) => answerBy(world.shares.get(3)!, 1, order), 'SEAL'],
    ['answers for another', async (_, { order }) => answerBy(world.shares.get(3)!, 3, order), 'SEAL'],
    [
      'answers another order',
      async (_, { order }) => answerBy(world.shares.get(1)!, 1, { ...order, id: 'A'.repeat(22) }),
      'SEAL',
    ],
    [
      'swaps its answers',
      async (_, { order }) => {
        const answer = answerBy(world.shares.get(1)!, 1, order)
        return { ...answer, elements: answer.elements.reverse() }
      },
      'SEAL',
    ],
    ['says nothing that has the form', async () => ({ sorry: true }), 'SEAL'],
    [
      'has spent its budget',
      async () => {
        throw new Fault('BUDGET_EXHAUSTED', 'it goes on at 2027-03-02T00:00:00.000Z')
      },
      'BUDGET_EXHAUSTED',
    ],
  ])('that %s is named and another takes its place', async (_, instead, code) => {
    const desk = deskAt(save(1, instead))
    expect(await tokensOf(desk, phones(2))).toEqual(await good())
    expect(desk.failed).toEqual([{ index: 1, code }])
  })

  it('too few of which answer makes no token', async () => {
    const desk = deskAt(async (evaluator, request) =>
      evaluator.index === 2 ? world.ask(evaluator, request) : down(evaluator, request),
    )
    await expect(tokensOf(desk, phones(1))).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(desk.failed.map(({ index }) => index).sort()).toEqual([1, 3])
  })

  it('whose key is no share of the key is found out before anything is asked', async () => {
    expect(isConsistent(world.key)).toBe(true)
    const [one, two, last] = world.key.evaluators as [never, never, never]
    const swapped = {
      ...world.key,
      evaluators: [{ ...(one as object), key: (two as { key: string }).key }, two, last],
    }
    expect(isConsistent(swapped as never)).toBe(false)
    const three = await evaluating(3)
    expect(isConsistent({ ...three.key, threshold: 2 })).toBe(false)
    expect(isConsistent({ ...world.key, threshold: 4 })).toBe(false)
    expect(isConsistent({ ...world.key, key: world.key.evaluators[0]!.key })).toBe(false)
    expect(isConsistent({ ...world.key, evaluators: [one, one, two] })).toBe(false)
  })
})

describe('the budget', () => {
  it('of a minute is kept to: twenty at once, and the next twenty when there is room', async () => {
    const desk = deskAt(world.ask)
    const started = desk.clock.now
    expect(await tokensOf(desk, phones(50))).toHaveLength(50)
    expect(desk.waited).toEqual([61_000, 61_000])
    expect(desk.clock.now - started).toBe(122_000)
  })

  it('of a minute is not spent by a renewal, of up to 500 in one order', async () => {
    const desk = deskAt(world.ask)
    expect(await tokensOf(desk, phones(600), 'RENEW')).toHaveLength(600)
    expect(desk.waited).toEqual([])
    expect(desk.steps).toHaveLength(4)
  })

  it('that is back within a minute is waited for, with the same order', async () => {
    const desk = deskAt(world.ask)
    const ids: string[] = []
    desk.permit = async ({ id }) => {
      ids.push(id)
      if (ids.length > 1) return 'x'.repeat(86)
      const on = new Date(desk.clock.now + 40_000).toISOString()
      throw new Fault('BUDGET_EXHAUSTED', `expected at most 20: it goes on at ${on}`)
    }
    expect(await tokensOf(desk, phones(1))).toHaveLength(1)
    expect(desk.waited).toEqual([41_000])
    expect(new Set(ids).size).toBe(1)
    expect(desk.log).toHaveLength(1)
  })

  it('of a day that is spent ends it, with what was made before kept', async () => {
    const desk = deskAt(world.ask)
    const spent = new Fault('BUDGET_EXHAUSTED', 'it goes on at 2027-03-02T00:00:00.000Z')
    let permits = 0
    desk.permit = async () => {
      permits += 1
      if (permits > 2) throw spent
      return 'x'.repeat(86)
    }
    const made: Made[] = []
    const wanted = { aim: 'MATCH' as const, case: 'NE-2027/0412', key: world.key }
    const making = makeTokens(desk, wanted, phones(50), async (some) => void made.push(...some))
    await expect(making).rejects.toBe(spent)
    expect(made).toHaveLength(40)
  })
})

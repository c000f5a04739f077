import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../../schema/wire/fault.ts'
import {
  type EvaluationOrder,
  type EvaluationRequest,
  MATCH_BUDGET,
  type MatchKey,
  MOST_EVALUATED,
  ORDER_LIFE,
} from '../../../schema/wire/match.ts'
import { ready } from '../oprf/voprf.ts'
import type { Commitment } from './commitments.ts'
import { type AskingEvaluators, askEvaluators } from './evaluators.ts'
import { finishOrder, type Made, type OrderFacts, type Prepared, prepareOrder } from './order.ts'
import type { Selector } from './selectors.ts'

/** What making tokens needs of the officer's client. */
export type TokenRoad = AskingEvaluators & {
  caller: OrderFacts['caller']
  /** Server time, ms. */
  now(): number
  /** Keeps what is committed to. Resolves when it is durable: nothing is asked before. */
  keep(order: string, commitments: Commitment[]): Promise<void>
  /** The platform's leave. Throws BUDGET_EXHAUSTED. */
  permit(order: EvaluationOrder): Promise<string>
  sign(order: EvaluationOrder): Promise<Pick<EvaluationRequest, 'login' | 'signature'>>
  /** Told what it waits for, and until when (ms). */
  onWait?(until: number): void
  wait?(ms: number): Promise<unknown>
}

export type Wanted = Pick<OrderFacts, 'aim' | 'case'> & { key: MatchKey }

/**
 * Makes the tokens of selectors, order by order, within the budget of a minute: it waits for the next one, and where the day's
 * is spent it throws BUDGET_EXHAUSTED. `onMade` keeps what each order gave; what it has kept is not asked for again.
 */
export async function makeTokens(
  road: TokenRoad,
  wanted: Wanted,
  selectors: Selector[],
  onMade: (made: Made[]) => Promise<void>,
): Promise<void> {
  await ready()
  const size = wanted.aim === 'RENEW' ? MOST_EVALUATED : MATCH_BUDGET.officerMinute
  const spent: Spent = []
  for (let from = 0; from < selectors.length; from += size) {
    const some = selectors.slice(from, from + size)
    if (wanted.aim !== 'RENEW') await until(road, roomAt(spent, some.length, road.now()))
    spent.push({ at: road.now(), count: some.length })
    await onMade(await makeSome(road, wanted, some))
  }
}

/** The longest that is waited at once: the budget of a minute is back by then, that of a day is not (ms). */
const MOST_WAIT = 120_000
const MINUTE = 60_000
/** By how much an evaluator's clock may be behind (ms). */
const SPARE = 1_000

type Spent = { at: number; count: number }[]

/** When the minute's budget has room for so many more. */
function roomAt(spent: Spent, count: number, now: number): number {
  const recent = spent.filter(({ at }) => at > now - MINUTE)
  let total = recent.reduce((sum, one) => sum + one.count, count)
  let at = now
  for (const one of recent) {
    if (total <= MATCH_BUDGET.officerMinute) break
    total -= one.count
    at = one.at + MINUTE + SPARE
  }
  return at
}

async function until(road: TokenRoad, time: number): Promise<void> {
  const { wait = sleep } = road
  if (time <= road.now()) return
  road.onWait?.(time)
  await wait(time - road.now())
}

/** The same order again costs nothing, so it is asked again as long as it lives. */
async function makeSome(road: TokenRoad, wanted: Wanted, selectors: Selector[]): Promise<Made[]> {
  let prepared: Prepared | null = null
  let patience = 1
  for (;;)
    try {
      if (!prepared || road.now() > Date.parse(prepared.order.created) + ORDER_LIFE / 2)
        prepared = await keptOrder(road, wanted, selectors)
      return await evaluated(road, wanted.key, prepared)
    } catch (error) {
      // An evaluator that does not say when has that of a minute too: it is waited for once.
      const on = goesOn(error) ?? (patience-- > 0 ? road.now() + MINUTE : null)
      // Another day, or nobody knows: whoever asked may go on then.
      if (!isSpent(error) || on === null || on - road.now() > MOST_WAIT) throw error
      await until(road, Math.max(on, road.now()) + SPARE)
    }
}

const isSpent = (error: unknown): error is Fault =>
  error instanceof Fault && error.code === 'BUDGET_EXHAUSTED'

/** When a budget is back (ms), by the refusal that says so; null where it does not. */
export function goesOn(error: unknown): number | null {
  const said = isSpent(error) && /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/.exec(error.message)
  return said ? Date.parse(said[0]) : null
}

/** On the officer's own log before anybody hears of it. */
async function keptOrder(
  road: TokenRoad,
  { key, ...wanted }: Wanted,
  selectors: Selector[],
): Promise<Prepared> {
  const { instance, epoch } = key
  const facts = { ...wanted, instance, epoch, caller: road.caller, now: road.now() }
  const prepared = prepareOrder(selectors, facts)
  await road.keep(prepared.order.id, prepared.commitments)
  return prepared
}

/** First on the platform's record, then at the evaluators. */
async function evaluated(road: TokenRoad, key: MatchKey, prepared: Prepared): Promise<Made[]> {
  const { order } = prepared
  const permit = await road.permit(order)
  const request = { order, permit, ...(await road.sign(order)) }
  return finishOrder(prepared, await askEvaluators(key, request, road))
}

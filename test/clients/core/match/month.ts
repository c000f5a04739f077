import type { Commitment } from '../../../../clients/core/match/commitments.ts'
import { type OrderFacts, prepareOrder } from '../../../../clients/core/match/order.ts'
import type { Ordered } from '../../../../clients/core/match/records.ts'
import { type SampleFacts, sampleOf } from '../../../../clients/core/match/sample.ts'
import type { Selector } from '../../../../clients/core/match/selectors.ts'
import { ready } from '../../../../clients/core/oprf/voprf.ts'

// A month of orders as an auditor reads them, with the logs of those who made them.

export const AICHA = 'ne-dst.aicha'
export const SALIF = 'ne-dst.salif'
export const SEED = Buffer.alloc(32, 7).toString('base64url')

export const phones = (count: number, from = 90_000_000, step = 1): Selector[] =>
  Array.from({ length: count }, (_, at) => ({ type: 'PHONE', normal: `+227${from + at * step}` }))

export type Month = {
  orders: Ordered[]
  /** Of each order its entries, as the officer's machine has them. */
  logs: Map<string, Commitment[]>
  ask(
    person: string,
    selectors: Selector[],
    more?: Partial<Pick<OrderFacts, 'aim' | 'case'>> & { at?: string },
  ): Ordered
}

export async function openMonth(): Promise<Month> {
  await ready()
  const month: Month = {
    orders: [],
    logs: new Map(),
    ask(
      person,
      selectors,
      { at = '2026-11-10T10:00:00.000Z', aim = 'MATCH', case: reference = 'NE-1' } = {},
    ) {
      const now = Date.parse(at)
      const caller = { person, office: 'ne-dst', role: 'FOCAL_POINT', country: 'NE' } as const
      const facts = { instance: 'test-instance', caller, aim, case: reference, epoch: 2026, now }
      const { order, commitments } = prepareOrder(selectors, facts)
      const one = { record: month.orders.length, at: now + 5, order }
      month.orders.push(one)
      month.logs.set(order.id, commitments)
      return one
    },
  }
  return month
}

export const sampled = (orders: readonly Ordered[], more: Partial<SampleFacts> = {}) =>
  sampleOf(orders, {
    ...{ instance: 'test-instance', auditor: 'ne-audit', country: 'NE', month: '2026-11' },
    ...{ until: '2026-12-01T00:00:00.000Z', made: '2026-12-02T08:00:00.000Z' },
    ...{ share: 1, seed: SEED, unread: 0, erased: 0 },
    ...more,
  })

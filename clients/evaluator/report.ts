import { MATCH_BUDGET } from '../../schema/wire/match.ts'
import { daysIn, readDay, type Spent } from './days.ts'

// What an auditor of the evaluator's state is told of a day. It names nobody, and all of it is a lead and no finding: an
// evaluator cannot see what was asked for, so whether numbers were tried in a row only opened commitments can tell.

export const LEADS = ['BURSTS', 'NEAR_LIMIT_EVERY_DAY', 'STATE_NEAR_LIMIT', 'MANY_RENEWALS'] as const
export type Lead = { lead: (typeof LEADS)[number]; of: string; count: number }

export type Counted = { of: string; orders: number; selectors: number; renewed: number }
export type DayReport = { day: string; officers: Counted[]; states: Counted[]; leads: Lead[] }

/** Minutes of one officer at his limit in one day, from which on they are told. */
const BURSTS = 3
/** Days in a row, the reported one the last, with four fifths of an officer's budget spent. */
const DAYS = 5
const NEAR = 0.8
/** Selectors that one officer renewed in one day: a whole office's cards are renewed once a year. */
const RENEWALS = 1_000

/** Counts a day of this folder, and says what in it is unusual. */
export async function reportDay(folder: string, day: string): Promise<DayReport> {
  const spent = await readDay(folder, day)
  const before = (await daysIn(folder)).filter((one) => one <= day).slice(-DAYS)
  const days: Spent[][] = []
  for (const one of before) days.push(await readDay(folder, one))
  const officers = counted(spent, ({ officer }) => officer)
  const states = counted(spent, ({ country }) => country)
  return { day, officers, states, leads: leadsIn(spent, { officers, states, days }) }
}

function counted(spent: readonly Spent[], keyOf: (one: Spent) => string): Counted[] {
  const found = new Map<string, Counted>()
  for (const one of spent) {
    const of = keyOf(one)
    const count = found.get(of) ?? { of, orders: 0, selectors: 0, renewed: 0 }
    const isRenewal = one.aim === 'RENEW'
    found.set(of, {
      of,
      orders: count.orders + 1,
      selectors: count.selectors + (isRenewal ? 0 : one.commitments.length),
      renewed: count.renewed + (isRenewal ? one.commitments.length : 0),
    })
  }
  return [...found.values()].sort((a, b) => b.selectors - a.selectors || (a.of < b.of ? -1 : 1))
}

type Seen = { officers: Counted[]; states: Counted[]; days: Spent[][] }

function leadsIn(spent: readonly Spent[], { officers, states, days }: Seen): Lead[] {
  const near = days.map(
    (one) =>
      new Set(counted(one, ({ officer }) => officer).flatMap((count) => (isNear(count) ? count.of : []))),
  )
  return [
    ...officers
      .map(({ of }) => ({ lead: 'BURSTS' as const, of, count: burstsOf(spent, of) }))
      .filter(({ count }) => count >= BURSTS),
    ...officers
      .filter(({ of }) => near.length === DAYS && near.every((one) => one.has(of)))
      .map(({ of }) => ({ lead: 'NEAR_LIMIT_EVERY_DAY' as const, of, count: DAYS })),
    ...states
      .map(({ of, selectors, renewed }) => ({
        lead: 'STATE_NEAR_LIMIT' as const,
        of,
        count: selectors + renewed,
      }))
      .filter(({ count }) => count >= NEAR * MATCH_BUDGET.stateDay),
    ...officers
      .map(({ of, renewed }) => ({ lead: 'MANY_RENEWALS' as const, of, count: renewed }))
      .filter(({ count }) => count >= RENEWALS),
  ]
}

const isNear = ({ selectors }: Counted): boolean => selectors >= NEAR * MATCH_BUDGET.officerDay

/** Minutes of the clock in which the officer spent all that a minute allows. */
function burstsOf(spent: readonly Spent[], officer: string): number {
  const minutes = new Map<number, number>()
  for (const { officer: of, aim, time, commitments } of spent) {
    if (of !== officer || aim === 'RENEW') continue
    const minute = Math.floor(time / 60_000)
    minutes.set(minute, (minutes.get(minute) ?? 0) + commitments.length)
  }
  return [...minutes.values()].filter((count) => count >= MATCH_BUDGET.officerMinute).length
}

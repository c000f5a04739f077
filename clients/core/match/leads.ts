import { MATCH_BUDGET } from '../../../schema/wire/match.ts'
import { provided } from '../desk/volumes.ts'
import type { Checked, Verdict } from './check.ts'
import type { MatchRecords, Ordered } from './records.ts'
import type { Selector } from './selectors.ts'
import { runsIn } from './sequence.ts'

// What an auditor may look at. A lead says what is unusual, and never that anybody did wrong.

export const MATCH_LEADS = [
  'MISSING',
  'WRONG',
  'REPEATED',
  'CASE_UNKNOWN',
  'SEQUENCE',
  'NEAR_BUDGET',
  'NIGHT',
  'RENEWED_WITHOUT_CARDS',
] as const
export type MatchLeadKind = (typeof MATCH_LEADS)[number]

/** `count` of `of`; what is counted, its kind says. `examples` are cases, days, or ends of a sequence, and at most so many. */
export type MatchLead = { person: string; lead: MatchLeadKind; count: number; of: number; examples: string[] }

/** So much of a day's budget is near it, */
const NEAR = 0.9
/** on at least so many days, and on half of those on which he asked. */
const LEAST_DAYS = 3
/** Selectors at night in a month from which on they are told. */
const LEAST_NIGHT = 10
const [EVENING, MORNING] = [22, 6]
const MOST_EXAMPLES = 5

type Known = Pick<MatchRecords, 'orders' | 'cases' | 'placed'>

/** The leads of a month, by officer. `zone` is where it is night, such as Africa/Niamey. */
export function matchLeads(known: Known, checked: readonly Checked[], zone: string): MatchLead[] {
  const persons = new Map<string, Ordered[]>()
  for (const one of known.orders) provided(persons, one.order.person, () => []).push(one)
  for (const { person } of checked) provided(persons, person, () => [])
  return [...persons]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([person, orders]) => {
      const own = checked.filter((one) => one.person === person)
      const found: (Found | null)[] = [
        notOpened(own),
        wrong(own),
        repeated(orders),
        unknownCases(orders, known.cases.get(person) ?? new Set()),
        sequences(own, countIn(orders)),
        nearBudget(orders),
        atNight(orders, zone),
        renewedWithoutCards(orders, known.placed.get(person)?.size ?? 0),
      ]
      return found.flatMap((one) =>
        one === null ? [] : [{ person, ...one, examples: one.examples.slice(0, MOST_EXAMPLES) }],
      )
    })
}

type Found = Omit<MatchLead, 'person'>

const countIn = (orders: readonly Ordered[]): number =>
  orders.reduce((sum, { order }) => sum + order.elements.length, 0)

const told = (lead: MatchLeadKind, count: number, of: number, examples: Iterable<string>): Found | null =>
  count === 0 ? null : { lead, count, of, examples: [...new Set(examples)] }

const having = (own: readonly Checked[], verdicts: Verdict[]) =>
  own.filter(({ verdict }) => verdicts.includes(verdict))

function notOpened(own: readonly Checked[]): Found | null {
  const gone = having(own, ['MISSING', 'UNSENT'])
  return told(
    'MISSING',
    gone.length,
    own.length,
    gone.map((one) => one.case),
  )
}

function wrong(own: readonly Checked[]): Found | null {
  const some = having(own, ['WRONG'])
  return told(
    'WRONG',
    some.length,
    own.length,
    some.map((one) => one.case),
  )
}

/** Each has a salt of its own: who makes the same one twice can open it as the one harmless selector, wherever it is drawn. */
function repeated(orders: readonly Ordered[]): Found | null {
  const all = orders.flatMap(({ order }) => order.commitments.map((one) => [one, order.case] as const))
  const seen = new Set<string>()
  const again = all.filter(([one]) => seen.has(one) || !seen.add(one))
  return told(
    'REPEATED',
    again.length,
    all.length,
    again.map(([, reference]) => reference),
  )
}

function unknownCases(orders: readonly Ordered[], known: ReadonlySet<string>): Found | null {
  const cases = new Set(orders.map(({ order }) => order.case))
  const unknown = [...cases].filter((one) => !known.has(one)).sort()
  return told('CASE_UNKNOWN', unknown.length, cases.size, unknown)
}

/** The longest first. */
function sequences(own: readonly Checked[], asked: number): Found | null {
  const opened = own.flatMap(({ selector }): Selector[] => (selector ? [selector] : []))
  if (asked === 0) return null
  const runs = runsIn(opened, Math.min(1, opened.length / asked)).sort((a, b) => b.count - a.count)
  const count = runs.reduce((sum, run) => sum + run.count, 0)
  return told(
    'SEQUENCE',
    count,
    opened.length,
    runs.map(({ first, last }) => `${first} – ${last}`),
  )
}

/** A renewal spends no officer's budget. */
const spending = (orders: readonly Ordered[]) => orders.filter(({ order }) => order.aim !== 'RENEW')

function nearBudget(orders: readonly Ordered[]): Found | null {
  const days = new Map<string, Ordered[]>()
  for (const one of spending(orders))
    provided(days, new Date(one.at).toISOString().slice(0, 10), () => []).push(one)
  const near = [...days].filter(([, some]) => countIn(some) >= NEAR * MATCH_BUDGET.officerDay)
  if (near.length < LEAST_DAYS || near.length * 2 < days.size) return null
  return told(
    'NEAR_BUDGET',
    near.length,
    days.size,
    near.map(([day]) => day),
  )
}

function atNight(orders: readonly Ordered[], zone: string): Found | null {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone })
  const isNight = ({ at }: Ordered) => {
    const hour = Number(clock.format(at))
    return hour >= EVENING || hour < MORNING
  }
  const asked = spending(orders)
  const some = asked.filter(isNight)
  if (countIn(some) < LEAST_NIGHT) return null
  const days = some.map(({ at }) => new Date(at).toISOString().slice(0, 10))
  return told('NIGHT', countIn(some), countIn(asked), days)
}

/** Tokens of cards are put on watch; who has more made for cards than he puts on watch made some for another end. */
function renewedWithoutCards(orders: readonly Ordered[], placed: number): Found | null {
  const ofCards = orders.filter(({ order }) => order.aim !== 'MATCH')
  const isRenewed = ofCards.some(({ order }) => order.aim === 'RENEW')
  const count = countIn(ofCards)
  if (!isRenewed || placed >= count) return null
  return told(
    'RENEWED_WITHOUT_CARDS',
    count - placed,
    count,
    ofCards.map(({ order }) => order.case),
  )
}

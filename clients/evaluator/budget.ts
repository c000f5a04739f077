import { Fault } from '../../schema/wire/fault.ts'
import { MATCH_BUDGET, ORDER_LIFE } from '../../schema/wire/match.ts'
import { type Days, dayOf, daysIn, openDays, readDay, type Spent } from './days.ts'

const MINUTE = 60_000
/** An order may be dated a little ahead, so it can come again for longer than it lives. */
const REMEMBERED = 3 * ORDER_LIFE

export type Budget = {
  /**
   * Charges an order, once however often it comes, and runs `act` where it is within the budget; the answer is out of this
   * only when the charge would survive a crash. Where `act` throws nothing was charged.
   * @throws Fault BUDGET_EXHAUSTED; IDEMPOTENCY_CONFLICT for another order under the same id
   */
  charge<T>(order: Omit<Spent, 'time'>, act: () => T): Promise<T>
  close(): Promise<void>
}

type Tally = { day: string; officers: Map<string, number>; states: Map<string, number> }
type Known = { hash: string; time: number; written: Promise<void> }

/**
 * Opens what was counted in this folder on its last two days, whatever the clock says today: setting it back must not open a
 * day again. @throws Fault LOG_DAMAGED
 */
export async function openBudget(folder: string, clock: () => number): Promise<Budget> {
  const before: Spent[] = []
  for (const day of (await daysIn(folder)).slice(-2)) before.push(...(await readDay(folder, day)))
  const book = openBook(before)
  const days = openDays(folder)
  return {
    async charge(order, act) {
      const time = book.timeAt(clock())
      const known = book.known(order.order)
      if (known !== null) {
        if (known.hash !== order.hash)
          throw new Fault(
            'IDEMPOTENCY_CONFLICT',
            'expected the order that came first under this id, got another',
          )
        const again = act()
        await known.written
        return again
      }
      book.expectWithin(order)
      const answer = act()
      // Nothing else ran since the question whether it is within the budget: what is counted here, nobody else can spend.
      await book.count({ ...order, time }, days)
      return answer
    },
    close: () => days.close(),
  }
}

/** What was spent, in memory. Each of its questions is answered without a pause. */
function openBook(before: readonly Spent[]) {
  const orders = new Map<string, Known>()
  let recent: Spent[] = []
  let tally: Tally = { day: '', officers: new Map(), states: new Map() }
  let latest = 0

  function turnTo(time: number): void {
    if (tally.day === dayOf(time)) return
    tally = { day: dayOf(time), officers: new Map(), states: new Map() }
    for (const [id, { time: then }] of orders) if (time - then > REMEMBERED) orders.delete(id)
  }

  function add({ officer, country, aim, time, commitments }: Spent, sign: 1 | -1): void {
    if (tally.day !== dayOf(time)) return
    const more = sign * commitments.length
    tally.states.set(country, (tally.states.get(country) ?? 0) + more)
    if (aim !== 'RENEW') tally.officers.set(officer, (tally.officers.get(officer) ?? 0) + more)
  }

  function note(spent: Spent, written: Promise<void>): void {
    latest = Math.max(latest, spent.time)
    turnTo(spent.time)
    orders.set(spent.order, { hash: spent.hash, time: spent.time, written })
    recent.push(spent)
    add(spent, 1)
  }

  for (const spent of before) note(spent, Promise.resolve())

  return {
    /** A clock that was set back opens no day again: what counts is the latest time that was ever written. */
    timeAt(now: number): number {
      const time = Math.max(now, latest)
      turnTo(time)
      recent = recent.filter((spent) => time - spent.time < MINUTE)
      return time
    },
    known: (id: string): Known | null => orders.get(id) ?? null,
    expectWithin(order: Omit<Spent, 'time'>): void {
      const { officer, country, aim, commitments } = order
      const more = commitments.length
      const { officerDay, officerMinute, stateDay } = MATCH_BUDGET
      if ((tally.states.get(country) ?? 0) + more > stateDay) throw exhausted(stateDay, 'a day of one state')
      if (aim === 'RENEW') return
      if ((tally.officers.get(officer) ?? 0) + more > officerDay)
        throw exhausted(officerDay, 'a day of one officer')
      const minute = recent.filter((spent) => spent.officer === officer && spent.aim !== 'RENEW')
      const spentNow = minute.reduce((sum, spent) => sum + spent.commitments.length, 0)
      if (spentNow + more > officerMinute) throw exhausted(officerMinute, 'a minute of one officer')
    },
    /** Counts at once, for whoever comes next; resolves when it is on the disk, and takes it back where it could not be. */
    count(spent: Spent, days: Days): Promise<void> {
      const written = days.append(spent).catch((error: unknown) => {
        add(spent, -1)
        orders.delete(spent.order)
        recent = recent.filter((one) => one !== spent)
        throw error
      })
      note(spent, written)
      return written
    },
  }
}

const exhausted = (most: number, of: string): Fault =>
  new Fault('BUDGET_EXHAUSTED', `expected at most ${most} selectors in ${of}, got more`)

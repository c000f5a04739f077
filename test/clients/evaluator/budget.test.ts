import { mkdtemp, open, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Budget, openBudget } from '../../../clients/evaluator/budget.ts'
import { daysIn, readDay, type Spent } from '../../../clients/evaluator/days.ts'
import { MATCH_BUDGET } from '../../../schema/wire/match.ts'

let folder: string
let now: number
let budget: Budget
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-budget-'))
  now = Date.parse('2027-03-14T23:50:00Z')
  budget = await openBudget(folder, () => now)
})
afterEach(async () => {
  await budget.close()
  await rm(folder, { recursive: true, force: true })
})

type Order = Omit<Spent, 'time'>
let drawn = 0
const order = (officer: string, count: number, aim: Spent['aim'] = 'MATCH'): Order => ({
  ...{ order: `order-${++drawn}`, hash: `hash-${drawn}`, officer, country: 'IT', aim, epoch: 2027 },
  commitments: Array(count).fill('A'.repeat(43)),
})
const charged = (one: Order) =>
  budget
    .charge(one, () => 'answer')
    .then(
      () => true,
      (error: { code: string }) => {
        expect(error.code).toBe('BUDGET_EXHAUSTED')
        return false
      },
    )
const onDisk = async () => {
  const all: Spent[] = []
  for (const day of await daysIn(folder)) all.push(...(await readDay(folder, day)))
  return all
}
const sum = (all: readonly { commitments: string[] }[]) =>
  all.reduce((total, one) => total + one.commitments.length, 0)

/** What the budgets say, by looking at everything that was ever granted. */
function expectWithin(all: readonly Spent[]): void {
  for (const one of all) {
    const day = (time: number) => new Date(time).toISOString().slice(0, 10)
    const sameDay = all.filter(({ time }) => day(time) === day(one.time))
    const own = sameDay.filter(({ officer, aim }) => officer === one.officer && aim !== 'RENEW')
    const minute = all.filter(
      ({ officer, aim, time }) =>
        officer === one.officer && aim !== 'RENEW' && time <= one.time && one.time - time < 60_000,
    )
    expect(sum(sameDay)).toBeLessThanOrEqual(MATCH_BUDGET.stateDay)
    expect(sum(own)).toBeLessThanOrEqual(MATCH_BUDGET.officerDay)
    if (one.aim !== 'RENEW') expect(sum(minute)).toBeLessThanOrEqual(MATCH_BUDGET.officerMinute)
  }
}

const Step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ officer: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: 1, max: 25 }) }),
  },
  { weight: 1, arbitrary: fc.record({ renew: fc.integer({ min: 1, max: 500 }) }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, 30_000, 59_999, 60_000, 600_000) }) },
  { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
  { weight: 1, arbitrary: fc.constant({ settle: true as const }) },
)

describe('budgets', () => {
  it('hold whatever is asked at once, in whatever order, over midnight and restarts', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Step, { minLength: 1, maxLength: 60 }), async (steps) => {
        await budget.close()
        await rm(folder, { recursive: true })
        folder = await mkdtemp(join(tmpdir(), 'portolan-budget-'))
        now = Date.parse('2027-03-14T23:50:00Z')
        budget = await openBudget(folder, () => now)
        let waiting: { order: Order; granted: Promise<boolean> }[] = []
        const granted: Order[] = []
        const settle = async () => {
          for (const one of waiting) if (await one.granted) granted.push(one.order)
          waiting = []
        }
        const ask = (one: Order) => waiting.push({ order: one, granted: charged(one) })
        for (const step of steps) {
          if ('officer' in step) ask(order(step.officer, step.count))
          if ('renew' in step) ask(order('a', step.renew, 'RENEW'))
          if ('wait' in step) now += step.wait
          if ('restart' in step || 'settle' in step) await settle()
          if ('restart' in step) {
            await budget.close()
            budget = await openBudget(folder, () => now)
          }
        }
        await settle()
        const all = await onDisk()
        expect(all.map((one) => one.order).sort()).toEqual(granted.map((one) => one.order).sort())
        expectWithin(all)
      }),
      { numRuns: 60 },
    )
  })

  it('grant exactly what there is to fifty who come at once', async () => {
    const orders = Array.from({ length: 50 }, () => order('a', 1))
    const granted = await Promise.all(orders.map(charged))
    expect(granted.filter(Boolean)).toHaveLength(MATCH_BUDGET.officerMinute)
    expect(sum(await onDisk())).toBe(MATCH_BUDGET.officerMinute)
  })

  it('charge nothing where no answer could be made', async () => {
    const one = order('a', 20)
    await expect(
      budget.charge(one, () => {
        throw new Error('no element')
      }),
    ).rejects.toThrow('no element')
    expect(await charged(one)).toBe(true)
  })

  it('let no answer out before it is counted on the disk', async () => {
    const one = order('a', 3)
    await Promise.all([
      budget.charge(one, () => 'answer'),
      // The same order at the same time waits for the same line.
      budget.charge(one, () => 'answer').then(async () => expect(sum(await onDisk())).toBe(3)),
    ])
  })

  it('lose nothing to a crash but what was torn, wherever it was torn', async () => {
    for (let at = 0; at < 3; at++) expect(await charged(order('a', 5))).toBe(true)
    await budget.close()
    const [name] = await readdir(folder)
    const file = join(folder, name!)
    const handle = await open(file)
    const { size } = await handle.stat()
    await handle.close()
    for (const cut of [1, 50, 200]) {
      await truncate(file, size - cut)
      budget = await openBudget(folder, () => now)
      expect(sum(await readDay(folder, '2027-03-14'))).toBe(10)
      // What is left after the two whole lines; the torn one was never answered.
      expect(await charged(order('a', 11))).toBe(false)
      await budget.close()
    }
    budget = await openBudget(folder, () => now)
    expect(await charged(order('a', 10))).toBe(true)
    expect(sum(await readDay(folder, '2027-03-14'))).toBe(20)
  })
})

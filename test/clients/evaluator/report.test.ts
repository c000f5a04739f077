import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDays, type Spent } from '../../../clients/evaluator/days.ts'
import { reportDay } from '../../../clients/evaluator/report.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-report-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

let drawn = 0
const spent = (at: string, officer: string, count: number, more: Partial<Spent> = {}): Spent => ({
  ...{
    time: Date.parse(at),
    order: `o${++drawn}`,
    hash: 'h',
    officer,
    country: 'IT',
    aim: 'MATCH',
    epoch: 2027,
  },
  commitments: Array(count).fill('A'.repeat(43)),
  ...more,
})

async function write(...all: Spent[]): Promise<void> {
  const days = openDays(folder)
  for (const one of all) await days.append(one)
  await days.close()
}

describe('the report of a day', () => {
  it('counts officers by their tags and states, and that day only', async () => {
    await write(
      spent('2027-03-13T23:59:59Z', 'a', 9),
      spent('2027-03-14T08:00:00Z', 'a', 5),
      spent('2027-03-14T09:00:00Z', 'b', 7, { country: 'NE' }),
      spent('2027-03-14T10:00:00Z', 'a', 100, { aim: 'RENEW' }),
    )
    expect(await reportDay(folder, '2027-03-14')).toEqual({
      day: '2027-03-14',
      officers: [
        { of: 'b', orders: 1, selectors: 7, renewed: 0 },
        { of: 'a', orders: 2, selectors: 5, renewed: 100 },
      ],
      states: [
        { of: 'NE', orders: 1, selectors: 7, renewed: 0 },
        { of: 'IT', orders: 2, selectors: 5, renewed: 100 },
      ],
      leads: [],
    })
    expect(await reportDay(folder, '2027-03-15')).toMatchObject({ officers: [], states: [], leads: [] })
  })

  it('tells of bursts, of an officer near his limit every day, of a state near its own, of many renewals', async () => {
    const days = ['10', '11', '12', '13', '14']
    await write(...days.map((day) => spent(`2027-03-${day}T08:00:00Z`, 'every-day', 160)))
    await write(...['00', '01', '07'].map((minute) => spent(`2027-03-14T09:${minute}:30Z`, 'bursts', 20)))
    await write(...['00', '01'].map((minute) => spent(`2027-03-14T09:${minute}:30Z`, 'calm', 20)))
    await write(...[1, 2, 3].map(() => spent('2027-03-14T10:00:00Z', 'renews', 500, { aim: 'RENEW' })))
    expect((await reportDay(folder, '2027-03-14')).leads).toEqual([
      { lead: 'BURSTS', of: 'bursts', count: 3 },
      { lead: 'NEAR_LIMIT_EVERY_DAY', of: 'every-day', count: 5 },
      { lead: 'STATE_NEAR_LIMIT', of: 'IT', count: 1_760 },
      { lead: 'MANY_RENEWALS', of: 'renews', count: 1_500 },
    ])
    expect((await reportDay(folder, '2027-03-13')).leads).toEqual([])
  })
})

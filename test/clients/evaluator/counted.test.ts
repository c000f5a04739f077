import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dayOf } from '../../../clients/evaluator/days.ts'
import { MATCH_BUDGET } from '../../../schema/wire/match.ts'
import { evaluated, serveHere } from './evaluators.ts'
import {
  ask,
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
  start,
  up,
  world,
} from './one-evaluator.ts'
import { DAY, orderOf, post, requestOf, selectors } from './world.ts'

// What it counts, and what it makes of its own folder.

serveForEach()

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
    await signIn()
    expect((await ask(20)).status).toBe(200)
  })

  it('count a minute across midnight', async () => {
    world.setTime(Date.parse(`${dayOf(NOON)}T23:59:50Z`))
    await world.fetchDirectory()
    await signIn()
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
    await signIn()
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
    await start()
    expect((await ask(3)).status).toBe(200)
    expect(await spent()).toBe(6)
    await up.close()
    await writeFile(file, Buffer.concat([whole.subarray(5), whole]))
    await expect(serveHere(world, holders[1]!)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    await writeFile(file, whole)
    await start()
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

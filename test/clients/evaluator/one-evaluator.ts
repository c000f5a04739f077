import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { dayOf, readDay } from '../../../clients/evaluator/days.ts'
import type { EvaluationOrder, MatchKey } from '../../../schema/wire/match.ts'
import { type Holder, holdCeremony, openHolders, serveHere, type Up } from './evaluators.ts'
import {
  type Answered,
  type Officer,
  openWorld,
  orderOf,
  post,
  requestOf,
  selectors,
  type World,
} from './world.ts'

// Italy's evaluator over HTTP, one of three, by a clock that the test moves.

/** A quarter past noon: no test runs into another day unless it wants to. */
export const NOON = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:15:00Z`)

export let folder: string
export let world: World
export let holders: Holder[]
export let matchKey: MatchKey
export let up: Up
export let paola: Officer

/** Each test finds a world as new, and the evaluator up. */
export function serveForEach(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portolan-evaluator-'))
    world = await openWorld(folder, { now: NOON, officers: 3 })
    holders = await openHolders(folder)
    matchKey = await holdCeremony(holders)
    await start()
    await signIn()
  })
  afterEach(async () => {
    await up.close()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  })
}

export const start = async (): Promise<void> => {
  up = await serveHere(world, holders[1]!)
}
export const restart = async (): Promise<void> => {
  await up.close()
  await start()
}
/** Paola signs in, by the clock as it stands. */
export const signIn = async (): Promise<void> => {
  paola = await world.officer('it-sco.officer1')
}

/** The evaluator's own folder. */
export const own = (): string => holders[1]!.folder

/** An order for so many selectors that nobody asked about before. */
export const ask = (count = 1, changes: Partial<EvaluationOrder> = {}, officer = paola): Promise<Answered> =>
  post(up.url, requestOf(world, officer, orderOf(world, officer, selectors(count), changes)))

/** Expects a refusal with this code and nothing beside code and message. */
export const refused =
  (code: string) =>
  (answer: Answered): Answered => {
    expect({ ...answer.body, message: '' }).toEqual({ code, message: '' })
    return answer
  }

/** Selectors that were counted today. */
export const spent = async (): Promise<number> =>
  (await readDay(own(), dayOf(world.clock()))).reduce((sum, one) => sum + one.commitments.length, 0)

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Evaluation } from '../../schema/wire/match.ts'
import { evaluated, holdCeremony, openHolders, serveHere, tokensOf } from '../clients/evaluator/evaluators.ts'
import { openWorld, orderOf, requestOf, type Selector, selectors } from '../clients/evaluator/world.ts'
import type { Figure } from './bench.ts'
import { say } from './store.ts'

/** Within the budgets of five officers: 200 a day each, 20 in any minute. */
const OFFICERS = 5
const ORDERS = 10
const IN_ONE = 20
const MINUTE = 60_000

/**
 * A thousand selectors become tokens at two of three evaluators over HTTP, with signatures, logins, budgets on the disk and proofs.
 * Clients and evaluators are one process here, so all of it is one core's work. The clock moves on a minute between two
 * rounds, which nobody waits for.
 */
export async function matchSeconds(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-match-'))
  // Noon: ten minutes on it is still the same day.
  const now = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`)
  const world = await openWorld(folder, { now, officers: OFFICERS })
  const holders = await openHolders(folder)
  const matchKey = await holdCeremony(holders)
  const up = [await serveHere(world, holders[0]!), await serveHere(world, holders[1]!)]
  try {
    const people = world.people.filter((person) => person.startsWith('it-sco.'))
    const officers = await Promise.all(people.map((person) => world.officer(person)))
    const seen = new Set<string>()
    let whole = 0
    const before = process.cpuUsage()
    for (let order = 0; order < ORDERS; order++) {
      world.setTime(now + order * MINUTE)
      const started = performance.now()
      const wanted = officers.map((_, at) => selectors(IN_ONE, { from: numberOf(order, at) }))
      const requests = officers.map((officer, at) =>
        requestOf(world, officer, orderOf(world, officer, wanted[at]!)),
      )
      const answers = await Promise.all(
        requests.map((request) => Promise.all(up.map(({ url }) => evaluated(url, matchKey, request)))),
      )
      for (const token of tokensIn(wanted, answers)) seen.add(token)
      whole += performance.now() - started
      say(`${seen.size} tokens in ${(whole / 1_000).toFixed(2)} s`)
    }
    if (seen.size !== OFFICERS * ORDERS * IN_ONE) throw new Error(`expected 1,000 tokens, got ${seen.size}`)
    const { user, system } = process.cpuUsage(before)
    return [
      { name: 'match.seconds-per-1000', value: whole / 1_000, unit: 's' },
      // What the core worked, also where others had a share of it.
      { name: 'match.core-seconds-per-1000', value: (user + system) / 1_000_000, unit: 's' },
    ]
  } finally {
    for (const one of up) await one.close()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const numberOf = (order: number, officer: number): number =>
  22_790_000_000 + (order * OFFICERS + officer) * 1_000

const tokensIn = (wanted: Selector[][], answers: Evaluation[][]): string[] =>
  wanted.flatMap((of, at) => tokensOf(of, answers[at]!))

import { reportSubmit, type SubmitRow } from '../../cypher/report/write.ts'
import { checkReport } from '../../schema/wire/report.ts'
import { PURPOSE } from '../instance.ts'
import { GRADING, report, SUBMIT, toItaly } from '../report.ts'
import type { Bench, Figure, Ground } from './bench.ts'
import { median } from './load-client.ts'
import { rowOf } from './load-world.ts'
import { CALLERS } from './portolan.ts'
import { say } from './store.ts'
import { whole } from './whole-numbers.ts'

const CLAIMS = 20
const ROUNDS = 5
const ROUND_REPORTS = 800
const WARM_REPORTS = 2_000
/** A report that was sent once would only be replayed. */
const REPORTS = WARM_REPORTS + ROUNDS * ROUND_REPORTS

/**
 * Claims per second through `submitReport`, signed, validated and audited, against the driver alone that puts the same
 * rows by the same `UNWIND`, one report to a transaction, sixteen at once: ratio.
 */
export async function reportVsUnwind(bench: Bench): Promise<Figure[]> {
  const ground = await bench.big()
  const { port, sessions } = ground.running
  const { client } = bench
  client.define('submit', {
    over: 'http',
    port,
    sessions,
    bodies: Array.from({ length: REPORTS }, (_, nth) => bodyOf(nth)),
  })
  client.define('unwind', {
    over: 'bolt',
    login: ground.store.login,
    text: reportSubmit.text,
    params: paramsOf(ground),
    access: 'WRITE',
  })
  const rates: [number[], number[]] = [[], []]
  const names = ['submit', 'unwind'] as const
  for (const name of names) await client.run(name, { callers: CALLERS, most: WARM_REPORTS })
  for (let round = 0; round < ROUNDS; round++)
    for (const side of [0, 1] as const) {
      const { latencies, ms } = await client.run(names[side], { callers: CALLERS, most: ROUND_REPORTS })
      rates[side].push((latencies.length * CLAIMS) / (ms / 1_000))
    }
  const [ours, theirs] = [median(rates[0]), median(rates[1])]
  say(`reports: ${Math.round(ours)} against ${Math.round(theirs)} claims per second`)
  return [{ name: 'report.vs-unwind', value: ours / theirs, unit: 'ratio' }]
}

const ACTORS = 6

/** A report of twenty claims: a network, six actors, their places in it and whom they work with. */
function inputOf(key: string): Record<string, unknown> {
  const actors = Array.from({ length: ACTORS }, (_, nth) => `actor${nth}`)
  const next = (nth: number, step: number) => actors[(nth + step) % ACTORS]!
  const claims = [
    { network: { entity: 'ring', label: 'Agadez-transport', status: 'ACTIVE' } },
    ...actors.map((entity) => ({
      actor: { entity, label: `Boss-${entity}`, category: 'SUSPECT', benefit: 'SHOWN' },
    })),
    ...actors.map((from) => ({
      memberOf: { from, to: 'ring', level: 'L1', role: 'GHETTO_BOSS' },
      observedFrom: '2013-01-01',
    })),
    ...actors.map((from, nth) => ({
      worksWith: { from, to: next(nth, 1), tie: 'BUSINESS' },
      observedFrom: '2013-01-01',
    })),
    { worksWith: { from: actors[0], to: actors[3], tie: 'FINANCE' } },
  ]
  const entities = [...actors.map((local) => ({ local, kind: 'ACTOR' })), { local: 'ring', kind: 'NETWORK' }]
  if (claims.length !== CLAIMS) throw new Error(`expected ${CLAIMS} claims, got ${claims.length}`)
  return report(key, { entities, claims, defaults: GRADING, release: toItaly })
}

const keyOf = (name: string, nth: number) => `${name}-${String(nth).padStart(6, '0')}`

const bodyOf = (nth: number) =>
  JSON.stringify({
    query: SUBMIT,
    variables: { input: inputOf(keyOf('bench', nth)) },
    extensions: { purpose: PURPOSE },
  })

/** The rows that the same reports become, with versions far above those that the server draws. */
function paramsOf({ world }: Ground): Record<string, unknown>[] {
  const office = world.offices[0]!
  const first = 1_000_000
  return Array.from({ length: REPORTS }, (_, nth) => {
    const { report: checked } = checkReport(inputOf(keyOf('unwind', nth)))
    const entities = new Map(checked!.entities.map(({ local }, i) => [local, 10_000_000 + nth * 10 + i]))
    const row: SubmitRow = rowOf(
      { office, compartment: 0, checked: checked!, entities },
      { version: first + nth, time: first + nth },
    )
    return whole({ rows: [row] })
  })
}

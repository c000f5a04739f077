import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job, Ran, Target } from './load.ts'

export type Run = Omit<Ran, 'id'>

export type LoadClient = {
  define(name: string, target: Target): void
  /** Throws where any request failed. */
  run(name: string, how: Pick<Job, 'callers' | 'ms' | 'most' | 'rate' | 'keep'>): Promise<Run>
  close(): void
}

/** The sending process. Structured clone keeps what JSON would lose: whole numbers for Neo4j travel as BigInt. */
export function openLoadClient(): LoadClient {
  const child = fork(fileURLToPath(new URL('./load.ts', import.meta.url)), [], { serialization: 'advanced' })
  const waiting = new Map<number, { done: (ran: Ran) => void; failed: (error: Error) => void }>()
  let jobs = 0
  child.on('message', (ran: Ran) => {
    waiting.get(ran.id)?.done(ran)
    waiting.delete(ran.id)
  })
  child.on('exit', (code) => {
    for (const { failed } of waiting.values())
      failed(new Error(`expected the sending process to live, got its end with code ${code}`))
  })
  return {
    define: (target, define) => void child.send({ id: 0, target, define } satisfies Job),
    async run(target, how) {
      jobs += 1
      const id = jobs
      child.send({ id, target, ...how } satisfies Job)
      const ran = await new Promise<Ran>((done, failed) => waiting.set(id, { done, failed }))
      if (ran.failures > 0)
        throw new Error(`${target}: ${ran.failures} requests failed, the first with ${ran.firstFailure}`)
      return ran
    },
    close: () => void child.kill(),
  }
}

/** The middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

const WARM_MS = 10_000
const ROUND_MS = 3_000
const ROUNDS = 5

export type Pair = { latency: [number, number]; rate: [number, number] }

/**
 * Two targets under the same load, in turn, so that whatever else the machine does befalls both: warm each ten
 * seconds, then rounds. Gives median latencies (ms) and the medians over rounds of answers per second.
 */
export async function sideBySide(
  client: LoadClient,
  names: [string, string],
  callers: number,
  rounds = ROUNDS,
): Promise<Pair> {
  for (const name of names) await client.run(name, { callers, ms: WARM_MS })
  const latencies: [number[], number[]] = [[], []]
  const rates: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++)
    for (const side of [0, 1] as const) {
      const ran = await client.run(names[side], { callers, ms: ROUND_MS })
      latencies[side].push(...ran.latencies)
      rates[side].push(ran.latencies.length / (ran.ms / 1_000))
    }
  return {
    latency: [median(latencies[0]), median(latencies[1])],
    rate: [median(rates[0]), median(rates[1])],
  }
}

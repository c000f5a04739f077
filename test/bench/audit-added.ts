import type { Audit, Open } from '../../server/audit/log.ts'
import type { Bench, Figure } from './bench.ts'
import { defineNeighbourhood } from './neighbourhood.ts'
import { CALLERS } from './portolan.ts'
import { say } from './store.ts'

/** Requests a second. */
const RATE = 200
const WARM_MS = 10_000
const RUN_MS = 30_000

/** Milliseconds that one request waited for its records, and for the signature under its receipt. */
type Share = { ms: number }

/** Times what a running server's audit takes of each request. Ends with `stop`. */
function timed(audit: Audit): { shares: Share[]; stop(): void } {
  const { asked, answered } = audit
  const shares: Share[] = []
  const ofAsked = new WeakMap<Open, number>()
  audit.asked = async (question) => {
    const from = performance.now()
    const open = await asked.call(audit, question)
    ofAsked.set(open, performance.now() - from)
    return open
  }
  audit.answered = async (open, answer) => {
    const from = performance.now()
    const receipt = await answered.call(audit, open, answer)
    const share = { ms: performance.now() - from + (ofAsked.get(open) ?? 0) }
    shares.push(share)
    const sign = Object.getOwnPropertyDescriptor(receipt, 'signature')!.get!
    return Object.defineProperty(receipt, 'signature', {
      get() {
        const before = performance.now()
        const signature = sign.call(receipt)
        share.ms += performance.now() - before
        return signature
      },
    })
  }
  return { shares, stop: () => void Object.assign(audit, { asked, answered }) }
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!

/** The audit's share of a signed query's latency at 200 requests a second, median and 99th percentile: both records durable. */
export async function auditAdded(bench: Bench): Promise<Figure[]> {
  const ground = await bench.big()
  const [name] = defineNeighbourhood(bench, ground)
  await bench.client.run(name, { callers: CALLERS, rate: RATE, ms: WARM_MS })
  const { shares, stop } = timed(ground.running.portolan.instance.audit)
  const ran = await bench.client.run(name, { callers: CALLERS, rate: RATE, ms: RUN_MS }).finally(stop)
  const added = shares.map(({ ms }) => ms).sort((a, b) => a - b)
  const latencies = [...ran.latencies].sort((a, b) => a - b)
  say(
    `${added.length} requests in ${Math.round(ran.ms / 1_000)} s; whole latency ${quantile(latencies, 0.5).toFixed(2)} and ${quantile(latencies, 0.99).toFixed(2)} ms`,
  )
  return [
    { name: 'audit.added-p50-ms', value: quantile(added, 0.5), unit: 'ms' },
    { name: 'audit.added-p99-ms', value: quantile(added, 0.99), unit: 'ms' },
  ]
}

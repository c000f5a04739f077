import { join } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { keepSigningKey } from './tree/key-file.ts'
import type { SigningKey } from './tree/note.ts'
import { halfYearOf, shardsIn, WHOLE } from './tree/shard.ts'
import type { LogStorage } from './tree/shards.ts'
import type { WitnessPolicy } from './tree/witness-policy.ts'

export type OwnLogs = {
  storage: LogStorage
  /** Where the logs' keys lie. */
  keys: string
  /** What this instance's logs are called, before `/audit` and `/directory`. */
  name: string
  /** Now (ms). */
  now: number
}

/**
 * The policy must name the logs that this server writes by the very keys that it has: witnesses and clients go by the same
 * file, and would find out only when they refuse. One that names no log at all says nothing of it. The key of the half-year
 * to come is drawn already, so that everybody's policy can name it before that begins.
 *
 * @throws Fault CONFIG with the lines that are missing
 */
export async function expectOwnLogs(policy: WitnessPolicy | null, own: OwnLogs): Promise<void> {
  if (policy === null) return
  const { storage, keys, name, now } = own
  const keyOf = (log: string, shard: string) =>
    keepSigningKey(join(keys, `${log}-${shard}`), `${name}/${log}/${shard}`)
  // It never goes back, whatever the clock says; and a half-year that has ended is written no more.
  const [last] = [...(await shardsIn(storage('audit'))), halfYearOf(now)].sort().reverse()
  const written = [await keyOf('audit', last!), await keyOf('directory', WHOLE)]
  await keyOf('audit', after(last!))
  const missing = policy.logs.length === 0 ? [] : written.filter((key) => !isNamed(policy, key))
  if (missing.length === 0) return
  const lines = missing.map(({ vkey }) => `\`log ${vkey}\``).join(' and ')
  throw new Fault(
    'CONFIG',
    `PORTOLAN_LOG_POLICY: expected the logs of this server, got others; it lacks ${lines}`,
  )
}

function after(halfYear: string): string {
  const [year, half] = halfYear.split('h').map(Number) as [number, number]
  return half === 1 ? `${year}h2` : `${year + 1}h1`
}

const isNamed = ({ logs }: WitnessPolicy, own: SigningKey): boolean =>
  logs.some(({ name, point }) => name === own.name && point.equals(own.point))

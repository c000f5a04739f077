import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '../../schema/wire/fault.ts'
import type { Clock } from '../clock.ts'
import { unavailable } from './sequencer.ts'
import { fileShelf } from './storage.ts'
import { type Cosigning, openCosigning } from './tree/cosigning.ts'
import type { ServedLog } from './tree/listen.ts'
import { shelfMemory } from './tree/memory.ts'
import { verifierOf } from './tree/note.ts'
import type { Shard } from './tree/shard.ts'
import type { LogStorage } from './tree/shards.ts'
import type { WitnessPolicy } from './tree/witness-policy.ts'

/** How long answers may go out without a quorum of witnesses (ms). */
export const NO_QUORUM_MS = 15 * 60_000

/** The logs of an instance as they lie open to others: who reads them, and who co-signs them. */
export type OpenLogs = {
  /** A shard is published from now on: `log` is `audit` or `directory`. Again where it was opened afresh. */
  opened(log: string, shard: Shard): Promise<void>
  /** Every shard that was opened, and each one that will be. */
  watch(told: (log: ServedLog) => void): void
  /** Why nothing may be answered, or null: no quorum has co-signed what is published for too long. */
  suspended(): Fault | null
  close(): Promise<void>
}

export type OpenLogsOptions = {
  storage: LogStorage
  /** Where the public keys of logs lie. */
  keys: string
  /** A folder in which what was co-signed is kept. */
  cosigned: string
  /** Null where nobody is asked to co-sign. */
  policy: WitnessPolicy | null
  clock: Clock
  complain(line: string): void
}

type Open = { shard: Shard; cosigning: Cosigning | null; since: number }

export async function openLogs(options: OpenLogsOptions): Promise<OpenLogs> {
  const { storage, keys, policy, clock, complain } = options
  const open = new Map<string, Open>()
  const told: ((log: ServedLog) => void)[] = []
  const cosignedShelf = await fileShelf(options.cosigned)
  const read = (place: string, name: string) => {
    const [log, shard] = place.split('/') as [string, string]
    return storage(log).read(shard, name)
  }

  const served = (place: string): ServedLog => ({
    prefix: `/${place}`,
    read: async (name) =>
      name === 'cosigned' ? (open.get(place)?.cosigning?.cosigned() ?? null) : read(place, name),
  })

  async function cosign(place: string): Promise<Cosigning | null> {
    if (!policy) return null
    const vkey = await readFile(join(keys, `${place.replace('/', '-')}.vkey`), 'utf8')
    return openCosigning({
      ...{ policy, clock, key: verifierOf(vkey.trim()) },
      // The publisher changes where it was opened afresh; the log is the same.
      log: { head: () => open.get(place)!.shard.publisher.head() },
      objects: { read: (name) => read(place, name) },
      memory: shelfMemory(cosignedShelf, place.replace('/', '-')),
      complain: (fault, witness) => complain(`${fault.code}: ${witness ?? place}: ${fault.message}`),
    })
  }

  return {
    async opened(log, shard) {
      const place = `${log}/${shard.name}`
      const known = open.get(place)
      if (known) {
        known.shard = shard
        return
      }
      open.set(place, { shard, cosigning: null, since: clock() })
      open.get(place)!.cosigning = await cosign(place)
      for (const one of told) one(served(place))
    },
    watch(one) {
      told.push(one)
      for (const place of open.keys()) one(served(place))
    },
    suspended() {
      if (!policy?.quorum) return null
      const late = [...newest(open)].find(
        ({ cosigning, since }) => clock() - Math.max(since, cosigning?.since() ?? 0) > NO_QUORUM_MS,
      )
      return late
        ? unavailable(`expected a quorum of witnesses within ${NO_QUORUM_MS / 60_000} minutes, got none`)
        : null
    },
    async close() {
      for (const { cosigning } of open.values()) await cosigning?.close()
    },
  }
}

/** Of each log the shard that grows: one that was ended is never signed again. */
function newest(open: ReadonlyMap<string, Open>): Iterable<Open> {
  const last = new Map<string, Open>()
  for (const place of [...open.keys()].sort()) last.set(place.split('/')[0]!, open.get(place)!)
  return last.values()
}

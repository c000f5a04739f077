import { networkList } from '../../cypher/network/network.ts'
import { isOperational } from '../../schema/wire/caller.ts'
import type { OfficeBody } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Audit } from '../audit/log.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory.ts'
import type { Events } from '../exchange/events.ts'
import type { Ids } from '../ids.ts'
import type { Latch } from '../latch.ts'
import { scopeFor } from '../policy.ts'
import type { Alarm } from './alarms.ts'
import type { Jobs } from './jobs.ts'
import { type OfficeSight, officeSight } from './office-sight.ts'
import { recordOwn } from './own-record.ts'
import { common, errandsOf, type Store } from './sight.ts'
import type { Thread } from './thread.ts'

export type ResurgenceWatch = {
  /**
   * Looks for each office that may analyse whether a network that all of it sees may go on from a dismantled one, and tells it,
   * once of each pair. Does nothing where nothing was recorded and nobody's rights have changed since. Never rejects.
   */
  tick(): Promise<void>
  /** Ends once nothing is under way. */
  close(): Promise<void>
}

export type WatchParts = Store & {
  directory: Directory
  events: Events
  ids: Ids
  audit: Audit
  clock: Clock
  latch: Latch
  analyses: Pick<Jobs, 'aside'>
}

const DAY = 24 * 3_600_000
const DEADLINE = 600_000
const STILL_DEADLINE = 30_000
/** How long one office may take, ms: an officer who asks meanwhile waits for it. */
const LONGEST = 600_000

/**
 * Watches for resurgence. It remembers only what it need not do again: an event told once more is no second one, also after a
 * restart. It looks as the office and never as a person, so that nobody is told what was kept from him.
 */
export function openResurgenceWatch(parts: WatchParts): ResurgenceWatch {
  const { directory, clock, versions } = parts
  /** What stood when each office was looked at last. */
  const looked = new Map<string, string>()
  const told = new Set<string>()
  let isClosed = false

  /** Assignments begin and end with days. */
  const standing = () => `${versions.watermark()} ${directory.head().hash} ${Math.floor(clock() / DAY)}`

  async function look(body: OfficeBody): Promise<void> {
    const now = standing()
    if (looked.get(body.office) === now) return
    const sight = officeSight(directory, body)
    if (sight.hearers.length > 0 && (await hasDismantled(parts, sight)))
      for (const alarm of await found(parts, body, sight)) await tell(body.office, sight, alarm)
    looked.set(body.office, now)
  }

  /** A unit hears what the offices above it are told. */
  async function tell(office: string, { except }: OfficeSight, alarm: Alarm): Promise<void> {
    const { network, dismantled, reports } = alarm
    const name = (of: string) => `${of} ${network} ${dismantled}`
    if (directory.lineage(office).some((of) => told.has(name(of)))) return
    const said = { kind: 'RESURGENCE' as const, offices: [office], id: network, thread: dismantled }
    await parts.events.publish({ ...said, except, reports })
    told.add(name(office))
  }

  async function lookAll(): Promise<void> {
    const offices = directory.offices().filter(({ kind }) => isOperational(kind))
    const depth = ({ office }: OfficeBody) => directory.lineage(office).length
    for (const body of offices.sort((a, b) => depth(a) - depth(b))) {
      if (isClosed) return
      // One that cannot be looked at, or whose rights have just changed, is looked at again at the next tick.
      await look(body).catch((error) => {
        if (!isClosed)
          process.stderr.write(`resurgence cannot be looked for: ${codeOf(error)}; trying again\n`)
      })
    }
  }

  let last: Promise<void> = Promise.resolve()
  return {
    tick() {
      last = last.then(lookAll)
      return last
    },
    async close() {
      isClosed = true
      await last
    },
  }
}

const codeOf = (error: unknown) => (error instanceof Fault ? error.code : (error as Error).name)

/** Whether anybody says, as far as the office sees, that a network was dismantled: without one there is nothing to look for. */
async function hasDismantled(parts: WatchParts, { office, hearers }: OfficeSight): Promise<boolean> {
  const { graph, compartments, versions } = parts
  const asOf = versions.watermark()
  const scope = common([office, ...hearers].map((one) => scopeFor(networkList, one, compartments, asOf)))
  const open = { name: null, level: null, place: null, crime: null, facet: null, from: null, to: null }
  const params = networkList.params.parse({ ...open, status: 'DISMANTLED', after: null, first: 1 })
  const [row] = await graph.read(networkList, { ...params, ...scope }, DEADLINE)
  return (row?.total ?? 0) > 0
}

/** The alarms of an office, on record before any is told. Throws where the rights of anybody in it change meanwhile. */
async function found(parts: WatchParts, body: OfficeBody, sight: OfficeSight): Promise<Alarm[]> {
  const { office, country } = body
  const end = await recordOwn(parts, country, { operation: 'resurgenceWatch', office })
  const work = parts.analyses.aside((thread) => analysed(parts, body, sight, thread))
  const { result } = await work.catch(async (error) => {
    const outcome = error instanceof Fault ? error.code : 'INTERNAL'
    await end({ outcome, body: { office, outcome } })
    throw error
  })
  const pairs = result.flatMap(({ network, dismantled }) => [dismantled, network])
  await end({ outcome: 'OK', body: { office, pairs }, shown: [...new Set(pairs)] })
  return result
}

async function analysed(parts: WatchParts, body: OfficeBody, sight: OfficeSight, thread: Thread) {
  const { directory, ids, latch, versions, clock } = parts
  const version = versions.watermark()
  const errands = (deadline: number) => {
    if (officeSight(directory, body).key !== sight.key)
      throw new Fault('NOT_ALLOWED', 'expected the rights of the office as they were, got others')
    return errandsOf(parts, sight.office, version, deadline, sight.hearers)
  }
  const id = ids.id('resurgence', body.office, String(version), String(clock()))
  const first = errands(DEADLINE)
  const late = setTimeout(() => thread.cancel(id), LONGEST).unref()
  const run = thread.run(
    { id, question: { kind: 'alarms' as const }, scope: sight.key, past: false, errands: first },
    {
      progress: () => undefined,
      still: (work) => latch.shared(async () => work(errands(STILL_DEADLINE))),
    },
  )
  return run.finally(() => clearTimeout(late))
}

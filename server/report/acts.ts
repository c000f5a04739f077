import { reportAct, reportOwn, reportTaken } from '../../cypher/report/report.ts'
import { type Act, type Notice, reportSubmit } from '../../cypher/report/write.ts'
import type { Ask, Submitted } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import type { NoticeKind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Jobs } from '../analyst/jobs.ts'
import type { Record as AskRecord } from '../ask.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import type { Erasures } from '../erasures.ts'
import type { Exchange } from '../exchange/desk.ts'
import type { ResealWatch } from '../exchange/reseal-watch.ts'
import { Collision, type Graph } from '../graph.ts'
import type { Ids } from '../ids.ts'
import type { Latch } from '../latch.ts'
import { scopeFor } from '../policy.ts'
import type { Stamp, Writer } from '../writer.ts'
import type { Queues } from './queues.ts'
import type { TakenKeys } from './taken-keys.ts'

export type DeskParts = {
  graph: Graph
  ids: Ids
  directory: Directory
  compartments: Compartments
  writer: Writer
  latch: Latch
  exchange: Exchange
  erasures: Erasures
  queues: Queues
  takenKeys: TakenKeys
  resealWatch: Pick<ResealWatch, 'changed'>
  analyses: Pick<Jobs, 'erased'>
}
export type DeskRequest = { caller: Caller; ask: Ask; record: AskRecord }

/** What every act on a report needs to know of itself: its kind, its idempotency key, and the digest of what was asked. */
export type Doing = { kind: Act['kind']; key: string; digest: string }
export type Acts = ReturnType<typeof actsFor>

/** The acts of one caller: each is done once under its key, and leaves an act and perhaps a notice. */
export function actsFor(parts: DeskParts, { caller, ask, record }: DeskRequest) {
  const { ids, compartments, queues, takenKeys, writer } = parts
  const mine = (what: string, key: string) => ids.id(what, caller.office, caller.person, key)
  const keysOf = (key: string) => ({
    key: ids.key('act', caller.office, caller.person, key),
    officeKey: ids.key('act', caller.office, key),
  })

  /** The answer that this idempotency key already has, or null. Throws where it stands for something else. */
  async function replayed({ kind, key, digest }: Doing): Promise<Submitted | null> {
    const [act] = await ask(reportAct, keysOf(key))
    if (!act) return null
    if (act.kind !== kind || act.body !== digest)
      throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new key, got one that stands for another act', {
        path: ['key'],
      })
    return { report: act.visible ? act.report : null, ids: JSON.parse(act.ids ?? '[]'), replayed: true }
  }

  return {
    mine,
    /** One act per office and key at a time; `work` runs only where the key is new. */
    once(
      kind: Act['kind'],
      key: string,
      body: unknown,
      work: (doing: Doing) => Promise<Submitted>,
    ): Promise<Submitted> {
      // Whoever may do none of this learns nothing of what stands under a key.
      scopeFor(reportAct, caller, compartments, 0)
      const digest = sha256(canonical({ kind, body: body as Json })).toString('hex')
      const doing = { kind, key, digest }
      const keys = keysOf(key)
      return queues.inTurn(keys.officeKey, async () => {
        // The act may be the one whose commit answer was lost a moment ago.
        await writer.settled()
        record.statements.set(reportTaken.name, reportTaken.digest)
        const before = (await takenKeys.any([keys.key, keys.officeKey])) ? await replayed(doing) : null
        if (before) return before
        try {
          return await work(doing)
        } catch (error) {
          if (!(error instanceof Collision)) throw error
          // Another server on the same store was first; what it wrote answers.
          const now = await replayed(doing)
          if (now) return now
          throw unconfirmed()
        }
      })
    },
    act: (doing: Doing, stamp: Stamp, what: Partial<Act> & { report: string; chain: string }): Act => ({
      id: mine('act', doing.key),
      ...keysOf(doing.key),
      body: doing.digest,
      kind: doing.kind,
      office: caller.office,
      author: caller.person,
      ...stamp,
      reason: null,
      release: null,
      ids: null,
      ...what,
    }),
    /** @param lost the compartment whose members still see the report and need no notice; −1: everybody is told */
    notice: (
      doing: Doing,
      stamp: Stamp,
      what: { kind: NoticeKind; report: string; chain?: string; compartments: number[]; lost: number },
    ): Notice => ({
      id: mine('notice', doing.key),
      office: caller.office,
      version: stamp.version,
      chain: what.report,
      ...what,
    }),
    /** A report of this office that may be changed. Hidden, absent and foreign reports are one fault. */
    async own(id: string, also?: 'WITHDRAWN') {
      scopeFor(reportSubmit, caller, compartments, 0)
      const [found] = await ask(reportOwn, { id, office: caller.office })
      if (!found) throw new Fault('NOT_FOUND', 'expected a report of your office', { path: ['report'] })
      if (found.retractedAs === 'WITHDRAWN' && also !== 'WITHDRAWN')
        throw new Fault('NOT_ALLOWED', 'expected a report that stands, got a withdrawn one', {
          path: ['report'],
        })
      return found
    },
  }
}

const unconfirmed = () =>
  new Fault(
    'OUTCOME_UNCONFIRMED',
    'expected the store to take the act, got a collision: send it again with the same key',
  )

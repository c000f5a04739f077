import { entityVisible } from '../../cypher/entity/entity.ts'
import { reportCorrect, reportSubmit } from '../../cypher/report/write.ts'
import type { Ask, ReportDesk, Submitted } from '../../schema/context.ts'
import { Fault, type FaultDetail, faultOf } from '../../schema/wire/fault.ts'
import { type Release, reachOf } from '../../schema/wire/release.ts'
import { type CheckedReport, checkReport, type EntityInput } from '../../schema/wire/report.ts'
import { disclosed } from '../ask.ts'
import { highest } from '../exchange/profile.ts'
import { changeOf, committed } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import type { Acts, DeskParts, DeskRequest, Doing } from './acts.ts'
import { officesReached } from './reached.ts'
import { submitRow } from './rows.ts'
import { checkRelease } from './transfer.ts'

/** Where a report stands: its id, the first version's, what it corrects, and its compartment now and ever. */
type Place = {
  id: string
  chain: string
  corrects: string | null
  compartment: number
  compartments: number[]
}

/** Submission and correction: the report is judged whole, then written whole. */
export function submissions(
  parts: DeskParts,
  request: DeskRequest,
  acts: Acts,
): Pick<ReportDesk, 'submit' | 'correct'> {
  const { compartments, directory, queues } = parts
  const { caller, ask } = request
  const origin = { office: caller.office, country: caller.country }

  return {
    async submit(input) {
      scopeFor(reportSubmit, caller, compartments, 0)
      const gate = (release: Release) => checkRelease(release, caller, directory)
      const judged = checkReport(input)
      const key = await keyOf(input, judged, ask, gate)
      return acts.once('SUBMIT', key, input, async (doing) => {
        const report = await checked(judged, ask, gate)
        const compartment = await compartments.numberOf(reachOf(report.release, origin))
        const id = acts.mine('report', key)
        const place = { id, chain: id, corrects: null, compartment, compartments: [compartment] }
        return write(parts, request, acts, doing, report, place)
      })
    },
    async correct(reportId, input) {
      // A correction goes wherever the report goes: it has no release of its own.
      const whole = { ...(input as object), release: { to: [] } }
      const judged = checkReport(whole)
      const key = await keyOf(whole, judged, ask, () => [])
      return acts.once('CORRECT', key, { reportId, input }, async (doing) => {
        const { chain } = await acts.own(reportId)
        return queues.inTurn(chain, async () => {
          const { compartment, compartments: all, retractedAs } = await acts.own(reportId)
          if (retractedAs !== null)
            throw new Fault('NOT_ALLOWED', 'expected the version that stands, got a corrected one', {
              path: ['report'],
            })
          const report = await checked(judged, ask, () => [])
          const place = {
            id: acts.mine('report', key),
            chain,
            corrects: reportId,
            compartment,
            compartments: all,
          }
          return write(parts, request, acts, doing, report, place)
        })
      })
    },
  }
}

type Judged = ReturnType<typeof checkReport>
type Gate = (release: Release) => FaultDetail[]

/** The report's idempotency key; where it is none, that fault is told with all the others. */
async function keyOf(input: unknown, judged: Judged, ask: Ask, gate: Gate): Promise<string> {
  const key = (input as { key?: unknown } | null)?.key
  const wrong = judged.faults.some(({ path }) => path?.length === 1 && path[0] === 'key')
  if (typeof key === 'string' && !wrong) return key
  return (await checked(judged, ask, gate)).key
}

/** Throws every fault of the report at once: its own, of its references, and of its release. */
async function checked(judged: Judged, ask: Ask, gate: Gate): Promise<CheckedReport> {
  const { faults, entities, release, report } = judged
  const all = [...faults, ...(await missing(entities, ask)), ...(release ? gate(release) : [])]
  if (all.length > 0 || !report) throw faultOf(all)
  return report
}

/** References to what exists, looked up under the writer's own scope: hidden, absent and another kind are one fault. */
async function missing(entities: EntityInput[], ask: Ask): Promise<FaultDetail[]> {
  const wanted = [...new Set(entities.flatMap(({ id }) => id ?? []))]
  const found = wanted.length > 0 ? await ask(entityVisible, { ids: wanted }) : []
  const kinds = new Map(found.map((row) => [row.id, row.labels]))
  return entities.flatMap(({ id, kind }, i): FaultDetail[] =>
    id && kinds.get(id) !== kind
      ? [
          {
            code: 'BAD_REFERENCE',
            path: ['entities', i, 'id'],
            message: `expected an entity of kind ${kind}`,
          },
        ]
      : [],
  )
}

async function write(
  { ids, compartments, directory, exchange, writer }: DeskParts,
  { caller, record }: DeskRequest,
  acts: Acts,
  doing: Doing,
  report: CheckedReport,
  place: Place,
): Promise<Submitted> {
  const entities = new Map(
    report.entities.map(({ local, kind, id }) => [
      local,
      { id: id ?? acts.mine('entity', `${report.key} ${local}`), kind },
    ]),
  )
  const named = [...entities].map(([local, { id }]) => ({ local, id }))
  const { chain, compartments: all, compartment, corrects } = place
  // A note's audience is named by its sender, and holds nobody whom the release does not reach.
  const reached = officesReached(compartments.reachOf(compartment), directory)
  if (report.note) {
    const { facts, audience } = report.note
    const said = [...report.descriptions, ...report.relations].map(({ common }) => common.sensitivity)
    exchange.checkDowngrade({ profile: facts.profile, sensitivity: highest(said), audience }, record)
  }
  const noteKeys = report.note ? await exchange.admitNote(caller, report.note, report.key, reached) : []
  const what = {
    report: place.id,
    chain,
    release: corrects ? null : JSON.stringify(report.release),
    ids: JSON.stringify(named),
  }
  const statement = corrects ? reportCorrect : reportSubmit
  record.statements.set(statement.name, statement.digest)
  const change = changeOf(record, [place.id, ...named.map(({ id }) => id)])
  await writer.write(statement, place.id, [change], (stamp) => ({
    ...submitRow(
      ids,
      { caller, checked: report, entities, author: caller.person, noteKeys, ...place },
      stamp,
    ),
    act: acts.act(doing, stamp, what),
    notices: corrects
      ? [
          acts.notice(doing, stamp, {
            kind: 'CORRECTED',
            report: corrects,
            chain,
            compartments: all,
            lost: -1,
          }),
        ]
      : [],
    retracts: corrects ? [{ report: corrects, at: stamp.version }] : [],
  }))
  committed(record, change)
  disclosed(record, caller, reached)
  return { report: place.id, ids: named, replayed: false }
}

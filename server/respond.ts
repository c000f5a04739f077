import type { ExecutionResult } from 'graphql'
import type { Change } from '../cypher/outbox/outbox.ts'
import type { AnsweredDetail } from '../schema/wire/audit.ts'
import type { Caller } from '../schema/wire/caller.ts'
import type { Json } from '../schema/wire/canonical.ts'
import { Fault } from '../schema/wire/fault.ts'
import { newRecord, type Record } from './ask.ts'
import type { Open } from './audit/log.ts'
import { documentWithoutPayloads, withoutPayloads } from './audit/payloads.ts'
import { contextFor } from './context.ts'
import type { Prepared, Reading } from './engine.ts'
import { faultOutcome, type Outcome, shown } from './faces.ts'
import type { Instance } from './instance.ts'
import { intentOf } from './outbox.ts'
import { whereOf } from './where.ts'

/** `changes` stand in the graph, and in its outbox until this is on record. */
export type Response = Outcome & {
  detail: AnsweredDetail
  changes?: readonly Change[]
  /** Resolves once it is counted for those whose records it shows; it does not leave before. */
  counted?: Promise<void>
}

/** Answers one verified request, whole. It never throws: what goes wrong is an answer too, and goes on record. */
export async function respond(
  instance: Instance,
  { caller, open }: { caller: Caller; open: Open },
  body: Uint8Array,
  refusal?: Fault,
): Promise<Response> {
  const record = newRecord(intentOf(open))
  const reading: Reading = {}
  const doing: Doing = { record, reading, refusal, counted: Promise.resolve() }
  const outcome = await answer(instance, caller, body, doing).catch((error) => {
    // The answer is a fault and nothing else: what had been looked up for it was shown to nobody.
    record.shown.clear()
    return faultOutcome(faultOf(error))
  })
  const { counted } = doing
  return { ...outcome, detail: detailOf(outcome, reading, record), changes: record.changes, counted }
}

type Doing = { record: Record; reading: Reading; refusal: Fault | undefined; counted: Promise<void> }

async function answer(instance: Instance, caller: Caller, body: Uint8Array, doing: Doing): Promise<Outcome> {
  const { record, reading, refusal } = doing
  const { engine, latch, budget, consultations } = instance
  if (refusal) throw refusal
  const prepared = engine.prepare(body, reading)
  withhold(instance)
  if (prepared.kind === 'mutation' && !isOfDirectory(prepared)) instance.heads.check()
  // A moment in the past is answered when what was written at it stands or has failed: it reads the same ever after.
  if (reading.query?.includes('asOf')) await within(instance.deadline, instance.versions.settled())
  const context = contextFor(instance, caller, record, prepared)
  const run = () => engine.run(prepared, context)
  const result = await (prepared.kind === 'query' ? latch.shared(run) : run())
  // A change that is refused shows nothing of what it was judged by.
  if (prepared.kind === 'mutation' && isEmpty(result)) record.shown.clear()
  // The change itself stands already; only what is looked up counts against the budget.
  if (record.committed.length === 0) await budget.spend(caller, record.shown)
  // A change reads on its way what it is judged by, and answers with what is its own.
  if (prepared.kind === 'query' && !isEmpty(result)) {
    const { durable } = await consultations.count(caller.office, record.owners)
    doing.counted = durable
    // Whoever waits for it comes later.
    durable.catch(() => undefined)
  }
  return shown(result, prepared, record.committed, masked)
}

/** Throws where what is on record is not published: then nothing more is answered. */
export function withhold(instance: Instance): void {
  const fault = instance.suspended()
  if (fault) throw fault
}

/** The directory is in neither of the two stores: it judges by itself which of its entries may be made meanwhile. */
const isOfDirectory = ({ fields }: Prepared) => [...fields].every((field) => field === 'enterDirectory')

const isEmpty = ({ data }: ExecutionResult) => Object.values(data ?? {}).every((field) => field === null)

/** Throws DEADLINE where `work` takes longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => fail(new Fault('DEADLINE', 'expected the writes under way to end, got none: ask again')),
      ms,
    )
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What stands on record about an answer. */
export function detailOf(
  { outcome }: Pick<Outcome, 'outcome'>,
  reading: Reading,
  record: Record,
): AnsweredDetail {
  const { purpose, operation, query, variables } = reading
  return {
    outcome,
    ...(operation && { operation }),
    ...(query && { query: documentWithoutPayloads(query) }),
    ...(variables !== undefined && { variables: withoutPayloads(variables as Json) }),
    ...(purpose && { purpose: purpose.code, justification: purpose.justification }),
    ...(purpose?.case && { case: purpose.case }),
    ...(purpose?.legalBasis && { legalBasis: purpose.legalBasis }),
    statements: [...record.statements].map(([name, digest]) => ({ name, digest })),
    shown: [...record.shown],
    ...(record.committed.length > 0 && { committed: record.committed }),
    ...(record.disclosedTo && record.disclosedTo.length > 0 && { disclosedTo: record.disclosedTo }),
    ...(record.evaluation && { evaluation: record.evaluation }),
    ...(record.downgraded && { downgraded: true }),
  }
}

/** A deliberate fault as it is; of all else the operator learns where it failed, and nobody what it was. */
export const faultOf = (error: unknown): Fault => (error instanceof Fault ? error : masked(error))

/** Tells the operator where it failed, never with what: a message may hold what an officer asked. */
export function masked(error: unknown): Fault {
  const code = (error as { code?: unknown }).code
  const name = `${error instanceof Error ? error.name : typeof error} ${typeof code === 'string' ? code : ''}`
  process.stderr.write(`internal failure: ${name}\n${whereOf(error)}\n`)
  return new Fault('INTERNAL', 'expected an answer, got a failure here; it is on record')
}

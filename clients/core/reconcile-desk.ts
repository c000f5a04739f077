import { commitAnswered, decodeLeaf } from '../../schema/wire/audit-leaf.ts'
import type { ReadRecord } from './audit.ts'
import type { ErasedRead, PruningRecord } from './erased.ts'
import { type Finding, type FindingCode, findingOf, type Promised } from './reconcile.ts'

/** What is known of the signature under the question of a record. */
export type Signed = 'SIGNED' | 'NOT_SIGNED' | 'UNKNOWN'

export type DeskMatch = {
  records: number
  matched: number
  /** Questions that the officer has signed, and that the server did not live to answer. */
  interrupted: number
  /** Ends of streams that nobody heard: they say nothing to anybody, as their commitments show. */
  unheard: number
  /** Records of which nothing is left but what the receipt promised: the leaf. */
  erased: number
  /** Receipts of a time of which no details are kept any more. */
  pruned: number
  findings: Finding[]
}

/** What an auditor is shown. */
export type DeskRecords = {
  records: readonly ReadRecord[]
  erased: readonly ErasedRead[]
  pruned: PruningRecord | null
}

/** Nothing younger than what was pruned is excused by it. */
const isPruned = ({ minute }: Promised, pruned: PruningRecord | null): boolean =>
  pruned !== null && minute * MINUTE < pruned.pruning.before

export type DeskOptions = {
  office: string
  /** Whole minutes, as the leaves have them. */
  from: number
  to: number
  /** Whether the officer himself signed the question of a record. */
  signed(asked: ReadRecord): Promise<Signed>
}

/**
 * Matches the receipts of an office with its records in [from, to), in both directions. Receipts and records of other
 * times may be among them: they explain others, and are not counted.
 */
export async function matchDesk(
  promised: readonly Promised[],
  { records, erased, pruned }: DeskRecords,
  { office, from, to, signed }: DeskOptions,
): Promise<DeskMatch> {
  const within = (at: number) => at >= from && at < to
  const receipts = Map.groupBy(promised, ({ index }) => index)
  const known = knownOf(records)
  const match: DeskMatch = {
    records: 0,
    matched: 0,
    interrupted: 0,
    unheard: 0,
    erased: 0,
    pruned: 0,
    findings: [],
  }
  for (const record of records) {
    const made = partOf(record)
    if (made === null || made.office !== office || !within(made.at)) continue
    match.records += 1
    const receipt = receipts.get(record.index)
    if (receipt?.every(({ bytes }) => bytes.equals(record.leaf))) match.matched += 1
    else if (receipt) match.findings.push(findingOf('RECORD_OTHER', receipt[0]!))
    else if (receipts.has(made.asked) && isUnheard(record)) match.unheard += 1
    else {
      const asked = known.questions.get(made.asked)
      const signature = asked ? await signed(asked) : 'UNKNOWN'
      if (signature === 'SIGNED' && known.interrupted.has(record.index)) match.interrupted += 1
      else match.findings.push(withoutReceipt(made, signature, known.operations.get(made.asked) ?? null))
    }
  }
  const gone = new Map(erased.map(({ index, leaf }) => [index, leaf]))
  for (const one of promised) {
    if (one.office !== office || !within(one.minute * MINUTE) || known.indexes.has(one.index)) continue
    const left = gone.get(one.index)
    if (left?.equals(one.bytes)) match.erased += 1
    else if (!left && isPruned(one, pruned)) match.pruned += 1
    else match.findings.push(findingOf(left ? 'RECORD_OTHER' : 'RECORD_MISSING', one))
  }
  match.findings.sort((left, right) => left.index - right.index)
  return match
}

const MINUTE = 60_000

type Part = {
  index: number
  at: number
  kind: 'ASKED' | 'ANSWERED'
  person: string
  office: string | undefined
  asked: number
}

/** What a record says of a question or an answer; null for that of an interruption, for which nobody has a receipt. */
function partOf({ index, detail }: ReadRecord): Part | null {
  if (detail.kind === 'INTERRUPTED') return null
  const { kind, at, caller } = detail
  const asked = kind === 'ASKED' ? index : detail.asked
  return { index, at, kind, person: caller.person, office: caller.office, asked }
}

function knownOf(records: readonly ReadRecord[]) {
  const known = {
    indexes: new Set<number>(),
    questions: new Map<number, ReadRecord>(),
    interrupted: new Set<number>(),
    /** By the question's index. */
    operations: new Map<number, string | undefined>(),
  }
  for (const record of records) {
    const { index, detail } = record
    known.indexes.add(index)
    if (detail.kind === 'ASKED') known.questions.set(index, record)
    else if (detail.kind === 'INTERRUPTED') known.interrupted.add(detail.asked)
    else known.operations.set(detail.asked, detail.detail.operation)
  }
  return known
}

/** Whether an answer is of no octets: only the end of a stream that has lost its reader is. */
function isUnheard({ leaf, detail }: ReadRecord): boolean {
  if (detail.kind !== 'ANSWERED') return false
  const empty = commitAnswered(Buffer.from(detail.salt, 'base64'), 200, Buffer.alloc(0))
  return empty.equals(decodeLeaf(leaf)!.commitment)
}

const WITHOUT_RECEIPT: Record<Signed, FindingCode> = {
  SIGNED: 'RECEIPT_MISSING',
  UNKNOWN: 'RECEIPT_MISSING_UNSIGNED',
  NOT_SIGNED: 'INVENTED',
}

function withoutReceipt(
  { index, at, kind, person }: Part,
  signature: Signed,
  operation: string | null,
): Finding {
  return { finding: WITHOUT_RECEIPT[signature], index, at, kind, person, operation }
}

import type { RecordDetail } from '../../../schema/wire/audit.ts'
import { isExport, kindsOf } from '../../../schema/wire/audit-kinds.ts'
import type { AuditOperation } from '../../../schema/wire/codes.ts'
import type { ReadRecord } from '../audit.ts'

/** One request as an auditor counts it: who asked what and why, and what came of it. */
export type Deed = {
  /** Indexes of the records that tell of it: the answer's, and before it the question's where that was read. */
  records: number[]
  at: number
  person: string
  /** Empty where the record says none: a login before an office was chosen, an operator's order. */
  office: string
  session: string
  /** OK, a fault code, INTERRUPTED, or ASKED where there is no answer among what was read. */
  outcome: string
  kinds: AuditOperation[]
  isExport: boolean
  purpose: string
  justification: string
  operation: string
  shown: string[]
  disclosedTo: string[]
}

type Caller = Extract<RecordDetail, { kind: 'ASKED' }>['caller']
type Asked = { at: number; caller: Caller; isAnswered: boolean }
type Answer = Exclude<RecordDetail, { kind: 'ASKED' }>['detail']

/**
 * Joins questions and answers as they come, in the order of the log, so that a month need not be held in memory: an
 * answer tells all, a question without one stands alone at the end. A stream has one question and many answers.
 */
export function openDeeds(): {
  take(record: ReadRecord): Deed | null
  /** Of an answer that was erased: its question has had one. */
  erased(asked: number): void
  unanswered(): Deed[]
} {
  const open = new Map<number, Asked>()
  return {
    take({ index, detail }) {
      const { at } = detail
      if (detail.kind === 'ASKED') {
        open.set(index, { at, caller: detail.caller, isAnswered: false })
        return null
      }
      const asked = open.get(detail.asked)
      const records = asked && !asked.isAnswered ? [detail.asked, index] : [index]
      if (asked) asked.isAnswered = true
      const caller = detail.kind === 'ANSWERED' ? detail.caller : asked?.caller
      return deedOf({ records, at }, caller, detail.detail)
    },
    erased(asked) {
      const question = open.get(asked)
      if (question) question.isAnswered = true
    },
    unanswered: () =>
      [...open]
        .filter(([, { isAnswered }]) => !isAnswered)
        .map(([index, { at, caller }]) => deedOf({ records: [index], at }, caller, UNANSWERED)),
  }
}

const UNANSWERED: Answer = { outcome: 'ASKED', statements: [], shown: [] }

function deedOf(where: Pick<Deed, 'records' | 'at'>, caller: Caller | undefined, detail: Answer): Deed {
  return {
    ...where,
    person: caller?.person ?? '',
    office: caller?.office ?? '',
    session: caller?.session ?? '',
    outcome: detail.outcome,
    kinds: kindsOf(detail),
    isExport: isExport(detail),
    purpose: detail.purpose ?? '',
    justification: detail.justification ?? '',
    operation: detail.operation ?? '',
    shown: detail.shown,
    disclosedTo: detail.disclosedTo ?? [],
  }
}

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

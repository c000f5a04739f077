import type { AnsweredDetail } from '../../../schema/wire/audit.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { EvaluationOrder, orderHash } from '../../../schema/wire/match.ts'
import type { ReadRecord } from '../audit.ts'

/** An order that the platform permitted: in which record it stands first, and since when. */
export type Ordered = { record: number; at: number; order: EvaluationOrder }

/** What an auditor's records of a month say of matching. */
export type MatchRecords = {
  orders: Ordered[]
  /** By officer: cases that he worked on otherwise, which nothing of matching tells. */
  cases: Map<string, Set<string>>
  /** By officer: the tokens that he put on watch in the month, each by its hash. */
  placed: Map<string, Set<string>>
}

/**
 * Gathers that as records are read, in the order of the log. Those before `span` only tell cases.
 * @throws Fault SEAL from `take` where a record has an order that is not its caller's: no server permits one
 */
export function openMatchRecords(span: { from: number; to: number }): {
  take(record: ReadRecord): void
  found: MatchRecords
} {
  const known = new Set<string>()
  const found: MatchRecords = { orders: [], cases: new Map(), placed: new Map() }
  return {
    found,
    take({ index, detail: record }) {
      if (record.kind !== 'ANSWERED' || record.detail.outcome !== 'OK') return
      const { at, caller, detail } = record
      const isWithin = at >= span.from && at < span.to
      if (detail.evaluation !== undefined) {
        const order = orderIn(index, detail, caller)
        const hash = orderHash(order).toString('hex')
        // The same order again is permitted again, and counts once.
        if (isWithin && !known.has(hash)) found.orders.push({ record: index, at, order })
        known.add(hash)
      } else if (detail.statements.some(({ name }) => !name.startsWith('match/'))) {
        if (detail.case !== undefined) setOf(found.cases, caller.person).add(detail.case)
      } else if (isWithin && detail.statements.some(({ name }) => name === 'match/place'))
        for (const token of tokensIn(detail)) setOf(found.placed, caller.person).add(token)
    },
  }
}

function orderIn(
  index: number,
  { evaluation }: AnsweredDetail,
  caller: { person: string; office?: string | undefined; country: string },
): EvaluationOrder {
  const { success, data } = EvaluationOrder.safeParse(evaluation)
  const isOwn =
    success &&
    data.person === caller.person &&
    data.office === caller.office &&
    data.country === caller.country &&
    data.commitments.length === data.elements.length
  if (isOwn) return data
  throw new Fault('SEAL', `expected an order of its caller in record ${index}, got something else`)
}

/** As its client put the question; the record has a hash in place of each. */
function tokensIn({ variables }: AnsweredDetail): string[] {
  const { input } = (variables ?? {}) as { input?: { epoch?: unknown; tokens?: unknown } | null }
  if (!Array.isArray(input?.tokens)) return []
  return input.tokens.map((one: { token?: unknown } | null) => `${input.epoch} ${one?.token}`)
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set()
  map.set(key, known)
  return known
}

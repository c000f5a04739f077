import { searchToken } from '../../schema/wire/audit.ts'
import { decodeLeaf } from '../../schema/wire/audit-leaf.ts'
import type { PeriodKeys } from './audit.ts'
import { type Finding, type PublishedLog, TILE, unlessBroken } from './reconcile.ts'

export type HiddenOptions = {
  /** The opened keys of the hours that are looked at, of the auditor's own state. */
  periods: readonly PeriodKeys[]
  persons: Iterable<string>
  /** The leaves of which there is a record or a receipt. */
  known: readonly Uint8Array[]
  from: number
  to: number
}

/**
 * Leaves of these persons, in the log that everybody reads, of which the auditors were shown no record. A leaf carries a
 * tag of its caller that only the auditors of his state can make; the server cannot hide a record from them and leave its
 * leaf unseen. Reads the log from where the first of the hours begins to the last leaf of the time.
 */
export async function hiddenLeaves(
  { base, size, entries }: PublishedLog,
  { periods, persons, known, from, to }: HiddenOptions,
  step: (bundle: number, of: number) => void = () => {},
): Promise<Finding[]> {
  const tags = new Map<string, string>()
  for (const person of persons)
    for (const { token } of periods) tags.set(searchToken(token, 'caller', person).toString('hex'), person)
  const shown = new Set(known.map(textOf))
  const findings: Finding[] = []
  if (tags.size === 0) return findings
  // The record of an hour's keys stands before all that is sealed under them.
  const first = Math.floor(Math.max(0, Math.min(...periods.map(({ id }) => id)) - base) / TILE)
  const last = Math.ceil(size / TILE)
  for (let bundle = first; bundle < last; bundle++) {
    step(bundle + 1 - first, last - first)
    const proven = await unlessBroken(entries.bundle(bundle))
    if (proven === null) {
      findings.push(unproven(base + bundle * TILE))
      continue
    }
    const leaves = proven.map((bytes) => decodeLeaf(bytes))
    leaves.forEach((leaf, i) => {
      if (leaf === null || shown.has(textOf(proven[i]!))) return
      const person = tags.get(Buffer.from(leaf.callerTag).toString('hex'))
      const { minute, kind } = leaf
      const at = minute * 60_000
      if (person === undefined || at < from || at >= to) return
      if (kind !== 'ASKED' && kind !== 'ANSWERED') return
      const index = base + bundle * TILE + i
      findings.push({ finding: 'LEAF_HIDDEN', index, at, kind, person, operation: null })
    })
    // Leaves stand in the order of their times, or nearly so.
    if (leaves.every((leaf) => leaf !== null && leaf.minute * 60_000 >= to + LATE)) break
  }
  return findings
}

const textOf = (leaf: Uint8Array): string => Buffer.from(leaf).toString('latin1')

/** Whose leaves stand there nobody can tell. */
const unproven = (index: number): Finding => ({
  finding: 'LEAF_UNPROVEN',
  index,
  at: null,
  kind: null,
  person: null,
  operation: null,
})

const LATE = 600_000

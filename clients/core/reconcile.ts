import { Fault } from '../../schema/wire/fault.ts'
import type { ProvenEntries } from './log/proven-entries.ts'

// An office's receipts against the log that everybody may read, and against the records that its auditor may read.

/** A leaf that a receipt promised to be in the log. `at` is when the receipt came. */
export type Promised = {
  index: number
  minute: number
  kind: 'ASKED' | 'ANSWERED'
  bytes: Buffer
  at: number
  person: string
  office: string
}

export const FINDINGS = [
  /** The key of the instance has not signed it: it holds nobody to anything, and is matched with nothing. */
  'RECEIPT_NOT_SIGNED',
  /** Beyond the checkpoint, and old enough to be below it. */
  'LEAF_MISSING',
  /** The log has another leaf in its place. */
  'LEAF_OTHER',
  /** What the log has there does not make the root that was signed. */
  'LEAF_UNPROVEN',
  /** The log has a leaf of this officer of which the auditors are shown no record. */
  'LEAF_HIDDEN',
  /** A receipt, and no record. */
  'RECORD_MISSING',
  /** The record is not the one that the receipt promised. */
  'RECORD_OTHER',
  /** A record without a receipt, whose question the officer's session has signed: the answer may have been lost on its way. */
  'RECEIPT_MISSING',
  /** The same, and nobody can tell who asked: the request is kept by its hash only, or the login is not to be found. */
  'RECEIPT_MISSING_UNSIGNED',
  /** The same, and no signature of the officer holds: it was invented. */
  'INVENTED',
] as const
export type FindingCode = (typeof FINDINGS)[number]

export type Finding = {
  finding: FindingCode
  index: number
  /** When the receipt came, or when the record was made; null where nobody can say, as of kind and person. */
  at: number | null
  kind: 'ASKED' | 'ANSWERED' | null
  person: string | null
  operation: string | null
}

/** A checkpoint comes every second; what no checkpoint covers after this time (ms) never will be. */
export const LATEST_MS = 60_000
/** So many entries lie in one file of a log. */
export const TILE = 256
/** So many bundles are on their way at once. */
const AHEAD = 8

/** A part of the log as it is published, best a half-year: a tree of its own, whose first leaf has the index `base`. */
export type PublishedLog = { origin: string; base: number; size: number; entries: ProvenEntries }

export type LogMatch = {
  matched: number
  pending: number
  /** Of half-years whose log is not given. */
  elsewhere: number
  findings: Finding[]
}

/**
 * Looks each promised leaf up in the logs below their checkpoints, each bundle once; `found` hears of those that are there.
 * @throws Fault UNREACHABLE
 */
export async function matchLogs(
  promised: readonly Promised[],
  logs: readonly PublishedLog[],
  now: number,
  step: (bundles: number, of: number) => void = () => {},
  found: (one: Promised) => void = () => {},
): Promise<LogMatch> {
  const match: LogMatch = { matched: 0, pending: 0, elsewhere: 0, findings: [] }
  const wanted = new Map<PublishedLog, Promised[]>(logs.map((log) => [log, []]))
  for (const one of promised) {
    const log = logs.find(({ base, size }) => one.index >= base && one.index < base + size)
    if (log) wanted.get(log)!.push(one)
    else if (!logs.some((given) => isOf(given, one))) match.elsewhere += 1
    else if (now - one.at < LATEST_MS) match.pending += 1
    else match.findings.push(findingOf('LEAF_MISSING', one))
  }
  for (const [log, leaves] of wanted) await matchLog(match, log, leaves, { step, found })
  match.findings.sort((left, right) => left.index - right.index)
  return match
}

async function matchLog(
  match: LogMatch,
  { base, entries }: PublishedLog,
  leaves: readonly Promised[],
  { step, found }: { step(bundles: number, of: number): void; found(one: Promised): void },
): Promise<void> {
  const wanted = [...Map.groupBy(leaves, ({ index }) => Math.floor((index - base) / TILE))]
  for (let from = 0; from < wanted.length; from += AHEAD) {
    const some = wanted.slice(from, from + AHEAD)
    const bundles = await Promise.all(some.map(([bundle]) => unlessBroken(entries.bundle(bundle))))
    some.forEach(([, of], i) => {
      for (const one of of)
        if (compare(match, one, bundles[i]?.[(one.index - base) % TILE] ?? null)) found(one)
    })
    step(Math.min(from + AHEAD, wanted.length), wanted.length)
  }
}

/** Whether a leaf belongs to a log by its time. One that is not parted takes all. */
function isOf({ origin }: PublishedLog, { minute }: Promised): boolean {
  const [, part] = /\/(\d{4}h[12])$/.exec(origin) ?? []
  const date = new Date(minute * 60_000)
  return part === undefined || part === `${date.getUTCFullYear()}h${date.getUTCMonth() < 6 ? 1 : 2}`
}

/** Null where the log does not prove what it shows. */
export function unlessBroken(bundle: Promise<Buffer[]>): Promise<Buffer[] | null> {
  return bundle.catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'LOG') return null
    throw error
  })
}

function compare(match: LogMatch, one: Promised, there: Buffer | null): boolean {
  const isThere = there?.equals(one.bytes) ?? false
  if (isThere) match.matched += 1
  else match.findings.push(findingOf(there === null ? 'LEAF_UNPROVEN' : 'LEAF_OTHER', one))
  return isThere
}

export function findingOf(finding: FindingCode, { index, at, kind, person }: Promised): Finding {
  return { finding, index, at, kind, person, operation: null }
}

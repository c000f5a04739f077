import { hash } from 'node:crypto'
import { decodeLeaf } from '../../schema/wire/audit-leaf.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../core/log/checkpoint.ts'
import { fraudOf } from '../core/log/fraud.ts'
import { MOST_NOTE, type Signers, type VerifierKey } from '../core/log/note.ts'
import { type Policy, quorumSince } from '../core/log/policy.ts'
import { type Prover, proverOf } from '../core/log/prove.ts'
import { type LogSource, Missing, urlSource } from '../core/log/source.ts'
import { broken } from '../core/log/tree.ts'
import { nameOf, type QuorumFiles, type Seen } from './quorum-files.ts'

/** How far a witness's clock may be ahead (ms). */
const AHEAD = 60_000
/** A time that no calendar has is shown as the last one that it has. */
const isoOf = (time: number) => new Date(Math.min(time, 8_640_000_000_000_000)).toISOString()

/** The desk's clock and the server's (ms). */
export type Clocks = { clock(): number; now(): number }

/** The audit logs of a policy that have an address, newest half-year first. */
export function watchedBy({ logs, addresses }: Policy): { key: VerifierKey; url: string }[] {
  return logs
    .filter(({ name }) => name.includes('.portolan/audit/'))
    .flatMap((key) => (addresses.has(key) ? [{ key, url: addresses.get(key)! }] : []))
    .sort((left, right) => (left.key.name < right.key.name ? 1 : -1))
}

/**
 * Looks once for a newer co-signed checkpoint and goes on to it. What was seen is never left for less: the new one
 * begins with all leaves of it, or the log has two faces, and the proof of that is kept.
 *
 * It costs the link the note, some hundred octets for each witness; where the log has grown, the tiles at its edge, of
 * 8 KiB at most each; and once for each half-year the bundle with its first leaf.
 * @throws Fault LOG, UNREACHABLE: what was expected of the log and what came
 */
export async function look(policy: Policy, files: QuorumFiles, clocks: Clocks): Promise<void> {
  const watched = watchedBy(policy)
  if (watched.length === 0) throw broken('expected an audit log with its address in the policy, got none')
  const seen = await files.seen()
  const last = watched.findIndex(({ key }) => nameOf(key) in seen)
  // A half-year that has ended is not looked at again: its receipts are matched by `audit reconcile`.
  for (const { key, url } of last < 0 ? watched : watched.slice(0, last + 1)) {
    const source = urlSource(url)
    const bytes = await source.read('cosigned', MOST_NOTE).catch((error: unknown) => {
      if (error instanceof Missing) return null
      throw error
    })
    if (bytes === null) continue
    const opened = openCheckpoint(bytes, [key], policy.witnesses)
    return goOn({ ...opened, name: nameOf(key), source, policy }, files, clocks)
  }
  throw broken(`expected a co-signed checkpoint at ${watched[0]!.url}, got none`)
}

type Found = { name: string; checkpoint: Checkpoint; signers: Signers; source: LogSource; policy: Policy }

async function goOn(found: Found, files: QuorumFiles, clocks: Clocks): Promise<void> {
  const { name, checkpoint, signers, source, policy } = found
  const prover = proverOf(source, checkpoint)
  for (;;) {
    const former = (await files.seen())[name] ?? null
    if (former) await expectContinues(former, checkpoint, prover, files)
    const signed = quorumSince(policy, signers)
    if (signed === null) throw lacking(checkpoint, signers)
    const { clock, now } = clocks
    const since = signed * 1_000
    // The server takes no such signature either: it would vouch for longer than others.
    if (since > now() + AHEAD) throw broken(`expected signatures of now, got some of ${isoOf(since)}`)
    if (former && checkpoint.size === parsed(former).size && since <= former.since) return
    const base = former?.base ?? (await baseOf(checkpoint, prover))
    const next = { checkpoint: checkpoint.bytes.toString(), since, deskSince: since + clock() - now(), base }
    // Another program of this home may have gone on meanwhile: then this one is held against what that one saw.
    if (await files.advance(name, former, next)) return
  }
}

async function expectContinues(
  seen: Seen,
  newer: Checkpoint,
  prover: Prover,
  files: QuorumFiles,
): Promise<void> {
  const former = parsed(seen)
  // Whoever serves it may be behind; what it has lost nobody can prove from what is left.
  if (newer.size < former.size)
    throw broken(
      `expected at least the ${former.size} leaves of ${newer.origin} seen before, got ${newer.size}`,
    )
  if ((await prover.consistency(former)) !== null) return
  const proof = await fraudOf(former, newer, prover)
  if (proof === null)
    throw broken(`expected tiles of ${newer.origin} that prove that it only grew, got others`)
  throw forked(await files.accuse(proof, hash('sha256', proof, 'hex').slice(0, 16)))
}

const parsed = ({ checkpoint }: Seen): Checkpoint => parseCheckpoint(Buffer.from(checkpoint))

/** Each leaf says its own place in the whole log; the tree's first one is proven by its path. */
async function baseOf({ size }: Checkpoint, prover: Prover): Promise<number | null> {
  if (size === 0) return null
  const { entry } = await prover.inclusion(0)
  const leaf = decodeLeaf(entry)
  if (leaf) return leaf.index
  throw broken('expected an audit record at the beginning of the log, got something else')
}

function lacking({ origin, size }: Checkpoint, signers: Signers): Fault {
  const names = [...signers].flatMap(([{ name }, { time }]) => (time === null ? [] : [name]))
  return broken(
    `expected a quorum for the ${size} leaves of ${origin}, got ${names.join(', ') || 'no witness'}`,
  )
}

/** The log has signed two histories. `proof` names the file that proves it to anybody. */
export const forked = (proof: string): Fault =>
  new Fault('LOG', `expected one history of the log, got two that it has signed, as ${proof} proves`)

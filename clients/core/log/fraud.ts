import * as z from 'zod'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import type { VerifierKey } from './note.ts'
import type { Prover } from './prove.ts'
import { readHash } from './text.ts'
import { broken, rootsByConsistency, same } from './tree.ts'

/**
 * Two checkpoints that one log has signed and that cannot both be: of one size with two roots, or of two sizes where
 * `path` leads to the newer root and, on the way, to another older root than the one signed. Nobody needs to be asked.
 */
const FraudFile = z.strictObject({
  type: z.literal('portolan-log-fraud/v1'),
  older: z.string(),
  newer: z.string(),
  path: z.array(z.string()).max(64),
})

const MOST_OCTETS = 1_048_576

export type Fraud = { older: Checkpoint; newer: Checkpoint }

const ordered = (one: Checkpoint, other: Checkpoint): [Checkpoint, Checkpoint] =>
  one.size <= other.size ? [one, other] : [other, one]

/** The fraud proof of two checkpoints of one log and one size with two roots: they need nothing beside them. */
export const fraudOfOneSize = (one: Checkpoint, other: Checkpoint): Buffer => write(one, other, [])

/**
 * The fraud proof of two checkpoints, whichever is the newer, or null where they agree. `prover` reads the tiles of
 * the larger tree, and is not asked where both are of one size. @throws Fault LOG where those tiles prove nothing
 */
export async function fraudOf(one: Checkpoint, other: Checkpoint, prover: Prover): Promise<Buffer | null> {
  if (one.origin !== other.origin)
    throw broken(`expected two checkpoints of ${one.origin}, got one of ${other.origin}`)
  const [older, newer] = ordered(one, other)
  if (older.size === 0) return null
  if (older.size === newer.size) return same(older.root, newer.root) ? null : fraudOfOneSize(older, newer)
  const path = await prover.wholeConsistency(older.size)
  const roots = rootsByConsistency(older.size, newer.size, path)
  if (!roots || !same(roots.newer, newer.root))
    throw broken(`expected tiles that lead to the root of ${newer.size} leaves, got others`)
  return same(roots.older, older.root) ? null : write(older, newer, path)
}

function write(older: Checkpoint, newer: Checkpoint, path: Uint8Array[]): Buffer {
  const file: z.infer<typeof FraudFile> = {
    type: 'portolan-log-fraud/v1',
    older: older.bytes.toString(),
    newer: newer.bytes.toString(),
    path: path.map((hash) => Buffer.from(hash).toString('base64')),
  }
  return Buffer.from(`${JSON.stringify(file, null, 2)}\n`)
}

export const isFraud = (bytes: Uint8Array): boolean => bytes[0] === 0x7b

/**
 * Confirms a fraud proof: both checkpoints are signed by a known key of one log, and they cannot both be.
 * @throws Fault LOG where it proves nothing
 */
export function openFraud(bytes: Uint8Array, logs: readonly VerifierKey[]): Fraud {
  const file = read(bytes)
  const [older, newer] = [file.older, file.newer].map(
    (text) => openCheckpoint(Buffer.from(text), logs).checkpoint,
  ) as [Checkpoint, Checkpoint]
  if (older.origin !== newer.origin)
    throw broken(`expected two checkpoints of ${older.origin}, got one of ${newer.origin}`)
  const path = file.path.map((line) => readHash(line, 'a hash of the path'))
  if (!isProven(older, newer, path))
    throw broken('expected two checkpoints that cannot both be, got two that can')
  return { older, newer }
}

function isProven(older: Checkpoint, newer: Checkpoint, path: Uint8Array[]): boolean {
  if (older.size === newer.size) return path.length === 0 && !same(older.root, newer.root)
  const roots = rootsByConsistency(older.size, newer.size, path)
  return roots !== null && same(roots.newer, newer.root) && !same(roots.older, older.root)
}

function read(bytes: Uint8Array): z.infer<typeof FraudFile> {
  try {
    if (bytes.length <= MOST_OCTETS) return FraudFile.parse(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    // Falls through to the one fault for every file that is something else.
  }
  throw broken('expected a fraud proof, got another file')
}

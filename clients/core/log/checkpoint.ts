import { type Note, parseNote, type Signers, signersOf, type VerifierKey } from './note.ts'
import { readHash, readNumber } from './text.ts'
import { broken, emptyRoot, type Head, same } from './tree.ts'

/** A signed tree head: `note` is the whole of it, octet for octet, to be kept and handed on. */
export type Checkpoint = Head & { origin: string; root: Buffer; note: Note; bytes: Buffer }

/** Reads a checkpoint (C2SP tlog-checkpoint) whatever its signatures are worth. The bytes are hostile. @throws Fault LOG */
export function parseCheckpoint(bytes: Uint8Array): Checkpoint {
  const note = parseNote(bytes)
  const lines = note.text.slice(0, -1).split('\n')
  const [origin, size, root] = lines
  if (!origin || size === undefined || root === undefined || lines.includes(''))
    throw broken('expected a checkpoint of origin, size and root, got another text')
  const head = { size: readNumber(size, 'the size'), root: readHash(root, 'the root') }
  if (head.size === 0 && !same(head.root, emptyRoot()))
    throw broken('expected the root of an empty log at size 0, got another')
  return { origin, ...head, note, bytes: Buffer.from(bytes) }
}

/**
 * The checkpoint and all known keys that signed it. A log's key speaks for the origin of its own name only.
 * @throws Fault LOG where no log of `logs` signed, or a signature of a known key does not hold.
 */
export function openCheckpoint(
  bytes: Uint8Array,
  logs: readonly VerifierKey[],
  witnesses: readonly VerifierKey[] = [],
): { checkpoint: Checkpoint; signers: Signers } {
  const checkpoint = parseCheckpoint(bytes)
  const own = logs.filter(({ name }) => name === checkpoint.origin)
  const signers = signersOf(checkpoint.note, [...own, ...witnesses])
  if (own.some((key) => signers.has(key))) return { checkpoint, signers }
  throw broken(`expected a checkpoint that a known key of its log signed, got one of ${checkpoint.origin}`)
}

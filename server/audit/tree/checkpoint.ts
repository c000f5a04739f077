import { base64, isSignedBy, type NoteSigner, type NoteVerifier, readNote, signNote } from './note.ts'

/** What a checkpoint says of a log: how many leaves, and the root over them. */
export type Head = { size: number; root: Buffer }

/** C2SP tlog-checkpoint, under the origin that is the first signer's name, with a line of every signer. */
export function signCheckpoint(
  { size, root }: Head,
  signers: readonly [NoteSigner, ...NoteSigner[]],
): Buffer {
  return signNote(Buffer.from(`${signers[0].name}\n${size}\n${root.toString('base64')}\n`), signers)
}

/**
 * The head in a checkpoint of this log's own, or null when it is not one: another origin, no good signature of its key, or
 * a word more than the writer puts there. Lines of other keys are passed over, be they witnesses' or another algorithm's.
 */
export function readCheckpoint(bytes: Buffer, verifier: NoteVerifier): Head | null {
  const note = readNote(bytes)
  if (!note || !isSignedBy(note, verifier)) return null
  const [origin, size, root, ...rest] = note.text.toString('utf8').split('\n')
  const hash = base64(root ?? '')
  if (origin !== verifier.name || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || rest.join() !== '') return null
  return hash?.length === 32 && Number.isSafeInteger(Number(size)) ? { size: Number(size), root: hash } : null
}

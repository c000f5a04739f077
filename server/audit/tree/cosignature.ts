import { verify } from 'node:crypto'
import { KEY_TYPES, type PublicKey, publicKeyOf, type SignatureLine, signatureText } from './note.ts'

// C2SP tlog-cosignature, `cosignature/v1` by Ed25519: that a witness has seen this checkpoint as the largest of its log,
// and when.

export type WitnessKey = PublicKey

/** A signature line of a witness, and the time that it states (ms). */
export type Cosignature = { line: string; time: number }

/** The key of `name+id+key`. Throws CONFIG. */
export const witnessKeyOf = (vkey: string): WitnessKey => publicKeyOf(vkey, KEY_TYPES.witness)

/**
 * What this witness has signed of a checkpoint's text, or null where it has not, or a signature of its key does not hold.
 * Lines of other keys are passed over.
 */
export function cosignatureIn(
  lines: readonly SignatureLine[],
  text: Buffer,
  key: WitnessKey,
): Cosignature | null {
  const own = lines.filter(({ name, id }) => name === key.name && id.equals(key.id))
  const read = own.map((line) => ({ line: signatureText(line), time: timeIn(line.signature, text, key) }))
  return read.every((one): one is Cosignature => one.time !== null) ? (read[0] ?? null) : null
}

/** The last second that a calendar has. */
const MOST_SECONDS = 8_640_000_000_000n

function timeIn(signature: Buffer, text: Buffer, { key }: WitnessKey): number | null {
  if (signature.length !== 8 + 64) return null
  const seconds = signature.readBigUInt64BE()
  if (seconds > MOST_SECONDS) return null
  const signed = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), text])
  return verify(null, signed, key, signature.subarray(8)) ? Number(seconds) * 1_000 : null
}

import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { decodeBase64, readText } from './text.ts'
import { broken } from './tree.ts'

/** What a signature says: the log's own over the text (0x01), or a witness's, with the time at which it signed (0x04). */
export const SIGNATURE_TYPES = { log: 0x01, witness: 0x04 } as const

/** A public key of C2SP signed-note: `<name>+<key id>+<base64 of type and key>`. */
export type VerifierKey = {
  name: string
  /** Four octets, in hexadecimal. Name and id together say which key signed. */
  id: string
  type: number
  publicKey: Buffer
  key: KeyObject
}

export type NoteSignature = { name: string; id: string; bytes: Buffer; line: string }

/** A text and the lines that sign it. Lines of keys that nobody here knows are kept as they are. */
export type Note = { text: string; signatures: NoteSignature[] }

/** The most octets of a note: 64 signatures fit, those of ML-DSA as well. */
export const MOST_NOTE = 262_144
const MOST_SIGNATURES = 64
const KEY_SIZE = 32
const SIGNATURE_SIZE = 64
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** Neither empty, nor with a space or a plus in it. */
export const isKeyName = (name: string): boolean => name !== '' && !/[+\p{White_Space}]/u.test(name)

/** @throws Fault LOG */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, material] = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/s.exec(text) ?? []
  const bytes = material === undefined ? null : decodeBase64(material)
  if (name === undefined || id === undefined || bytes === null || bytes.length === 0 || !isKeyName(name))
    throw broken('expected a public key as name+id+key, got something else')
  const type = bytes[0]!
  const publicKey = bytes.subarray(1)
  if (!Object.values<number>(SIGNATURE_TYPES).includes(type) || publicKey.length !== KEY_SIZE)
    throw broken(`expected the key of ${name} to be of Ed25519, got type ${type}`)
  if (keyIdOf(name, type, publicKey) !== id)
    throw broken(`expected the id that the key of ${name} makes, got ${id}`)
  return { name, id, type, publicKey, key: ed25519(publicKey) }
}

/** The first four octets of SHA-256(name ‖ newline ‖ type ‖ key), in hexadecimal. */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): string {
  const input = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey])
  return hash('sha256', input, 'hex').slice(0, 8)
}

const ed25519 = (publicKey: Uint8Array) =>
  createPublicKey({ key: Buffer.concat([ED25519_SPKI, publicKey]), format: 'der', type: 'spki' })

/** Reads a signed note whatever its signatures are worth. The bytes are hostile. @throws Fault LOG */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > MOST_NOTE) throw broken(`expected a note of at most ${MOST_NOTE} octets, got more`)
  const whole = readText(bytes, 'a signed note')
  // The last empty line parts the text from its signatures.
  const cut = whole.lastIndexOf('\n\n')
  const text = whole.slice(0, cut + 1)
  const signed = whole.slice(cut + 2)
  if (cut < 1 || signed === '' || !signed.endsWith('\n'))
    throw broken('expected a text, an empty line and signatures, got something else')
  const lines = signed.slice(0, -1).split('\n')
  if (lines.length > MOST_SIGNATURES)
    throw broken(`expected at most ${MOST_SIGNATURES} signatures, got ${lines.length}`)
  return { text, signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? []
  const bytes = encoded === undefined ? null : decodeBase64(encoded)
  if (name === undefined || bytes === null || bytes.length < 5 || !isKeyName(name))
    throw broken('expected a line of a signature, got something else')
  return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4), line }
}

/** Who has signed: each known key with, where it is a witness's, the POSIX second at which it did so first. */
export type Signers = Map<VerifierKey, { time: number | null }>

/**
 * Checks every signature of a key that is known; the others say nothing. Nobody may have signed: the map is then empty.
 * @throws Fault LOG where one of a known key does not hold: the note was altered, or never was what it says.
 */
export function signersOf(note: Note, keys: readonly VerifierKey[]): Signers {
  const signers: Signers = new Map()
  for (const signature of note.signatures)
    for (const key of keys) {
      if (key.name !== signature.name || key.id !== signature.id) continue
      const time = timeSigned(note, signature, key)
      const before = signers.get(key)?.time ?? null
      signers.set(key, { time: before === null || time === null ? time : Math.min(before, time) })
    }
  return signers
}

/** The time that a cosignature states, null for a signature of a log. */
function timeSigned(note: Note, { bytes }: NoteSignature, key: VerifierKey): number | null {
  if (key.type === SIGNATURE_TYPES.log) {
    if (bytes.length === SIGNATURE_SIZE && verify(null, Buffer.from(note.text), key.key, bytes)) return null
  } else if (bytes.length === 8 + SIGNATURE_SIZE) {
    const time = bytes.readBigUInt64BE()
    const isSafe = time <= BigInt(Number.MAX_SAFE_INTEGER)
    const message = cosignedMessage(note.text, time)
    if (isSafe && verify(null, message, key.key, bytes.subarray(8))) return Number(time)
  }
  throw broken(`expected a signature of ${key.name} that holds, got another`)
}

/** What a witness signs (C2SP tlog-cosignature, `cosignature/v1`): that it saw this checkpoint, and when. */
export const cosignedMessage = (text: string, time: bigint | number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)

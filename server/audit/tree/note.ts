import {
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { Fault } from '../../../schema/wire/fault.ts'

// C2SP signed-note: a text, an empty line, and one line for every signature.

/** Puts one signature on a note. Another algorithm is another of these: its line stands beside the first. */
export type NoteSigner = { name: string; id: Buffer; sign(text: Buffer): Buffer }

/** Knows one key's signatures. */
export type NoteVerifier = { name: string; id: Buffer; verify(text: Buffer, signature: Buffer): boolean }

/** A key in the hand of its owner, who also has to know his own signatures again. */
export type SigningKey = NoteSigner & NoteVerifier & { vkey: string; point: Buffer }

export type SignatureLine = { name: string; id: Buffer; signature: Buffer }
export type Note = { text: Buffer; lines: SignatureLine[] }

const ED25519 = 0x01
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** A new Ed25519 key: the private half as one line of text, and the public half as another. */
export function makeSigningKey(name: string): { skey: string; vkey: string } {
  if (!isKeyName(name)) throw badKey('a key name without spaces and plus signs')
  const seed = randomBytes(32)
  const point = pointOf(privateKeyOf(seed))
  return {
    skey: `PRIVATE+KEY+${keyText(name, point, seed)}`,
    vkey: keyText(name, point, point),
  }
}

/** The key of `PRIVATE+KEY+name+id+key`. Throws CONFIG: the message never shows the key. */
export function signingKeyOf(skey: string): SigningKey {
  const prefix = 'PRIVATE+KEY+'
  const { name, id, key: seed } = partsOf(skey.startsWith(prefix) ? skey.slice(prefix.length) : '')
  const key = privateKeyOf(seed)
  const point = pointOf(key)
  if (!keyId(name, point).equals(id)) throw badKey('a private key that fits its id')
  const vkey = keyText(name, point, point)
  return { ...verifierOf(vkey), vkey, point, sign: (text) => sign(null, text, key) }
}

/** The verifier of `name+id+key`. Throws CONFIG. */
export function verifierOf(vkey: string): NoteVerifier {
  const { name, id, key: point } = partsOf(vkey)
  if (!keyId(name, point).equals(id)) throw badKey('a public key that fits its id')
  const key = createPublicKey({ key: Buffer.concat([SPKI, point]), format: 'der', type: 'spki' })
  return {
    name,
    id,
    verify: (text, signature) => signature.length === 64 && verify(null, text, key, signature),
  }
}

/** `text` with a signature line of each signer, in their order. */
export function signNote(text: Buffer, signers: readonly NoteSigner[]): Buffer {
  const lines = signers.map(
    (signer) => `— ${signer.name} ${Buffer.concat([signer.id, signer.sign(text)]).toString('base64')}\n`,
  )
  return Buffer.concat([text, Buffer.from(`\n${lines.join('')}`)])
}

/** Takes a note apart, or gives null where it is none. Nothing is verified yet. */
export function readNote(bytes: Buffer): Note | null {
  const whole = bytes.toString('utf8')
  const split = whole.lastIndexOf('\n\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the specification forbids.
  if (!Buffer.from(whole).equals(bytes) || /[\0-\x09\x0b-\x1f]/.test(whole) || split < 0) return null
  const text = Buffer.from(whole.slice(0, split + 1))
  const rest = whole.slice(split + 2)
  if (!rest.endsWith('\n')) return null
  const lines = rest.slice(0, -1).split('\n').map(lineOf)
  return lines.every((line) => line !== null) ? { text, lines } : null
}

/** Whether the note carries a good signature of this key, and no bad one. */
export function isSignedBy({ text, lines }: Note, verifier: NoteVerifier): boolean {
  const own = lines.filter(({ name, id }) => name === verifier.name && id.equals(verifier.id))
  return own.length > 0 && own.every(({ signature }) => verifier.verify(text, signature))
}

function lineOf(line: string): SignatureLine | null {
  const match = /^— (\S+) (\S+)$/u.exec(line)
  const bytes = match && base64(match[2]!)
  if (!bytes || bytes.length < 5 || !isKeyName(match[1]!)) return null
  return { name: match[1]!, id: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Null unless it is written in the one way that these bytes have. */
export function base64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

function partsOf(text: string): { name: string; id: Buffer; key: Buffer } {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([^+]\S*)$/.exec(text)
  const key = match && base64(match[3]!)
  if (!key || !isKeyName(match[1]!) || key.length !== 33 || key[0] !== ED25519)
    throw badKey('a key of the form name+id+key for Ed25519')
  return { name: match[1]!, id: Buffer.from(match[2]!, 'hex'), key: key.subarray(1) }
}

const keyText = (name: string, point: Buffer, key: Buffer) =>
  `${name}+${keyId(name, point).toString('hex')}+${Buffer.concat([Buffer.of(ED25519), key]).toString('base64')}`

const keyId = (name: string, point: Buffer) =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), point]), 'buffer').subarray(
    0,
    4,
  )

const privateKeyOf = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })

const pointOf = (key: KeyObject) =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the specification forbids.
const isKeyName = (name: string) => /^[^\s+\0-\x1f\x85]+$/u.test(name)

const badKey = (expected: string) => new Fault('CONFIG', `expected ${expected}, got something else`)

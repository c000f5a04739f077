import {
  decrypt,
  decryptSessionKeys,
  enums,
  type PrivateKey,
  type PublicKey,
  readMessage,
  type SessionKey,
} from 'openpgp'
import type { z } from 'zod'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import {
  type Content,
  ENVELOPE_FIELDS,
  type Envelope,
  MessagePayload,
  type NoteContent,
  type NoteFacts,
  NotePayload,
} from '../../schema/wire/envelope.ts'
import { Fault, type FaultDetail, faultOf } from '../../schema/wire/fault.ts'
import { walk } from '../../schema/wire/packet.ts'
import { BoundedCompressedPacket } from './compressed-packet.ts'
import { openpgpConfig } from './openpgp-config.ts'
import { parse } from './parse.ts'

/** Whose key it is, by the verified directory: an office's own, or an officer's who acts for the office. */
export type Signer = { key: PublicKey; office: string; person?: string }
/**
 * Looks a signing key up by the fingerprint that the signature names, a primary key's or a subkey's, as of when it says it
 * was made. Null for a key that the directory does not know or holds revoked: then nothing opens.
 */
export type VerifyWith = (fingerprint: string, signedAt: Date) => Promise<Signer | null> | Signer | null

const config = { ...openpgpConfig, additionalAllowedPackets: [BoundedCompressedPacket] }

export type Reader = {
  ciphertext: Uint8Array
  /** Unlocked private keys of the reader's office. */
  decryptWith: PrivateKey[]
  verifyWith: VerifyWith
  /** The server's time, as login told it. */
  at: Date
}

export type MessageReader = Reader & {
  /** As the server gave it: compared field by field, never used. */
  envelope: Readonly<Record<string, unknown>>
  /** The reader's office: it must be one that the sender addressed. */
  office: string
  /** Fingerprints of earlier primary keys of the office: a message handed over to its successor was sealed to one of them. */
  predecessors?: string[]
  /** The highest sequence number seen from this sender. */
  last?: number
}

export type Warning =
  | { code: 'SEQUENCE_GAP'; expected: number; got: number }
  | { code: 'SEQUENCE_REPEATED'; expected: number; got: number }

export type SignedBy = { fingerprint: string; office: string; person?: string; at: Date }
export type OpenedMessage = {
  envelope: Envelope
  content: Content
  /** The sender's count of messages to each recipient, this one included. */
  sequence: Record<string, number>
  signer: SignedBy
  warnings: Warning[]
}
export type OpenedNote = { facts: NoteFacts; content: NoteContent; signer: SignedBy }

/**
 * Opens a message and believes nothing that stands only outside. Throws
 * - SEAL, one text for every cause, when it does not decrypt;
 * - SEAL when it is unsigned or signed by a key that the directory does not give its sender;
 * - ENVELOPE_MISMATCH with the path of each field that differs between the envelope outside and the payload inside, or
 *   whose reader the sender did not address.
 * A gap in the sequence is a warning: messages may still be on their way.
 */
export async function openMessage(reader: MessageReader): Promise<OpenedMessage> {
  const { payload, signer } = await openPayload(reader, MessagePayload)
  const { envelope, content, sequence } = payload
  matchFields(envelope, reader.envelope, ENVELOPE_FIELDS)
  checkSigner(signer, envelope.sender, 'sender')
  checkAddressed(reader, payload.recipientFingerprints, [envelope.sender, ...envelope.recipients])
  checkProfile(reader.ciphertext, envelope.profile)
  return { envelope, content, sequence, signer, warnings: sequenceWarnings(payload, reader) }
}

/** Opens the note of a report; `facts` are those that the reader has from elsewhere, each of which must stand inside too. */
export async function openNote(reader: Reader & { facts: Partial<NoteFacts> }): Promise<OpenedNote> {
  const { payload, signer } = await openPayload(reader, NotePayload)
  const { facts, content } = payload
  matchFields(facts, reader.facts, Object.keys(reader.facts) as (keyof NoteFacts)[])
  checkSigner(signer, facts.office, 'office')
  checkProfile(reader.ciphertext, facts.profile)
  return { facts, content, signer }
}

export async function openPayload<T extends z.ZodType>(
  reader: Reader,
  shape: T,
): Promise<{ payload: z.output<T>; signer: SignedBy }> {
  walk(reader.ciphertext)
  const sealed = await decryptOnce(reader)
  const signer = await findSigner(sealed, reader.verifyWith)
  const octets = await verified(reader, sealed, signer)
  return { payload: parse(shape, fromJson(octets), []), signer: signer.by }
}

type Sealed = { sessionKeys: SessionKey[]; signatures: Awaited<ReturnType<typeof decrypt>>['signatures'] }

/** Decrypts, keeps only who claims to have signed, and lets the content go: it is read once its signer is known. */
async function decryptOnce({ ciphertext, decryptWith, at }: Reader): Promise<Sealed> {
  try {
    const message = await readMessage({ binaryMessage: ciphertext, config })
    // For SEIPDv2 the algorithm is null, for the data packet names it; the types of the library do not say so.
    const sessionKeys = (await decryptSessionKeys({
      message,
      decryptionKeys: decryptWith,
      date: at,
      config,
    })) as SessionKey[]
    const again = await readMessage({ binaryMessage: ciphertext, config })
    const { signatures } = await decrypt({
      message: again,
      sessionKeys,
      format: 'binary',
      date: at,
      config,
    })
    return { sessionKeys, signatures }
  } catch {
    // A wrong key, a broken integrity check, a bomb, a malformed inside: whoever sent it learns nothing from which it was.
    fail('expected a message that opens with this key, got one that does not')
  }
}

type Found = Signer & { by: SignedBy }

async function findSigner({ signatures }: Sealed, verifyWith: VerifyWith): Promise<Found> {
  if (signatures.length !== 1) fail(`expected one signature, got ${signatures.length}`)
  const packet = (await signatures[0]!.signature).packets[0]
  if (packet?.signatureType !== enums.signature.binary)
    fail('expected a signature over binary data, got another type')
  const { issuerFingerprint, created } = packet
  if (!issuerFingerprint || !created)
    fail('expected a signature that names its key and time, got one that does not')
  const fingerprint = Buffer.from(issuerFingerprint).toString('hex')
  const signer = await verifyWith(fingerprint, created)
  if (!signer) fail('expected a signer whom the directory knows, got an unknown or revoked key')
  const { office, person } = signer
  return { ...signer, by: { fingerprint, office, at: created, ...(person !== undefined && { person }) } }
}

/** Signatures are made by a clock that follows the server's; one in flight may still look early. */
const SKEW_MS = 120_000

async function verified(
  { ciphertext, at }: Reader,
  { sessionKeys }: Sealed,
  signer: Found,
): Promise<Uint8Array> {
  try {
    const message = await readMessage({ binaryMessage: ciphertext, config })
    const { data, signatures } = await decrypt({
      message,
      sessionKeys,
      verificationKeys: signer.key,
      expectSigned: true,
      format: 'binary',
      date: new Date(at.getTime() + SKEW_MS),
      config,
    })
    await signatures[0]!.verified
    return data
  } catch {
    fail(`expected a valid signature of ${signer.office}, got a broken or expired one`)
  }
}

function fromJson(octets: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets))
  } catch {
    throw new Fault('BAD_INPUT', 'expected a payload in JSON, got other octets')
  }
}

/** All that differ come back together, each by its name. */
export function matchFields<T extends object>(
  inside: T,
  outside: Readonly<Record<string, unknown>>,
  fields: (keyof T & string)[],
): void {
  const wrong = fields.filter((field) => text(inside[field]) !== text(outside[field]))
  if (wrong.length === 0) return
  throw faultOf(
    wrong.map(
      (field): FaultDetail => ({
        code: 'ENVELOPE_MISMATCH',
        message: `${field}: expected ${text(inside[field])} as signed, got ${text(outside[field])}`,
        path: [field],
      }),
    ),
  )
}

/** One text for one value; GraphQL says null for what is not there, and a set has no order. */
function text(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  return canonical((Array.isArray(value) ? [...value].sort() : value) as Json)
}

export function checkSigner(signer: SignedBy, office: string, field: string): void {
  if (signer.office !== office)
    mismatch(field, `expected a signature of ${office}, got one of ${signer.office}`)
}

/** Detects surreptitious forwarding: a recipient can wrap a signed message anew for a third party, and it still verifies. */
function checkAddressed(reader: MessageReader, fingerprints: string[], audience: string[]): void {
  if (!audience.includes(reader.office))
    mismatch('recipients', `expected ${reader.office} among them, got ${audience.join(', ')}`)
  const own = [...reader.decryptWith.map((key) => key.getFingerprint()), ...(reader.predecessors ?? [])]
  if (!own.some((fingerprint) => fingerprints.includes(fingerprint)))
    mismatch(
      'recipientFingerprints',
      `expected a key of ${reader.office} among those the sender sealed to, got none`,
    )
}

export function checkProfile(ciphertext: Uint8Array, profile: string): void {
  const found = walk(ciphertext).profile
  if (found !== profile) mismatch('profile', `expected ${profile} as signed, got ${found}`)
}

function sequenceWarnings({ sequence }: MessagePayload, { office, last }: MessageReader): Warning[] {
  const got = sequence[office]
  if (got === undefined || last === undefined) return []
  const expected = last + 1
  if (got === expected) return []
  return [{ code: got > expected ? 'SEQUENCE_GAP' : 'SEQUENCE_REPEATED', expected, got }]
}

function mismatch(field: string, message: string): never {
  throw new Fault('ENVELOPE_MISMATCH', `${field}: ${message}`, { path: [field] })
}

function fail(message: string): never {
  throw new Fault('SEAL', message)
}

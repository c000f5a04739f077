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
import { parse } from './parse.ts'
import { type Reader, type SignedBy, type Unsealed, unseal } from './unseal.ts'

export type { Reader, SignedBy, Signer, VerifyWith } from './unseal.ts'

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
 * - SEAL with the flaw as its path, as `unseal` says;
 * - ENVELOPE_MISMATCH with the path of each field that differs between the envelope outside and the payload inside: a message
 *   replayed under another case has the path `case`, one of another signer `sender`;
 * - ENVELOPE_MISMATCH with the path `reader` when the sender did not address the reader's office, and `recipientFingerprints` when
 *   he sealed it to none of the office's keys: somebody else forwarded it behind his back.
 * A gap in the sequence is a warning: messages may still be on their way.
 */
export async function openMessage(reader: MessageReader): Promise<OpenedMessage> {
  const { payload, signer, profile } = await openPayload(reader, MessagePayload)
  const { envelope, content, sequence } = payload
  matchFields(envelope, reader.envelope, ENVELOPE_FIELDS)
  checkSigner(signer, envelope.sender, 'sender')
  checkAddressed(reader, payload.recipientFingerprints, [envelope.sender, ...envelope.recipients])
  checkProfile(profile, envelope.profile)
  return { envelope, content, sequence, signer, warnings: sequenceWarnings(payload, reader) }
}

/** Opens the note of a report; `facts` are those that the reader has from elsewhere, each of which must stand inside too. */
export async function openNote(reader: Reader & { facts: Partial<NoteFacts> }): Promise<OpenedNote> {
  const { payload, signer, profile } = await openPayload(reader, NotePayload)
  const { facts, content } = payload
  matchFields(facts, reader.facts, Object.keys(reader.facts) as (keyof NoteFacts)[])
  checkSigner(signer, facts.office, 'office')
  checkProfile(profile, facts.profile)
  return { facts, content, signer }
}

export async function openPayload<T extends z.ZodType>(
  reader: Reader,
  shape: T,
): Promise<Omit<Unsealed, 'octets'> & { payload: z.output<T> }> {
  const { octets, ...unsealed } = await unseal(reader)
  return { ...unsealed, payload: parse(shape, fromJson(octets), []) }
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
    mismatch('reader', `expected ${reader.office} among the recipients, got ${audience.join(', ')}`)
  const own = [...reader.decryptWith.map((key) => key.getFingerprint()), ...(reader.predecessors ?? [])]
  if (!own.some((fingerprint) => fingerprints.includes(fingerprint)))
    mismatch(
      'recipientFingerprints',
      `expected a key of ${reader.office} among those the sender sealed to, got none`,
    )
}

export function checkProfile(found: string, profile: string): void {
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

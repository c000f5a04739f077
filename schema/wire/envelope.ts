import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { base32, canonical, sha256 } from './canonical.ts'
import {
  ACCESSES,
  CHANNELS,
  EVIDENCE_USES,
  HANDLINGS,
  LANGUAGES,
  MESSAGE_TYPES,
  NECESSITIES,
  OFFERS,
  ONWARDS,
  PURPOSES,
  REFUSAL_REASONS,
  SENSITIVITIES,
  URGENCIES,
  URGENCY_REASONS,
} from './codes.ts'
import { wrongIn } from './envelope-rules.ts'
import { MAX_RECIPIENTS } from './packet.ts'
import { OfficeCode } from './principal.ts'

// An envelope holds the routing facts of a sealed message: the server reads them, and the recipient finds every one of
// them again inside the signed payload. A note is the sealed text of a report; its routing facts are the report's.

/** 128 random bits in Crockford base32, one spelling: the client makes it before anything leaves his machine. */
export const ObjectId = z
  .string()
  .regex(/^[0-9a-hjkmnp-tv-z]{25}[048cgmrw]$/, 'expected an object id of 26 characters')
export const newObjectId = (): string => base32(randomBytes(16))

/** Unique and in one order, so that equal sets are equal texts. */
export function setOf<T extends z.ZodType<string>>(item: T, min: number, max: number) {
  return z
    .array(item)
    .min(min)
    .max(max)
    .refine((items) => new Set(items).size === items.length, 'expected each once')
    .overwrite((items) => [...items].sort())
}

/** A reference that a machine may read: without spaces, so that it holds no sentence and hardly a name. */
const Reference = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9/._-]{0,79}$/, 'expected a case reference without spaces')
/** A law or agreement, never a name: `EU-2023/977-art.4`, `NE-loi-2015-36`. It stands in the clear. */
export const LegalBasis = z
  .string()
  .regex(
    /^[A-Z]{2}-[A-Za-z0-9./():-]{1,117}$/,
    'expected a legal basis such as EU-2023/977-art.4, without spaces',
  )
export const Profile = z.enum(['compat', 'modern'])
export type Profile = z.infer<typeof Profile>

/** Files of one message that are uploaded in chunks. */
const MAX_FILES = 20

/** What was passed on: the object that the content comes from, whose it is, and his consent where one is needed. */
const OnwardOf = z.strictObject({
  object: ObjectId,
  originator: OfficeCode,
  /** The message through which the sender had it, where he was passed it himself. */
  via: ObjectId.optional(),
  consent: ObjectId.optional(),
})
export type OnwardOf = z.infer<typeof OnwardOf>

/** What an originator agrees to: that these offices are passed this object. */
const Consents = z.strictObject({ object: ObjectId, to: setOf(OfficeCode, 1, MAX_RECIPIENTS - 1) })

export const Envelope = z
  .strictObject({
    id: ObjectId,
    type: z.enum(MESSAGE_TYPES),
    /** The id of the message that opened the thread. */
    thread: ObjectId,
    inReplyTo: ObjectId.optional(),
    urgency: z.enum(URGENCIES),
    urgencyReason: z.enum(URGENCY_REASONS).optional(),
    access: z.enum(ACCESSES).optional(),
    /** By the rule of `due.ts`, or later; only where something is asked. */
    dueAt: z.iso.datetime().optional(),
    sender: OfficeCode,
    recipients: setOf(OfficeCode, 1, MAX_RECIPIENTS - 1),
    handling: setOf(z.enum(HANDLINGS), 1, HANDLINGS.length),
    sensitivity: z.enum(SENSITIVITIES),
    evidenceUse: z.enum(EVIDENCE_USES),
    onward: z.enum(ONWARDS),
    purpose: z.enum(PURPOSES),
    legalBasis: LegalBasis.optional(),
    /** Why a request cannot do without; the words for it are sealed, because they may name. */
    necessity: z.enum(NECESSITIES).optional(),
    case: Reference.optional(),
    otherChannel: z.strictObject({ channel: z.enum(CHANNELS), reference: Reference }).optional(),
    refusal: z.enum(REFUSAL_REASONS).optional(),
    offer: z.enum(OFFERS).optional(),
    /** What a hit notice is about: both offices have its id, and no other. */
    hit: ObjectId.optional(),
    /** Messages that a correction, an erasure notice, an acknowledgement or a request to pass on speaks of. */
    concerns: setOf(ObjectId, 1, 50).optional(),
    onwardOf: OnwardOf.optional(),
    consents: Consents.optional(),
    created: z.iso.datetime(),
    /** `compat`: v4 keys and SEIPDv1, which gpg and sq read. `modern`: v6 keys and SEIPDv2. */
    profile: Profile,
    /** Objects that were uploaded in chunks for the same offices; they are served from this message on. */
    attachments: setOf(ObjectId, 1, MAX_FILES).optional(),
  })
  .superRefine((envelope, ctx) => {
    for (const [field, message] of wrongIn(envelope)) ctx.addIssue({ code: 'custom', path: [field], message })
  })
export type Envelope = z.infer<typeof Envelope>
export type EnvelopeField = keyof Envelope

/** Every field of an envelope, in one order: each is matched between outside and inside. */
export const ENVELOPE_FIELDS = Object.keys(Envelope.shape) as EnvelopeField[]

/** The offices whose keys the message is encrypted to: the recipients and the sender, who must read his own. */
export function audienceOf(envelope: Pick<Envelope, 'sender' | 'recipients'>): string[] {
  return [...envelope.recipients, envelope.sender].sort()
}

const Fingerprint = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a fingerprint in lower-case hex')

/** A name, number or document that belongs to an entity of the graph, which itself never holds one (law 5). */
const Identifier = z.strictObject({
  entity: z.string().min(1).max(60),
  kind: z.string().regex(/^[A-Z][A-Z0-9_]{0,39}$/, 'expected a code such as PHONE'),
  value: z.string().min(1).max(500),
})
export type Identifier = z.infer<typeof Identifier>

/** A file name that stays inside the folder where a reader saves it, whoever wrote it. */
/** What every file system takes, and no terminal is troubled by. */
export const FileName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^/\\:*?"<>|\p{Cc}\p{Cf}]+$/u, 'expected a plain file name')
  .refine((name) => !name.startsWith('.') && !/[. ]$/.test(name), 'expected a plain file name')

const MediaType = z
  .string()
  .max(100)
  .regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/, 'expected a media type')

const Attachment = z.strictObject({ name: FileName, type: MediaType, bytes: z.base64() })
export type Attachment = z.infer<typeof Attachment>

/** Octets of one file that is sealed in chunks: 2 GiB. */
export const MAX_FILE = 2 ** 31
export const MAX_CHUNKS = 256
/** Octets of plain text in a chunk, a power of two, so that a cut costs little on a weak link and 2 GiB have few chunks. */
export const CHUNK_SIZES = { least: 2 ** 18, most: 2 ** 23 }

/**
 * A file whose chunks travel apart from the message: what is signed is the hash of each, in order, so that none can be
 * left out, exchanged or put elsewhere. Zeros that follow the file's end in its last chunk hide its length.
 */
const SealedFile = z
  .strictObject({
    object: ObjectId,
    name: FileName,
    type: MediaType,
    size: z.int().min(0).max(MAX_FILE),
    chunkSize: z.int().min(CHUNK_SIZES.least).max(CHUNK_SIZES.most),
    /** SHA-256 of the plain text of each chunk, base64. */
    chunks: z.array(z.base64().length(44)).min(1).max(MAX_CHUNKS),
  })
  .refine(({ size, chunkSize, chunks }) => size <= chunkSize * chunks.length, {
    error: 'expected a hash for each chunk of the file',
    path: ['chunks'],
  })
export type SealedFile = z.infer<typeof SealedFile>

export const Content = z.strictObject({
  language: z.enum(LANGUAGES),
  text: z.string().max(300_000),
  /** What H3 restricts, in words. It is sealed because words may name. */
  handlingText: z.string().min(1).max(2_000).optional(),
  /** Why the request is needed, in words: its facts, the offence, and what ties the persons to it. Sealed, because it names. */
  necessityText: z.string().min(1).max(5_000).optional(),
  attachments: z.array(Attachment).max(50).default([]),
  files: z.array(SealedFile).max(MAX_FILES).optional(),
  identifiers: z.array(Identifier).max(500).default([]),
})
export type Content = z.infer<typeof Content>

const padding = z.string().regex(/^0*$/)

/** What is signed and sealed. `padding` brings its length to a Padmé class. */
export const MessagePayload = z
  .strictObject({
    format: z.literal('portolan.message.1'),
    envelope: Envelope,
    /** The count of messages from this sender to each recipient: a gap shows that one was withheld. */
    sequence: z.record(OfficeCode, z.int().min(1)),
    /** Primary keys of the whole audience: who is not named here was forwarded the message behind the sender's back. */
    recipientFingerprints: setOf(Fingerprint, 1, MAX_RECIPIENTS),
    content: Content,
    padding,
  })
  .superRefine(({ envelope, sequence, content }, ctx) => {
    const wrong = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message })
    if (Object.keys(sequence).sort().join() !== envelope.recipients.join())
      wrong(['sequence'], 'expected one number for each recipient')
    const objects = (content.files ?? []).map(({ object }) => object).sort()
    if (objects.join() !== (envelope.attachments ?? []).join())
      wrong(['content', 'files'], 'expected the attachments of the envelope and no others')
    if (envelope.handling.includes('H3') && !content.handlingText)
      wrong(['content', 'handlingText'], 'expected the restriction in words, for handling has H3')
    if (envelope.type === 'REQUEST' && !content.necessityText)
      wrong(['content', 'necessityText'], 'expected why the request is needed, in words')
  })
export type MessagePayload = z.infer<typeof MessagePayload>

/**
 * The routing facts of a sealed note: `report` is the idempotency key under which its office submits the report.
 * Its audience stands nowhere inside: a release set is shown to its originator only.
 */
export const NoteFacts = z.strictObject({
  id: ObjectId,
  report: z.string().regex(/^[A-Za-z0-9._:-]{8,80}$/, 'expected a report key'),
  office: OfficeCode,
  created: z.iso.datetime(),
  profile: Profile,
})
export type NoteFacts = z.infer<typeof NoteFacts>

export const NoteContent = Content.pick({ language: true, text: true, identifiers: true })
export type NoteContent = z.infer<typeof NoteContent>

export const NotePayload = z.strictObject({
  format: z.literal('portolan.note.1'),
  facts: NoteFacts,
  content: NoteContent,
  padding,
})
export type NotePayload = z.infer<typeof NotePayload>

/** `version` is 1, and grows when session keys are wrapped anew for a successor; the data packet stays. */
export type Upload = { ciphertext: Uint8Array; audience: string[]; object: string; version: number }

/**
 * The octets that an uploader signs, detached: this ciphertext, for these offices, as this object. The first member
 * keeps the signature from serving as one over anything else that the same key signs.
 */
export function uploadStatement({ ciphertext, ...upload }: Upload): Uint8Array {
  return digestStatement(sha256(ciphertext).toString('hex'), upload)
}

/** The same for who has the SHA-256 of the ciphertext already, in hex. */
export function digestStatement(
  digest: string,
  { audience, object, version }: Omit<Upload, 'ciphertext'>,
): Uint8Array {
  const statement = {
    statement: 'portolan.upload.1',
    ciphertext: digest,
    audience: [...audience].sort(),
    object,
    version,
  }
  return Buffer.from(canonical(statement))
}

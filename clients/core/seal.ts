import { createMessage, encrypt, type PrivateKey, type PublicKey, sign } from 'openpgp'
import type { z } from 'zod'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import {
  audienceOf,
  type Content,
  Envelope,
  MessagePayload,
  type NoteContent,
  NoteFacts,
  NotePayload,
  type Upload,
  uploadStatement,
} from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { type Holder, officeOf } from '../../schema/wire/holder.ts'
import { MAX_CIPHERTEXT, MAX_RECIPIENTS, type Packets, shapeOf } from '../../schema/wire/packet.ts'
import { openpgpConfig, wholeConfig } from './openpgp-config.ts'
import { padme } from './pad.ts'
import { parse } from './parse.ts'

/** Whose key it is, and the public key, taken from the verified directory just now. */
export type Recipient = { holder: Holder; key: PublicKey }
export type Sealed = { ciphertext: Uint8Array; uploadSignature: string }

/** What a sender gives besides the key that signs. `at` is the server's time, as login told it. */
export type Outgoing = {
  envelope: z.input<typeof Envelope>
  content: z.input<typeof Content>
  /** The next number for each recipient, counted from 1. */
  sequence: Record<string, number>
  /** One key for each office of the audience, the sender's own included, and those of custodians and recovery. */
  to: Recipient[]
}

export type OutgoingNote = {
  facts: z.input<typeof NoteFacts>
  content: z.input<typeof NoteContent>
  to: Recipient[]
  /** The object that it becomes where it is sealed again; at first it is the note's own id. */
  object?: string
}

export type Signing = { signWith: PrivateKey; at: Date }

/**
 * Seals a message: checked, signed by an office or officer, padded, encrypted to every office of its audience, and
 * signed again for the upload. Throws BAD_INPUT for what is malformed, SEAL when any one key cannot be used; then nothing is sealed.
 */
export async function sealMessage({ signWith, at, ...outgoing }: Outgoing & Signing): Promise<Sealed> {
  const envelope = parse(Envelope, outgoing.envelope, ['envelope'])
  const payload = composeMessage(outgoing)
  return seal({ payload, to: outgoing.to, signWith, at, object: envelope })
}

/** Seals the note of a report in the same way, to the offices of its release. */
export async function sealNote({ signWith, at, ...outgoing }: OutgoingNote & Signing): Promise<Sealed> {
  const facts = parse(NoteFacts, outgoing.facts, ['facts'])
  const payload = composeNote(outgoing)
  const object = { id: outgoing.object ?? facts.id, profile: facts.profile }
  return seal({ payload, to: outgoing.to, signWith, at, object })
}

/**
 * The padded payload of a message, for an office that signs and encrypts it with gpg or sq instead. With
 * `gpg --compress-algo none` or `sq encrypt --compression none` the length class holds; compressed messages are
 * taken too, but their length tells more.
 */
export function composeMessage({ envelope, content, sequence, to }: Outgoing): Uint8Array {
  const checked = parse(Envelope, envelope, ['envelope'])
  const recipientFingerprints = fingerprintsOf(to, audienceOf(checked))
  const format = 'portolan.message.1'
  return pad(
    parse(MessagePayload, { format, envelope, sequence, recipientFingerprints, content, padding: '' }, []),
  )
}

/** The padded payload of a note, for gpg or sq. */
export function composeNote({ facts, content, to }: OutgoingNote): Uint8Array {
  const checked = parse(NoteFacts, facts, ['facts'])
  const offices = officesIn(to)
  if (!offices.includes(checked.office))
    fail(`expected a key of ${checked.office}, which writes the note, got none`)
  fingerprintsOf(to, [...new Set(offices)])
  return pad(parse(NotePayload, { format: 'portolan.note.1', facts, content, padding: '' }, []))
}

/** The detached signature that goes with an upload: also for a ciphertext that gpg or sq made. */
export async function signUpload(upload: Upload, { signWith, at }: Signing): Promise<string> {
  const message = await createMessage({ binary: uploadStatement(upload) })
  return sign({
    message,
    signingKeys: signWith,
    detached: true,
    format: 'armored',
    date: at,
    config: openpgpConfig,
  })
}

export type Routing = { id: string; profile: 'compat' | 'modern' }

/** Signs and encrypts a padded payload, and signs the upload. */
export async function seal(
  what: Signing & { payload: Uint8Array; to: Recipient[]; object: Routing },
): Promise<Sealed> {
  const { payload, to, object, signWith, at } = what
  for (const recipient of to) await checkKey(recipient, object.profile, at)
  const ciphertext = await encryptTo(what)
  checkShape(shapeOf(ciphertext), object, to)
  if (ciphertext.length > MAX_CIPHERTEXT)
    throw new Fault(
      'TOO_LARGE',
      `expected at most ${MAX_CIPHERTEXT} octets, got ${ciphertext.length} for ${payload.length} of content`,
    )
  const upload = {
    ciphertext,
    audience: officesIn(to),
    object: object.id,
    version: 1,
  }
  return { ciphertext, uploadSignature: await signUpload(upload, { signWith, at }) }
}

/** A key that cannot be encrypted to stops the whole message: a recipient left out in silence would never know. */
export async function checkKey(
  { holder, key }: Recipient,
  profile: Routing['profile'],
  at: Date,
): Promise<void> {
  const version = profile === 'compat' ? 4 : 6
  if (key.keyPacket.version !== version)
    fail(`expected a version ${version} key of ${holder}, got version ${key.keyPacket.version}`)
  const usable = await key.getEncryptionKey(undefined, at, undefined, wholeConfig).catch(() => null)
  if (!usable) fail(`expected a valid encryption key of ${holder}, got an expired, revoked or missing one`)
  const { bits } = usable.getAlgorithmInfo()
  if (bits && bits > 4096) fail(`expected an RSA key of at most 4096 bits for ${holder}, got ${bits}`)
}

async function encryptTo(
  what: Signing & { payload: Uint8Array; to: Recipient[]; object: Routing },
): Promise<Uint8Array> {
  try {
    return await encrypt({
      message: await createMessage({ binary: what.payload }),
      encryptionKeys: what.to.map(({ key }) => key),
      signingKeys: what.signWith,
      format: 'binary',
      date: what.at,
      config: { ...openpgpConfig, aeadProtect: what.object.profile === 'modern' },
    })
  } catch {
    fail('expected keys that can sign and encrypt now, got one that cannot')
  }
}

/** What was really written: the library falls back to the older format in silence when one recipient lacks the newer. */
function checkShape(packets: Packets, { profile }: Routing, to: Recipient[]): void {
  if (packets.profile !== profile) fail(`expected profile ${profile}, got ${packets.profile}`)
  if (packets.pkesks.length !== to.length)
    fail(`expected ${to.length} recipients, got ${packets.pkesks.length}`)
}

function fingerprintsOf(to: Recipient[], audience: string[]): string[] {
  if (to.length > MAX_RECIPIENTS) fail(`expected at most ${MAX_RECIPIENTS} recipients, got ${to.length}`)
  const given = officesIn(to).sort()
  if (given.join() !== [...audience].sort().join())
    fail(`expected keys of ${audience.join(', ')}, got ${given.join(', ')}`)
  const fingerprints = to.map(({ key }) => key.getFingerprint())
  if (new Set(fingerprints).size !== to.length)
    fail('expected a key of its own for each holder, got one twice')
  return fingerprints
}

const officesIn = (to: Recipient[]): string[] =>
  to.map(({ holder }) => officeOf(holder)).filter((office) => office !== null)

/**
 * Zeros need no escape in JSON, so the text grows by exactly as many. They are put where the padding stands, for a second
 * text of a long message costs as much as its signature; no string can hold that member, its quotes would be escaped.
 */
export function pad(payload: { padding: string }): Uint8Array {
  const text = canonical({ ...payload, padding: '' } as Json)
  const at = text.indexOf(EMPTY) + EMPTY.length - 1
  const [head, tail] = [text.slice(0, at), text.slice(at)]
  const padded = Buffer.alloc(padme(Buffer.byteLength(text)), '0')
  padded.write(head)
  padded.write(tail, padded.length - Buffer.byteLength(tail))
  return padded
}

const EMPTY = '"padding":""'

function fail(message: string): never {
  throw new Fault('SEAL', message)
}

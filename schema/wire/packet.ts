import { Fault } from './fault.ts'
import { type Pkesk, readPkesk } from './pkesk.ts'
import { refuseReadable } from './randomness.ts'

/** Octets of ciphertext that the exchange takes in one message or note. */
export const MAX_CIPHERTEXT = 750 * 1024
/** Recipients of one message, the sender's own office included. */
export const MAX_RECIPIENTS = 64

const TAG_PKESK = 1
const TAG_SEIPD = 18

/** The encrypted data packet. `offset` is where its header starts; `length` counts its body without chunk headers. */
export type Seipd =
  | { version: 1; offset: number; length: number }
  | { version: 2; offset: number; length: number; cipher: number; aead: number; chunk: number }

/** A session key packet and where it stands: from its header's first octet to the one after its last. */
export type PlacedPkesk = Pkesk & { offset: number; end: number }

export type Packets = { profile: 'compat' | 'modern'; pkesks: PlacedPkesk[]; seipd: Seipd }

/**
 * Walks a binary OpenPGP message octet by octet and returns its shape, or throws BAD_PACKET saying what was expected.
 * The one shape: 1..64 PKESK packets, then one SEIPD packet, then the end (`DESIGN.md` law 4). Every octet is hostile.
 *
 * What no key-less check can see stays unseen: whether the body decrypts, its MDC, the signature inside.
 * @param look how many octets of the data are looked at for readable text
 */
export function walk(bytes: Uint8Array, look = bytes.length): Packets {
  const { data, ...packets } = read(bytes, MAX_RECIPIENTS)
  refuseReadable(data.subarray(0, look), 'the encrypted data')
  return packets
}

/**
 * The shape alone, for who has sealed the message himself or got it from where it was walked: the same refusals, but the
 * encrypted data is not searched for text, and with what was wrapped since there may be more than 64 recipients.
 */
export function shapeOf(bytes: Uint8Array): Packets {
  const { data: _, ...packets } = read(bytes)
  return packets
}

/** What is encrypted and nothing around it: the same octets, however somebody cuts the data packet into chunks. */
export const encryptedData = (bytes: Uint8Array): Uint8Array => read(bytes).data

function read(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Packets & { data: Uint8Array } {
  const pkesks: PlacedPkesk[] = []
  let at = 0
  for (;;) {
    const header = readHeader(bytes, at)
    if (header.tag === TAG_SEIPD) {
      const body = readData(bytes, header)
      if (body.end !== bytes.length)
        refuse(`expected the end after the data packet, got ${bytes.length - body.end} more octets`)
      if (pkesks.length === 0) refuse('expected 1 to 64 session key packets, got 0')
      const { data, ...seipd } = readSeipd(body.octets, at)
      checkPairing(pkesks, seipd)
      return { profile: seipd.version === 1 ? 'compat' : 'modern', pkesks, seipd, data }
    }
    if (header.tag !== TAG_PKESK) refuse(`expected packet tag 1 or 18, got ${header.tag}`)
    if (pkesks.length === most) refuse('expected 1 to 64 session key packets, got more')
    if (header.partial) refuse('expected a session key packet of known length, got a partial one')
    const end = header.body + header.length
    pkesks.push({ ...readPkesk(bytes.subarray(header.body, end)), offset: at, end })
    at = end
  }
}

/** One session key packet, whole with its header. */
export type WholePkesk = PlacedPkesk & { octets: Uint8Array }

/** The session key packets of a message, in its order. */
export function sessionKeyPackets(bytes: Uint8Array): WholePkesk[] {
  return shapeOf(bytes).pkesks.map((pkesk) => ({ ...pkesk, octets: bytes.subarray(pkesk.offset, pkesk.end) }))
}

/**
 * The same data packet under other session key packets: whoever holds a session key wraps it for a successor so, and not one
 * octet of what is sealed is touched. Throws BAD_PACKET where `packets` are anything but whole session key packets of the
 * data packet's version: one that swallowed the beginning of the data would put another packet in its place.
 */
export function splice(bytes: Uint8Array, packets: Uint8Array): Uint8Array {
  const spliced = join([packets, bytes.subarray(shapeOf(bytes).seipd.offset)])
  const { offset } = shapeOf(spliced).seipd
  if (offset !== packets.length)
    refuse(`expected ${packets.length} octets of whole session key packets, got ${offset}`)
  return spliced
}

/**
 * The same message with the session key packets of these key ids only, or null when it has none of them. Who reads a note
 * gets no other recipient's packet: their key ids would tell him the release set.
 */
export function excerpt(bytes: Uint8Array, keyIds: string[]): Uint8Array | null {
  const { pkesks, seipd } = shapeOf(bytes)
  const own = pkesks.filter(({ keyId }) => keyIds.includes(keyId))
  if (own.length === 0) return null
  return join([...own.map(({ offset, end }) => bytes.subarray(offset, end)), bytes.subarray(seipd.offset)])
}

type Header = { tag: number; body: number; length: number; partial: boolean }

function readHeader(bytes: Uint8Array, at: number): Header {
  const first = bytes[at]
  if (first === undefined) refuse('expected a packet, got the end')
  if ((first & 0x80) === 0) refuse(`expected a packet header, got octet ${first}`)
  const length = first & 0x40 ? readNewLength(bytes, at + 1) : readOldLength(bytes, at + 1, first & 3)
  const tag = first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f
  if (length.body + length.length > bytes.length)
    refuse(`expected a packet of ${length.length} octets, got ${bytes.length - length.body}`)
  return { tag, ...length }
}

type Length = { body: number; length: number; partial: boolean }

/** RFC 9580 §4.2.1. One value has one spelling here: a longer one than needed is refused (no peer writes it). */
function readNewLength(bytes: Uint8Array, at: number): Length {
  const first = octet(bytes, at)
  if (first < 192) return { body: at + 1, length: first, partial: false }
  if (first < 224)
    return { body: at + 2, length: ((first - 192) << 8) + octet(bytes, at + 1) + 192, partial: false }
  if (first < 255) return { body: at + 1, length: 2 ** (first & 31), partial: true }
  const length = number(bytes, at + 1, 4)
  if (length < 8384) refuse(`expected the shortest length encoding, got five octets for ${length}`)
  return { body: at + 5, length, partial: false }
}

/** RFC 9580 §4.2.2: gpg writes its session key packets so. */
function readOldLength(bytes: Uint8Array, at: number, type: number): Length {
  if (type === 3) refuse('expected a packet of known length, got an indeterminate one')
  const size = 1 << type
  const length = number(bytes, at, size)
  if (type > 0 && length < 256 ** (size / 2))
    refuse(`expected the shortest length encoding, got ${size} octets for ${length}`)
  return { body: at + size, length, partial: false }
}

/** The body of the data packet with its chunk headers taken out. gpg and sq cut it into chunks when they stream. */
function readData(bytes: Uint8Array, header: Header): { octets: Uint8Array; end: number } {
  if (header.partial && header.length < 512)
    refuse(`expected a first chunk of at least 512 octets, got ${header.length}`)
  const chunks: Uint8Array[] = []
  let length: Length = header
  for (;;) {
    const end = length.body + length.length
    if (end > bytes.length)
      refuse(`expected a chunk of ${length.length} octets, got ${bytes.length - length.body}`)
    chunks.push(bytes.subarray(length.body, end))
    if (!length.partial) return { octets: join(chunks), end }
    length = readNewLength(bytes, end)
  }
}

/** Version, 16 octets of prefix and 2 repeated, 22 of MDC, and inside at least the 64 octets of any signature. */
const MIN_V1 = 1 + 18 + 22 + 64
const AEAD_TAG = 16
const CIPHER_AES256 = 9
const AEADS = new Map([
  [2, 'OCB'],
  [3, 'GCM'],
])

/** `data` is what follows the fields that are told in clear: salt, chunks and tags. */
function readSeipd(body: Uint8Array, offset: number): Seipd & { data: Uint8Array } {
  const version = octet(body, 0)
  if (version === 1) {
    if (body.length < MIN_V1)
      refuse(`expected at least ${MIN_V1} octets of encrypted data, got ${body.length}`)
    return { version, offset, length: body.length, data: body.subarray(1) }
  }
  if (version !== 2) refuse(`expected encrypted data of version 1 or 2, got ${version}`)
  const [cipher, aead, chunk] = [octet(body, 1), octet(body, 2), octet(body, 3)]
  if (cipher !== CIPHER_AES256) refuse(`expected AES-256 (9), got cipher ${cipher}`)
  if (!AEADS.has(aead)) refuse(`expected OCB (2) or GCM (3), got mode ${aead}`)
  if (chunk > 16) refuse(`expected a chunk size octet of at most 16, got ${chunk}`)
  checkChunks(body.length - 36, 2 ** (chunk + 6))
  return { version, offset, length: body.length, cipher, aead, chunk, data: body.subarray(4) }
}

/** RFC 9580 §5.13.2: whole chunks with a tag each, perhaps a shorter last one, then the final tag. */
function checkChunks(length: number, chunkSize: number): void {
  const sealed = length - AEAD_TAG
  if (sealed < 64 + AEAD_TAG)
    refuse(`expected at least ${64 + 2 * AEAD_TAG} octets of encrypted chunks, got ${Math.max(length, 0)}`)
  const last = sealed % (chunkSize + AEAD_TAG)
  if (last > 0 && last <= AEAD_TAG) refuse(`expected a last chunk longer than its tag, got ${last} octets`)
}

function checkPairing(pkesks: Pkesk[], seipd: Seipd): void {
  const wanted = seipd.version === 1 ? 3 : 6
  const seen = new Set<string>()
  for (const pkesk of pkesks) {
    if (pkesk.version !== wanted)
      refuse(`expected session key packets of version ${wanted}, got ${pkesk.version}`)
    const name = pkesk.fingerprint ?? pkesk.keyId
    if (seen.has(name)) refuse('expected one session key packet for a key, got two')
    seen.add(name)
  }
}

function octet(bytes: Uint8Array, at: number): number {
  const value = bytes[at]
  if (value === undefined) refuse('expected another octet, got the end')
  return value
}

function number(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let i = 0; i < size; i++) value = value * 256 + octet(bytes, at + i)
  return value
}

function join(chunks: Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

function refuse(message: string): never {
  throw new Fault('BAD_PACKET', message)
}

import {
  type Config,
  enums,
  type Message,
  type PrivateKey,
  type PublicKey,
  readMessage,
  type Signature,
  type SignaturePacket,
  verify,
} from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import { shapeOf } from '../../schema/wire/packet.ts'
import { BoundedCompressedPacket } from './compressed-packet.ts'
import { wholeConfig } from './openpgp-config.ts'

/** Whose key it is, by the verified directory: an office's own, or an officer's who acts for the office. */
export type Signer = { key: PublicKey; office: string; person?: string }
/**
 * Looks a signing key up by the fingerprint that the signature names, a primary key's or a subkey's, as of when it says it
 * was made. Null for a key that the directory does not know or holds revoked: then nothing opens.
 */
export type VerifyWith = (fingerprint: string, signedAt: Date) => Promise<Signer | null> | Signer | null

export type Reader = {
  ciphertext: Uint8Array
  /** Unlocked private keys of the reader's office. */
  decryptWith: PrivateKey[]
  verifyWith: VerifyWith
  /** The server's time, as login told it. */
  at: Date
}

export type SignedBy = { fingerprint: string; office: string; person?: string; at: Date }
export type Unsealed = { octets: Uint8Array; profile: 'compat' | 'modern'; signer: SignedBy }

/** What of a seal is wrong: the path of each SEAL fault, so that a program can tell them apart. */
export type Flaw = 'opening' | 'signatures' | 'signature' | 'signer' | 'signedAt'

const config: Config = { ...wholeConfig, additionalAllowedPackets: [BoundedCompressedPacket] }

/**
 * Decrypts once, and gives the octets when exactly one signature over them is good and its signer is one whom the directory
 * names. Until then nobody reads them. Throws SEAL with the flaw as its path:
 * - `opening`, one text for every cause, when it does not decrypt;
 * - `signatures` when there is none, or more than one;
 * - `signer` when the directory does not know the key, or holds it revoked;
 * - `signedAt` when the key was not valid at the time that the signature names, or that time is yet to come;
 * - `signature` when it is of another kind, or not over these octets by that key.
 */
export async function unseal(reader: Reader): Promise<Unsealed> {
  const { profile } = shapeOf(reader.ciphertext)
  const plain = await decryptOnce(reader)
  const signed = await findSignature(plain, reader.at)
  const signer = await findSigner(signed, reader.verifyWith)
  await checkTime(signed, signer, reader.at)
  return { octets: await verified(plain, signed, signer, reader.at), profile, signer: signer.by }
}

type Plain = Awaited<ReturnType<Message<Uint8Array>['decrypt']>>

async function decryptOnce({ ciphertext, decryptWith, at }: Reader): Promise<Plain> {
  try {
    const message = await readMessage({ binaryMessage: ciphertext, config })
    return await message.decrypt(decryptWith, undefined, undefined, at, config)
  } catch {
    // A wrong key, a broken integrity check, a bomb, a malformed inside: whoever sent it learns nothing from which it was.
    unopened()
  }
}

type Signed = { signature: Signature; packet: SignaturePacket; fingerprint: string; created: Date }

/** Against no key: it tells which signatures there are, and believes none. */
async function findSignature(plain: Plain, at: Date): Promise<Signed> {
  const found = await plain.verify([], at, config).catch(unopened)
  if (found.length !== 1) fail('signatures', `expected one signature, got ${found.length}`)
  const signature = await found[0]!.signature
  const packet = signature.packets[0]
  if (packet?.signatureType !== enums.signature.binary)
    fail('signature', 'expected a signature over binary data, got another type')
  const { issuerFingerprint, created } = packet
  if (!issuerFingerprint || !created)
    fail('signature', 'expected a signature that names its key and time, got one that does not')
  return { signature, packet, created, fingerprint: Buffer.from(issuerFingerprint).toString('hex') }
}

type Found = Signer & { by: SignedBy }

async function findSigner({ fingerprint, created }: Signed, verifyWith: VerifyWith): Promise<Found> {
  const signer = await verifyWith(fingerprint, created)
  if (!signer) fail('signer', 'expected a signer whom the directory knows, got an unknown or revoked key')
  const { office, person } = signer
  return { ...signer, by: { fingerprint, office, at: created, ...(person !== undefined && { person }) } }
}

/** Signatures are made by a clock that follows the server's; one in flight may still look early. */
const SKEW_MS = 120_000
const latest = (at: Date): Date => new Date(at.getTime() + SKEW_MS)

async function checkTime({ packet, created }: Signed, { key, office }: Found, at: Date): Promise<void> {
  if (created > latest(at))
    fail('signedAt', `expected a signature of ${office} made by now, got one from the future`)
  if (key.getKeys(packet.issuerKeyID).length === 0) return
  const usable = await key.getSigningKey(packet.issuerKeyID, created, undefined, config).catch(() => null)
  if (!usable)
    fail('signedAt', `expected a key of ${office} that was valid when it signed, got an expired or early one`)
}

/** The signature is checked over the very octets that are given back. */
async function verified(
  message: Plain,
  { signature }: Signed,
  { key, office }: Found,
  at: Date,
): Promise<Uint8Array> {
  const checks = { message, signature, verificationKeys: key, date: latest(at) }
  try {
    const { data, signatures } = await verify({ ...checks, expectSigned: true, format: 'binary', config })
    await signatures[0]!.verified
    return data as Uint8Array
  } catch {
    fail('signature', `expected a valid signature of ${office}, got a broken or expired one`)
  }
}

function unopened(): never {
  fail('opening', 'expected a message that opens with this key, got one that does not')
}

function fail(flaw: Flaw, message: string): never {
  throw new Fault('SEAL', message, { path: [flaw] })
}

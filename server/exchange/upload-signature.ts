import { createMessage, enums, type Key, readSignature, verify } from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import { knownKey } from './known-keys.ts'

/** A signature longer than this is none: two of RSA-4096, armored, have 1,800 characters. */
const MAX_SIGNATURE = 4_096
/** The uploader's clock follows the server's by what login told it; a message in flight may still come early. */
const SKEW_MS = 120_000

/**
 * Checks the uploader's detached signature over the statement, or throws BAD_PACKET, the same for every cause. The key must be
 * valid now, not only when the signature says it was made: whoever steals an expired key can date a signature back.
 */
export async function verifyUpload(
  statement: Uint8Array,
  { signature, signers, at }: { signature: string; signers: string[]; at: Date },
): Promise<void> {
  const good = await isSigned(statement, signature, signers, at).catch(() => false)
  if (!good)
    throw new Fault(
      'BAD_PACKET',
      'expected a signature of the uploader over this ciphertext, audience, id and version',
    )
}

async function isSigned(
  statement: Uint8Array,
  armored: string,
  signers: string[],
  at: Date,
): Promise<boolean> {
  if (armored.length > MAX_SIGNATURE) return false
  const signature = await readSignature({ armoredSignature: armored })
  const [packet, ...more] = signature.packets
  if (!packet || more.length > 0 || packet.signatureType !== enums.signature.binary) return false
  const keys = await Promise.all(signers.map(knownKey))
  const valid = await stillValid(keys, packet.issuerKeyID, at)
  if (valid.length === 0) return false
  const message = await createMessage({ binary: statement })
  const date = new Date(at.getTime() + SKEW_MS)
  const { signatures } = await verify({
    message,
    signature,
    verificationKeys: valid,
    date,
    expectSigned: true,
    format: 'binary',
  })
  return signatures.length === 1 && (await signatures[0]!.verified)
}

async function stillValid(
  keys: Key[],
  issuer: Parameters<Key['getSigningKey']>[0],
  at: Date,
): Promise<Key[]> {
  const usable = await Promise.all(
    keys.map((key) =>
      key.getSigningKey(issuer, at).then(
        () => key,
        () => null,
      ),
    ),
  )
  return usable.filter((key) => key !== null)
}

import { sha256 } from '../../schema/wire/canonical.ts'
import { digestStatement } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MAX_CIPHERTEXT, type Packets, walk } from '../../schema/wire/packet.ts'
import type { HolderKeys } from './holder-keys.ts'
import { verifyUpload } from './upload-signature.ts'

export type Declared = {
  /** Every office that the message is for, the sender's own included. */
  audience: string[]
  /** Whose keys it is sealed to: each office of the audience, its custodian, its country; with valid encryption subkeys. */
  holders: HolderKeys[]
  object: string
  version: number
  /** Detached, over `uploadStatement`. */
  signature: string
  /** Armored public keys that may sign for the uploader: his own, his office's. */
  signers: string[]
  at: Date
}

export type Admitted = Packets & { digest: string }

/**
 * Lets a ciphertext in, or throws TOO_LARGE or BAD_PACKET. The order is from cheap to dear: size, shape, recipients, signature.
 * Nothing is stored here.
 */
export async function gate(ciphertext: Uint8Array, declared: Declared): Promise<Admitted> {
  const admitted = inspect(ciphertext, declared.holders)
  await verifyUpload(digestStatement(admitted.digest, declared), declared)
  return admitted
}

/** All that the gate does without a public-key operation; throws as it does. */
export function inspect(ciphertext: Uint8Array, holders: HolderKeys[]): Admitted {
  const packets = inspectPackets(ciphertext, holders, { most: MAX_CIPHERTEXT, look: MAX_CIPHERTEXT })
  return { ...packets, digest: sha256(ciphertext).toString('hex') }
}

/**
 * Size, shape and recipients, for who has hashed the ciphertext already. `look` is how much of the data is looked at for
 * readable text: counting every octet of a large chunk would cost as much as its hash.
 */
export function inspectPackets(
  ciphertext: Uint8Array,
  holders: HolderKeys[],
  { most, look }: { most: number; look: number },
): Packets {
  if (ciphertext.length > most)
    throw new Fault('TOO_LARGE', `expected at most ${most} octets of ciphertext, got ${ciphertext.length}`)
  const packets = walk(ciphertext, look)
  checkRecipients(packets, holders)
  return packets
}

/** One session key packet for each holder, to a valid encryption subkey of it, and none for anybody else. */
function checkRecipients({ pkesks }: Packets, holders: HolderKeys[]): void {
  const owners = ownersOf(holders)
  const reached = new Set<string>()
  for (const pkesk of pkesks) {
    const owner = owners.get(pkesk.keyId)
    if (!owner || (pkesk.fingerprint && pkesk.fingerprint !== owner.fingerprint))
      refuse(`expected only valid keys of the declared offices, got ${pkesk.keyId}`)
    if (reached.has(owner.holder)) refuse(`expected one session key packet for ${owner.holder}, got two`)
    reached.add(owner.holder)
  }
  const missing = holders.find(({ holder }) => !reached.has(holder))
  if (missing) refuse(`expected a session key packet for ${missing.holder}, got none`)
}

/**
 * Key id → whose it is. Version 3 packets name 64 bits of a fingerprint, which can be forged to collide: two keys of the
 * audience with one id are refused, for then nobody can tell who reads.
 */
function ownersOf(holders: HolderKeys[]): Map<string, { holder: string; fingerprint: string }> {
  const owners = new Map<string, { holder: string; fingerprint: string }>()
  const seen = new Set<string>()
  for (const { holder, keys } of holders) {
    if (seen.has(holder)) refuse(`expected ${holder} once in the audience, got it twice`)
    seen.add(holder)
    for (const { keyId, fingerprint } of keys) {
      if (owners.has(keyId)) refuse(`expected different key ids in the audience, got ${keyId} twice`)
      owners.set(keyId, { holder, fingerprint })
    }
  }
  return owners
}

function refuse(message: string): never {
  throw new Fault('BAD_PACKET', message)
}

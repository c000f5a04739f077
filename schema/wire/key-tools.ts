import type * as OpenPgp from 'openpgp'
import type { Profile } from './holder.ts'

// What both sides do with public OpenPGP keys: read what a key is good for, check a detached signature. The library is
// handed in, so that this folder stays free of it and each side has one file that imports it.

/** A key packet that may sign or be encrypted to, and when. Times are ms since 1970; `until: null` is for ever. */
export type KeyUse = { fingerprint: string; keyId: string; from: number; until: number | null }

export type PublicKeyFacts = {
  fingerprint: string
  /**
   * `compat`: what gpg 2.2 and sq 0.27 read, nothing of RFC 9580 in it. `modern`: version 6 throughout, asking for
   * SEIPDv2. Null for a key in between, which one side or the other would fail on.
   */
  profile: Profile | null
  sign: KeyUse[]
  encrypt: KeyUse[]
  /** Every key packet, also those that are good for nothing. */
  packets: { fingerprint: string; keyId: string }[]
}

/** When a signature says that it was made (ms since 1970), and by which key packet (16 hex digits). */
export type SignatureFacts = { created: number; keyId: string }

export type KeyTools = {
  /** Throws where the text is not exactly one sound public key of an accepted strength. */
  read(armored: string): Promise<PublicKeyFacts>
  /**
   * Checks one detached signature by a key that was good for signing when the signature says it was made. Whether the
   * key still is good is the caller's question. Throws where anything is wrong.
   */
  verify(check: { bytes: Uint8Array; signature: string; key: string }): Promise<SignatureFacts>
}

const MODERN_ONLY = ['ed25519', 'x25519', 'ed448', 'x448']
/** The feature that asks for the newer data packet (RFC 9580 §5.2.3.32). */
const SEIPDV2 = 0x08
const RSA_BITS = { least: 3072, most: 4096 }
/** Primary key and subkeys together. */
const MAX_PACKETS = 8

export function keyTools(openpgp: typeof OpenPgp): KeyTools {
  // A copy, so that nothing else in the process can loosen it.
  const config = { ...openpgp.config, minRSABits: RSA_BITS.least, maxDecompressedMessageSize: 1 << 20 }
  const parsed = new Map<string, Promise<OpenPgp.Key>>()

  async function parse(armored: string): Promise<OpenPgp.Key> {
    const keys = await openpgp.readKeys({ armoredKeys: armored, config })
    if (keys.length !== 1 || keys[0]!.isPrivate()) throw new Error('expected exactly one public key')
    const key = keys[0]!
    const packets = key.getKeys()
    if (packets.length > MAX_PACKETS)
      throw new Error(`expected at most ${MAX_PACKETS} key packets, got ${packets.length}`)
    for (const packet of packets) {
      // Checked before any arithmetic: verifying by a huge modulus is the attack.
      const { bits } = packet.getAlgorithmInfo() as { bits?: number }
      if (bits !== undefined && (bits < RSA_BITS.least || bits > RSA_BITS.most))
        throw new Error(`expected ${RSA_BITS.least} to ${RSA_BITS.most} RSA bits, got ${bits}`)
    }
    return key
  }

  /** Parsing costs more than verifying, and the same few keys are asked for again and again. */
  function parseOnce(armored: string): Promise<OpenPgp.Key> {
    const known = parsed.get(armored)
    if (known !== undefined) return known
    if (parsed.size >= 1_000) parsed.clear()
    const key = parse(armored)
    parsed.set(armored, key)
    key.catch(() => parsed.delete(armored))
    return key
  }

  async function usesOf(key: OpenPgp.Key, kind: 'getSigningKey' | 'getEncryptionKey'): Promise<KeyUse[]> {
    const primaryUntil = msOf(await key.getExpirationTime())
    const uses: KeyUse[] = []
    for (const packet of key.getKeys()) {
      // `null` as the date leaves time out of the question; self-signatures, flags and revocations stay in it.
      const good = await key[kind](packet.getKeyID(), null as unknown as Date, undefined, config).catch(
        () => null,
      )
      if (good === null) continue
      const until =
        packet === key
          ? primaryUntil
          : earlier(primaryUntil, msOf(await (packet as unknown as Bound).getExpirationTime(null)))
      uses.push({ ...nameOf(packet), from: packet.getCreationTime().getTime(), until })
    }
    return uses
  }

  async function profileOf(key: OpenPgp.Key): Promise<Profile | null> {
    const certified = await (key as unknown as SelfSigned)
      .getPrimarySelfSignature(null, undefined, config)
      .catch(() => null)
    const wantsAead = ((certified?.features?.[0] ?? 0) & SEIPDV2) !== 0
    const packets = key.getKeys()
    if (packets.every(({ keyPacket }) => keyPacket.version === 6)) return wantsAead ? 'modern' : null
    const isOld = packets.every(
      (packet) =>
        packet.keyPacket.version === 4 && !MODERN_ONLY.includes(packet.getAlgorithmInfo().algorithm),
    )
    return isOld && !wantsAead ? 'compat' : null
  }

  return {
    async read(armored) {
      const key = await parseOnce(armored)
      const packets = key.getKeys()
      return {
        fingerprint: key.getFingerprint(),
        profile: await profileOf(key),
        sign: await usesOf(key, 'getSigningKey'),
        encrypt: await usesOf(key, 'getEncryptionKey'),
        packets: packets.map(nameOf),
      }
    },

    async verify({ bytes, signature, key }) {
      const verificationKeys = await parseOnce(key)
      const detached = await openpgp.readSignature({ armoredSignature: signature, config })
      const [packet, ...others] = detached.packets
      if (packet === undefined || others.length > 0) throw new Error('expected exactly one signature')
      if (packet.signatureType !== openpgp.enums.signature.binary)
        throw new Error('expected a signature over binary data')
      const created = packet.created ?? new Date(0)
      const result = await openpgp.verify({
        message: await openpgp.createMessage({ binary: bytes }),
        signature: detached,
        verificationKeys,
        expectSigned: true,
        // At the time that the signature itself states: a desk clock may be wrong, and an old entry may outlive its key.
        date: created,
        config,
      })
      await result.signatures[0]!.verified
      return { created: created.getTime(), keyId: result.signatures[0]!.keyID.toHex() }
    },
  }
}

/** Whether a key packet among `uses` with that id is good at `now` (ms since 1970). */
export function goodAt(uses: readonly KeyUse[], now: number, keyId?: string): boolean {
  return uses.some(
    (use) =>
      (keyId === undefined || use.keyId === keyId) &&
      use.from <= now &&
      (use.until === null || now < use.until),
  )
}

/** `null`: whatever this machine's clock says, which may be behind the one that the key was made by. */
type Bound = { getExpirationTime(date: Date | null): Promise<Date | number | null> }
/** Left out of the library's types. */
type SelfSigned = {
  getPrimarySelfSignature(
    date: Date | null,
    userId: object | undefined,
    config: object,
  ): Promise<{ features: Uint8Array | null }>
}
type Packet = { getFingerprint(): string; getKeyID(): { toHex(): string } }
const nameOf = (packet: Packet) => ({
  fingerprint: packet.getFingerprint(),
  keyId: packet.getKeyID().toHex(),
})

/** openpgp.js gives `Infinity` for a key that never expires and `null` for one that is worth nothing. */
function msOf(time: Date | number | null): number | null {
  if (time === null) return 0
  return time instanceof Date ? time.getTime() : null
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}

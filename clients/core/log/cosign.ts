import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { cosignedMessage, keyIdOf, SIGNATURE_TYPES } from './note.ts'
import { broken } from './tree.ts'

/** Who co-signs checkpoints: a state's witness, or an authority's. */
export type Cosigner = {
  name: string
  /** For the policies of those who believe it: `<name>+<key id>+<key>`. */
  verifierKey: string
  /** One line of a signed note: that it saw this checkpoint's text, at this POSIX second. */
  cosign(text: string, time: number): string
}

/** Takes a private key of Ed25519 in PEM. It signs cosignatures and nothing else. @throws Fault LOG */
export function cosignerOf(name: string, pem: string | Buffer): Cosigner {
  const key = privateKey(pem)
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  const id = keyIdOf(name, SIGNATURE_TYPES.witness, publicKey)
  const material = Buffer.concat([Buffer.of(SIGNATURE_TYPES.witness), publicKey]).toString('base64')
  return {
    name,
    verifierKey: `${name}+${id}+${material}`,
    cosign(text, time) {
      const stamp = Buffer.alloc(8)
      stamp.writeBigUInt64BE(BigInt(time))
      const signature = sign(null, cosignedMessage(text, time), key)
      return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), stamp, signature]).toString('base64')}\n`
    },
  }
}

/** A new private key for a cosigner, in PEM. It co-signs for one name only: what it signs does not say which. */
export const drawCosignerKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

function privateKey(pem: string | Buffer): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // What came is a secret, or might be: it is not said what it looked like.
  }
  throw broken('expected a private key of Ed25519 in PEM, got something else')
}

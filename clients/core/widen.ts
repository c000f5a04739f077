import type { PrivateKey } from 'openpgp'
import { officeOf } from '../../schema/wire/holder.ts'
import { splice } from '../../schema/wire/packet.ts'
import { rewrap } from './rewrap.ts'
import { type Recipient, type Signing, signUpload } from './seal.ts'

/** What lets further offices read a sealed object; as the `rewrap` mutation takes it. */
export type LetIn = {
  object: string
  version: number
  packets: string
  audience: string[]
  signature: string
}

/** The upload is every office's first version. */
const NEXT = 2

/**
 * Wraps the session key of an object for offices that cannot open it yet. The data packet is untouched and does not travel: what
 * goes are a few hundred octets for each office.
 */
export async function widen({
  object,
  ciphertext,
  decryptWith,
  to,
  signWith,
  at,
}: {
  object: string
  ciphertext: Uint8Array
  decryptWith: PrivateKey[]
  to: Recipient[]
} & Signing): Promise<LetIn> {
  const packets = await rewrap({ ciphertext, decryptWith, to, at })
  const audience = to.flatMap(({ holder }) => officeOf(holder) ?? [])
  const upload = { ciphertext: splice(ciphertext, packets), audience, object, version: NEXT }
  return {
    object,
    version: NEXT,
    packets: Buffer.from(packets).toString('base64'),
    audience,
    signature: await signUpload(upload, { signWith, at }),
  }
}

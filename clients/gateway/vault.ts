import * as openpgp from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import type { OpenKey } from '../core/keys.ts'
import { openpgpConfig as config } from '../core/openpgp-config.ts'

/** Without a link the server's time is not known, and a desk clock that is hours off must lock nothing away. */
const ANY_TIME = null as unknown as Date

/** Seals what waits on the officer's disk to his own key, and signs it: nobody who can write there may put words in. */
export type Vault = {
  seal(value: unknown): Promise<Uint8Array>
  /** Throws SEAL where it was not sealed by this officer for himself. */
  open(sealed: Uint8Array): Promise<unknown>
}

export function openVault({ name, privateKey }: OpenKey, now: () => number): Vault {
  const publicKey = privateKey.toPublic()
  return {
    async seal(value) {
      const message = await openpgp.createMessage({ text: JSON.stringify(value) })
      const at = { date: new Date(now()), format: 'binary' as const, config }
      return openpgp.encrypt({ message, encryptionKeys: publicKey, signingKeys: privateKey, ...at })
    },
    async open(sealed) {
      try {
        const message = await openpgp.readMessage({ binaryMessage: sealed, config })
        const { data } = await openpgp.decrypt({
          message,
          decryptionKeys: privateKey,
          verificationKeys: publicKey,
          expectSigned: true,
          date: ANY_TIME,
          config,
        })
        return JSON.parse(data)
      } catch {
        throw new Fault('SEAL', `expected what ${name} had sealed for himself, got something else`)
      }
    },
  }
}

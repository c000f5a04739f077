import { Fault } from '../../schema/wire/fault.ts'
import { encryptedData, sessionKeyPackets } from '../../schema/wire/packet.ts'

/**
 * Whoever could open the former object and cannot open the new one knows the session key: then the data must be another.
 * It is compared without its framing, or the same would pass for new when it is cut into other chunks. That a client seals
 * anew under the session key of before, nobody sees who holds no key. The octets are judged before the gate does; what is no
 * message is refused here or there.
 * @throws Fault BAD_INPUT
 */
export function checkSecret(before: Uint8Array, after: Uint8Array): void {
  const keyIds = new Set(sessionKeyPackets(after).map(({ keyId }) => keyId))
  const isWider = sessionKeyPackets(before).every(({ keyId }) => keyIds.has(keyId))
  if (!isWider && Buffer.compare(encryptedData(before), encryptedData(after)) === 0)
    throw new Fault('BAD_INPUT', 'expected a new session key, for somebody loses his: got the former data', {
      path: ['input', 'sealed', 'ciphertext'],
    })
}

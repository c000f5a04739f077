import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { createMessage, decryptSessionKeys, encrypt, encryptSessionKey, readMessage } from 'openpgp'
import { type Outgoing, sealMessage } from '../../../clients/core/seal.ts'
import { canonical, type Json } from '../../../schema/wire/canonical.ts'
import { walk } from '../../../schema/wire/packet.ts'
import { packet, SEIPD } from '../../server/exchange/packets.ts'
import { content, directoryOf, envelopeOf, makeOffice, NOW, type TestOffice, to } from './offices.ts'

// Three offices and what passes between them: Niger writes to Mali; Algeria is not addressed.

export const niger = await makeOffice('ne-dst')
export const mali = await makeOffice('ml-dnlt')
export const algeria = await makeOffice('dz-dgsn')

export const outgoing = (changes: Partial<Outgoing> = {}): Outgoing => ({
  envelope: envelopeOf(),
  content: content(),
  sequence: { 'ml-dnlt': 7 },
  to: to(niger, mali),
  ...changes,
})
export const seal = (changes: Partial<Outgoing> = {}, by = niger) =>
  sealMessage({ ...outgoing(changes), signWith: by.secret, at: NOW })
export const reading = (ciphertext: Uint8Array, envelope: Readonly<Record<string, unknown>>, by = mali) => ({
  ciphertext,
  envelope,
  decryptWith: [by.secret],
  verifyWith: directoryOf(niger, mali, algeria),
  office: by.office,
  at: NOW,
})
/** What a hostile sender with his own tools seals: any payload, any signer. */
export async function sealRaw(
  payload: Uint8Array | Json,
  by: TestOffice | null,
  readers: TestOffice[],
  date = NOW,
) {
  const binary = payload instanceof Uint8Array ? payload : Buffer.from(canonical(payload))
  return encrypt({
    message: await createMessage({ binary }),
    encryptionKeys: readers.map(({ key }) => key),
    ...(by && { signingKeys: by.secret }),
    format: 'binary',
    date,
  })
}

/** One reader lets another in: the session key is wrapped anew, signature and data packet stay as they are. */
export async function rewrap(
  ciphertext: Uint8Array,
  from: TestOffice,
  reader: TestOffice,
): Promise<Uint8Array> {
  const message = await readMessage({ binaryMessage: ciphertext })
  const [sessionKey] = await decryptSessionKeys({ message, decryptionKeys: from.secret })
  const { data, algorithm } = sessionKey!
  const wrapped = await encryptSessionKey({
    data,
    algorithm: algorithm!,
    encryptionKeys: reader.key,
    format: 'binary',
  })
  return Buffer.concat([wrapped, ciphertext.subarray(walk(ciphertext).seipd.offset)])
}

/** Session keys and a data packet of version 1 (RFC 9580 §5.13.1) around any octets at all, packets or not. */
export async function sealPackets(inside: Uint8Array, readers: TestOffice[]): Promise<Uint8Array> {
  const [data, prefix] = [randomBytes(32), randomBytes(16)]
  const plain = Buffer.concat([prefix, prefix.subarray(14), inside, Buffer.of(0xd3, 0x14)])
  const checked = Buffer.concat([plain, createHash('sha1').update(plain).digest()])
  const cipher = createCipheriv('aes-256-cfb', data, Buffer.alloc(16))
  const body = Buffer.concat([Buffer.of(1), cipher.update(checked), cipher.final()])
  const encryptionKeys = readers.map(({ key }) => key)
  const wrapped = await encryptSessionKey({ data, algorithm: 'aes256', encryptionKeys, format: 'binary' })
  return Buffer.concat([wrapped, packet(SEIPD, body)])
}

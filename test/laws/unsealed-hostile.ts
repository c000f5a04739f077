import * as hostile from '../server/exchange/packets.ts'
import { BOTH, good, keyIdOf } from './unsealed-ways.ts'

// What is no sealed message for its readers and nobody else, though it is signed as an honest client would.

/** Session key packets for these keys by their id, and a data packet. */
const made = (ids: string[], data = hostile.packet(hostile.SEIPD, hostile.seipd1())) =>
  hostile.join(...ids.map((id) => hostile.packet(hostile.PKESK, hostile.ecdh3(Buffer.from(id, 'hex')))), data)
const ascii = (size: number) => Buffer.alloc(size, 'Le convoi part a 4 h. ')

export type Hostile = [title: string, make: () => Promise<Uint8Array>]
export const HOSTILE: Hostile[] = [
  ['plain text', async () => ascii(900)],
  [
    'an armored message',
    async () => Buffer.from(`-----BEGIN PGP MESSAGE-----\n\n${(await good()).toString('base64')}`),
  ],
  ['a literal packet', async () => hostile.packet(11, hostile.join(Buffer.from('b\0\0\0\0\0'), ascii(300)))],
  [
    'a signed message that is not encrypted',
    async () => hostile.join(hostile.packet(4, ascii(13)), ascii(300)),
  ],
  ['a sealed message and plain text after it', async () => hostile.join(await good(), ascii(300))],
  ['a sealed message twice', async () => hostile.join(await good(), await good())],
  [
    'a body of plain ASCII in a sealed coat',
    async () =>
      made(
        await Promise.all(BOTH.map(keyIdOf)),
        hostile.packet(hostile.SEIPD, hostile.join(hostile.octets(1), ascii(700))),
      ),
  ],
  ['a message that a third office can open', async () => good([...BOTH, 'ml-dnlt'])],
  ['a message that a declared office cannot open', async () => good(['ne-dst'])],
  ['a message whose reader has no name', async () => made([await keyIdOf('ne-dst'), '0'.repeat(16)])],
  [
    'a message with two session keys for one key id',
    async () => made([await keyIdOf('ne-dst'), await keyIdOf('it-sco'), await keyIdOf('it-sco')]),
  ],
  [
    'sixty-five session keys',
    async () => made(Array.from({ length: 65 }, (_, i) => i.toString(16).padStart(16, 'a'))),
  ],
  [
    'a session key in parts',
    async () =>
      hostile.join(
        hostile.partial(hostile.PKESK, hostile.rsa3(Buffer.from(await keyIdOf('it-sco'), 'hex'), 4096), [9]),
        hostile.packet(hostile.SEIPD, hostile.seipd1()),
      ),
  ],
]

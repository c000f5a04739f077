import { randomBytes } from 'node:crypto'
import type { Hostile } from './hostile.ts'
import { join, octets, PKESK, packet, partial, pkesk, SEIPD, seipd1, text, x25519v6 } from './packets.ts'

// Data packets in the right coat, with something to read inside.

const v1 = (body: Uint8Array) => packet(SEIPD, join(octets(1), body))

const ascii = (size: number) => Buffer.alloc(size, 'le convoi part a quatre heures de la gare vers Agadez ')

export const BODIES: Hostile[] = [
  // Bodies that can be read
  [
    'a body of plain ASCII',
    join(pkesk, v1(text(700).map((o) => o & 0x7f))),
    'expected ciphertext in the encrypted data, got readable octets',
  ],
  ['a short body of plain ASCII', join(pkesk, v1(text(104).map((o) => o & 0x7f))), 'got readable octets'],
  ['a body of French in UTF-8', join(pkesk, v1(text(700))), 'got readable octets'],
  [
    'a body of Arabic in UTF-8',
    join(pkesk, v1(Buffer.from('رأى الشاهد المهرب عند المحطة القديمة في أغاديز '.repeat(9)))),
    'got readable octets',
  ],
  [
    'a body of UTF-16',
    join(pkesk, v1(Buffer.from('the smuggler waits at the station '.repeat(12), 'utf16le'))),
    'got readable octets',
  ],
  [
    'a body of hexadecimal',
    join(pkesk, v1(Buffer.from(randomBytes(350).toString('hex')))),
    'got readable octets',
  ],
  [
    'a body of base64',
    join(pkesk, v1(Buffer.from(randomBytes(600).toString('base64')))),
    'got readable octets',
  ],
  ['a body of zeros', join(pkesk, v1(Buffer.alloc(700))), 'got readable octets'],
  ['a body of one repeated octet', join(pkesk, v1(Buffer.alloc(700, 0xee))), 'got readable octets'],
  [
    'a body of a short repeated pattern',
    join(pkesk, v1(Buffer.alloc(700, Buffer.from('f0e1d2c3b4a59687', 'hex')))),
    'got readable octets',
  ],
  ['text after a random start', join(pkesk, v1(join(randomBytes(18), text(600)))), 'got readable octets'],
  [
    '511 octets of text inside much ciphertext',
    join(pkesk, v1(join(randomBytes(40_001), text(511), randomBytes(40_000)))),
    'got readable octets',
  ],
  [
    'text at the very end of ciphertext',
    join(pkesk, v1(join(randomBytes(40_100), text(256)))),
    'got readable octets',
  ],
  [
    'text in chunks',
    join(pkesk, partial(SEIPD, join(octets(1), text(2_000)), [9, 0, 0, 9])),
    'got readable octets',
  ],
  [
    'text in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, join(octets(2, 9, 2, 6), text(732)))),
    'got readable octets',
  ],

  [
    'a line of 48 letters deep in ciphertext',
    join(pkesk, v1(join(randomBytes(30_001), ascii(48), randomBytes(30_000)))),
    'got readable octets',
  ],
  [
    'text after 4 KiB of ciphertext',
    join(pkesk, v1(join(randomBytes(4_096), text(60_000)))),
    'got readable octets',
  ],
  [
    'a body of Arabic in one octet a letter',
    join(pkesk, v1(Buffer.alloc(900, Buffer.from('d1c7ec20c7e1d4c7e5cf20c7e1e3e5d1c820', 'hex')))),
    'got readable octets',
  ],
  [
    'a body of UTF-32',
    join(pkesk, v1(Buffer.alloc(900, Buffer.from('G\0\0\0a\0\0\0r\0\0\0e\0\0\0 \0\0\0')))),
    'got readable octets',
  ],
  [
    'a body of quoted-printable',
    join(pkesk, v1(Buffer.alloc(900, 'Vu =C3=A0 la gare. '))),
    'got readable octets',
  ],
  [
    'a body of uuencoded octets',
    join(pkesk, v1(Buffer.alloc(900, 'M5F4@<&%S<V5U<B!A="!L82!G87)E+B!,92!C;VYV;VD@<&%R="!A(#0@:"X\n'))),
    'got readable octets',
  ],
  [
    'a body of Morse',
    join(pkesk, v1(Buffer.alloc(900, '.-.. . / -.-. --- -. ...- --- .. '))),
    'got readable octets',
  ],
  [
    'a body of bits written as digits',
    join(pkesk, v1(Buffer.alloc(900, '0100110001100101'))),
    'got readable octets',
  ],
  [
    'a body of a literal packet',
    join(pkesk, v1(packet(11, join(octets(0x62, 0, 0, 0, 0, 0), text(800))))),
    'got readable octets',
  ],
  [
    'a body of armor',
    join(pkesk, v1(Buffer.from(`-----BEGIN PGP MESSAGE-----\n\n${randomBytes(500).toString('base64')}`))),
    'got readable octets',
  ],
  [
    'Arabic after 40 KiB of ciphertext',
    join(pkesk, v1(join(randomBytes(40_000), Buffer.alloc(1_400, 'رأى الشاهد المهرب '), randomBytes(9_000)))),
    'got readable octets',
  ],
  [
    'text in the last chunk only',
    join(pkesk, partial(SEIPD, join(seipd1(4_096), text(700)), [12])),
    'got readable octets',
  ],
]

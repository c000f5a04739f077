import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { Hostile } from './hostile.ts'
import {
  data,
  ecdh3,
  join,
  KEY_A,
  KEY_B,
  many,
  octets,
  oldPacket,
  PKESK,
  packet,
  pkesk,
  rsa3,
  SEIPD,
  seipd2,
  text,
  whole,
  x25519v6,
} from './packets.ts'

// What is no packet, a foreign packet, or a packet where none belongs.

const literal = packet(11, join(octets(0x62, 0), octets(0, 0, 0, 0), Buffer.from('meet at the bus station')))
const skesk = packet(3, join(octets(4, 9, 3, 8), randomBytes(8), octets(96)))
const onePass = packet(4, join(octets(3, 0, 8, 1), KEY_A, octets(1)))

/** Ten million spaces in ten thousand octets. */
const bomb = packet(8, join(octets(2), deflateSync(Buffer.alloc(10_000_000, ' '))))

export const SHAPES: Hostile[] = [
  // Nothing and not packets
  ['nothing', octets(), 'expected a packet, got the end'],
  ['plain text', text(400), 'expected a packet header, got octet 65'],
  ['JSON', Buffer.from('{"text":"hello"}'), 'expected a packet header, got octet 123'],
  [
    'armor',
    Buffer.from('-----BEGIN PGP MESSAGE-----\n\nwcDM\n-----END PGP MESSAGE-----\n'),
    'expected a packet header, got octet 45',
  ],
  [
    'a cleartext-signed message',
    Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\n'),
    'expected a packet header, got octet 45',
  ],
  // Packets that carry readable or foreign matter
  ['a bare literal', literal, 'expected packet tag 1 or 18, got 11'],
  ['a literal before the message', join(literal, whole), 'got 11'],
  ['a literal between the packets', join(pkesk, literal, data), 'got 11'],
  ['a literal after the message', join(whole, literal), 'expected the end after the data packet'],
  [
    'a compressed packet in place of the data',
    join(pkesk, packet(8, join(octets(2), deflateSync('plain')))),
    'got 8',
  ],
  ['a compressed packet first', join(packet(8, octets(0, 1, 2)), whole), 'got 8'],
  ['a marker packet', join(packet(10, Buffer.from('PGP')), whole), 'got 10'],
  ['a marker packet that carries text', join(packet(10, text(200)), whole), 'got 10'],
  ['a marker between the packets', join(pkesk, packet(10, Buffer.from('PGP')), data), 'got 10'],
  ['a padding packet', join(packet(21, text(90)), whole), 'got 21'],
  ['a padding packet after the data', join(whole, packet(21, randomBytes(90))), 'got 92 more octets'],
  ['a private packet 60', join(packet(60, text(90)), whole), 'got 60'],
  ['a private packet 63 between the packets', join(pkesk, packet(63, text(90)), data), 'got 63'],
  ['the reserved tag 0', join(packet(0, text(90)), whole), 'got 0'],
  ['a trust packet', join(packet(12, text(90)), whole), 'got 12'],
  ['a user id', join(packet(13, text(90)), whole), 'got 13'],
  ['a signature first', join(packet(2, randomBytes(90)), whole), 'got 2'],
  ['a one-pass signature first', join(onePass, whole), 'got 4'],
  ['a passphrase recipient', join(skesk, data), 'got 3'],
  ['a passphrase recipient beside a key', join(pkesk, skesk, data), 'got 3'],
  ['data without integrity protection (tag 9)', join(pkesk, packet(9, randomBytes(300))), 'got 9'],
  ['the LibrePGP packet 20', join(pkesk, packet(20, randomBytes(300))), 'got 20'],
  ['a free MDC packet', join(whole, packet(19, randomBytes(20))), 'got 22 more octets'],
  ['a literal in old format', join(oldPacket(11, text(90), 0), whole), 'got 11'],
  // The order and the number of packets
  ['data without a recipient', data, 'expected 1 to 64 session key packets, got 0'],
  ['a recipient without data', pkesk, 'expected a packet, got the end'],
  [
    'a recipient after the data',
    join(whole, packet(PKESK, rsa3(KEY_B))),
    'expected the end after the data packet',
  ],
  ['two data packets', join(whole, data), 'expected the end after the data packet'],
  ['one octet after the end', join(whole, octets(0)), 'got 1 more octets'],
  ['text after the end', join(whole, text(300)), 'got 300 more octets'],
  ['65 recipients', join(many(65), data), 'expected 1 to 64 session key packets, got more'],
  ['10,000 recipients', join(many(10_000), data), 'got more'],
  [
    'one recipient twice',
    join(pkesk, packet(PKESK, ecdh3()), data),
    'expected one session key packet for a key, got two',
  ],
  [
    'one version 6 recipient twice',
    join(packet(PKESK, x25519v6()), packet(PKESK, x25519v6()), packet(SEIPD, seipd2())),
    'got two',
  ],
  // Hidden recipients
  [
    'a zero key id',
    join(packet(PKESK, rsa3(Buffer.alloc(8))), data),
    'expected a named recipient, got a hidden one',
  ],
  [
    'a zero key id beside a named one',
    join(pkesk, packet(PKESK, ecdh3(Buffer.alloc(8))), data),
    'got a hidden one',
  ],
  [
    'a version 6 packet without a name',
    join(
      packet(PKESK, join(octets(6, 0, 25), randomBytes(32), octets(40), randomBytes(40))),
      packet(SEIPD, seipd2()),
    ),
    'got a hidden one',
  ],
  [
    'a version 6 packet with a zero fingerprint',
    join(packet(PKESK, x25519v6(Buffer.alloc(32))), packet(SEIPD, seipd2())),
    'got a hidden one',
  ],
  // Versions
  [
    'a version 2 session key packet',
    join(packet(PKESK, join(octets(2), rsa3().subarray(1))), data),
    'expected a session key packet of version 3 or 6, got 2',
  ],
  ['an empty session key packet', join(packet(PKESK, octets()), data), 'got undefined'],
  [
    'version 3 with version 2 data',
    join(pkesk, packet(SEIPD, seipd2())),
    'expected session key packets of version 6, got 3',
  ],
  [
    'version 6 with version 1 data',
    join(packet(PKESK, x25519v6()), data),
    'expected session key packets of version 3, got 6',
  ],
  [
    'versions 3 and 6 together',
    join(pkesk, packet(PKESK, x25519v6()), data),
    'expected session key packets of version 3, got 6',
  ],
  [
    'version 3 data',
    join(pkesk, packet(SEIPD, join(octets(3), randomBytes(300)))),
    'expected encrypted data of version 1 or 2, got 3',
  ],
  ['an empty data packet', join(pkesk, packet(SEIPD, octets())), 'expected another octet, got the end'],
  [
    'a fingerprint of a version 5 key',
    join(
      packet(PKESK, join(octets(6, 33, 5), randomBytes(32), octets(25), randomBytes(73))),
      packet(SEIPD, seipd2()),
    ),
    'expected a recipient key of version 4 or 6, got 5',
  ],
  [
    'a fingerprint shorter than its version',
    join(
      packet(PKESK, join(octets(6, 21, 6), randomBytes(20), octets(25), randomBytes(73))),
      packet(SEIPD, seipd2()),
    ),
    'expected a fingerprint of 32 octets, got 20',
  ],
  [
    'a fingerprint beyond its packet',
    join(packet(PKESK, join(octets(6, 33, 6), randomBytes(10))), packet(SEIPD, seipd2())),
    'expected a fingerprint of 32 octets, got 10',
  ],
  [
    'a version 6 packet that ends after its name',
    join(packet(PKESK, join(octets(6, 33, 6), randomBytes(32))), packet(SEIPD, seipd2())),
    'expected an algorithm, got the end',
  ],

  // What carries more inside than it weighs
  ['a bomb of 10 MB in place of the data', join(pkesk, bomb), 'got 8'],
  ['a bomb before the message', join(bomb, whole), 'got 8'],
  ['a bomb in a bomb', packet(8, join(octets(2), deflateSync(bomb))), 'got 8'],
  ['a message inside a literal', packet(11, join(octets(0x62, 0, 0, 0, 0, 0), whole)), 'got 11'],
  ['a message inside a compressed packet', packet(8, join(octets(0), whole)), 'got 8'],
  [
    'a message in a message in place of the data',
    join(pkesk, whole),
    'expected one session key packet for a key, got two',
  ],
  ['a key', packet(6, randomBytes(90)), 'got 6'],
  ['a user attribute', packet(17, text(90)), 'got 17'],
  ['a data packet in front of its recipients', join(data, pkesk), 'expected the end after the data packet'],
  ['a passphrase recipient of version 6', join(packet(3, join(octets(6), randomBytes(60))), data), 'got 3'],
  ['a critical tag that nobody knows', join(packet(39, text(90)), whole), 'got 39'],
  ['tags of two octets', join(octets(0xff), packet(PKESK, rsa3()), data), 'got 63'],
]

import { randomBytes } from 'node:crypto'
import type { Hostile } from './hostile.ts'
import {
  data,
  ecdh3,
  fiveOctets,
  join,
  KEY_A,
  newLength,
  octets,
  oldPacket,
  PKESK,
  packet,
  partial,
  pkesk,
  rsa3,
  SEIPD,
  seipd1,
  seipd2,
  whole,
  x25519v6,
} from './packets.ts'

// Packets that lie about where they end, and data packets of another make.

export const LENGTHS: Hostile[] = [
  // Lengths
  [
    'a partial session key packet',
    join(partial(PKESK, rsa3(KEY_A, 4096), [9]), data),
    'expected a session key packet of known length, got a partial one',
  ],
  [
    'a session key packet that is one part of more',
    join(octets(0xc1, 233), rsa3(KEY_A, 4_000), data),
    'got a partial one',
  ],
  [
    'a session key packet of indeterminate length',
    oldPacket(PKESK, rsa3(), 3),
    'expected a packet of known length, got an indeterminate one',
  ],
  [
    'a session key packet that ends too early',
    join(packet(PKESK, rsa3()).subarray(0, 200)),
    'expected a packet of 396 octets, got 197',
  ],
  [
    'a session key length that reaches into the data',
    join(octets(0xc1), newLength(500), rsa3(), data),
    'expected 384 octets for 3072 bits',
  ],
  [
    'a one-octet length in five octets',
    join(octets(0xc1), fiveOctets(94), ecdh3(), data),
    'expected the shortest length encoding',
  ],
  [
    'a two-octet length in five octets',
    join(pkesk, octets(0xd2), fiveOctets(700), seipd1()),
    'got five octets for 700',
  ],
  [
    'a one-octet length in two octets, old format',
    join(oldPacket(PKESK, ecdh3(), 1), data),
    'got 2 octets for 94',
  ],
  [
    'a two-octet length in four octets, old format',
    join(oldPacket(PKESK, rsa3(), 2), data),
    'got 4 octets for 396',
  ],
  ['a data packet that ends too early', whole.subarray(0, -1), 'expected a packet of 700 octets, got 699'],
  [
    'a data packet that claims four gigabytes',
    join(pkesk, octets(0xd2), fiveOctets(0xffffffff), seipd1()),
    'expected a packet of 4294967295 octets',
  ],
  ['a header without a length', join(pkesk, octets(0xd2)), 'expected another octet, got the end'],
  ['a length cut in two', join(pkesk, octets(0xd2, 255, 0)), 'expected another octet, got the end'],
  [
    'a first chunk of 256 octets',
    join(pkesk, partial(SEIPD, seipd1(), [8])),
    'expected a first chunk of at least 512 octets, got 256',
  ],
  ['a first chunk of one octet', join(pkesk, partial(SEIPD, seipd1(), [0, 9])), 'got 1'],
  [
    'chunks without a last one',
    join(pkesk, octets(0xd2, 233), seipd1(512)),
    'expected another octet, got the end',
  ],
  [
    'a last chunk that ends too early',
    partial(SEIPD, seipd1(700), [9]).length > 0
      ? join(pkesk, partial(SEIPD, seipd1(700), [9])).subarray(0, -3)
      : octets(),
    'expected a chunk of 188 octets, got 185',
  ],
  [
    'a middle chunk that ends too early',
    join(pkesk, octets(0xd2, 233), seipd1(512), octets(236), randomBytes(99)),
    'expected a chunk of 4096 octets, got 99',
  ],
  [
    'a chunk of two gigabytes',
    join(pkesk, octets(0xd2, 254), seipd1()),
    'expected a packet of 1073741824 octets',
  ],
  // The data packet itself
  [
    'version 1 shorter than a signed message',
    join(pkesk, packet(SEIPD, seipd1(104))),
    'expected at least 105 octets of encrypted data, got 104',
  ],
  [
    'AES-128 in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 7))),
    'expected AES-256 (9), got cipher 7',
  ],
  [
    'plaintext "cipher" 0 in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 0))),
    'got cipher 0',
  ],
  [
    'EAX in version 2',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 9, 1))),
    'expected OCB (2) or GCM (3), got mode 1',
  ],
  [
    'a chunk octet of 17',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(700, 9, 2, 17))),
    'expected a chunk size octet of at most 16, got 17',
  ],
  [
    'a last chunk no longer than its tag',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(4112 + 10 + 16))),
    'expected a last chunk longer than its tag, got 10',
  ],
  [
    'version 2 without chunks',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2(16))),
    'octets of encrypted chunks, got 16',
  ],
  [
    'version 2 that ends in its salt',
    join(packet(PKESK, x25519v6()), packet(SEIPD, seipd2().subarray(0, 20))),
    'octets of encrypted chunks, got 0',
  ],

  ['a session key packet of no length', join(octets(0xc1, 0), whole), 'got undefined'],
  [
    'a session key packet that claims four gigabytes',
    join(octets(0xc1), fiveOctets(0xffffffff), rsa3(), data),
    'expected a packet of 4294967295 octets',
  ],
  [
    'the same in the old format',
    join(octets(0x86, 255, 255, 255, 255), rsa3(), data),
    'expected a packet of 4294967295 octets',
  ],
  [
    'data of indeterminate length',
    join(pkesk, octets(0x8c | 3), randomBytes(600)),
    'got an indeterminate one',
  ],
  ['data of indeterminate length under its own tag', join(pkesk, octets(0xd2, 255), seipd1()), 'expected'],
  [
    'a last chunk that claims four gigabytes',
    join(pkesk, octets(0xd2, 233), seipd1(512), fiveOctets(0xffffffff)),
    'expected a chunk of 4294967295 octets',
  ],
  [
    'chunks of one octet without end',
    join(pkesk, octets(0xd2, 233), seipd1(512), Buffer.alloc(40_000, Buffer.from([224, 7]))),
    'expected another octet, got the end',
  ],
  [
    'chunks that end in a longer length than needed',
    join(pkesk, octets(0xd2, 233), seipd1(512), fiveOctets(9), randomBytes(9)),
    'expected the shortest length encoding',
  ],
  [
    'a chunked packet with octets after its end',
    join(pkesk, partial(SEIPD, seipd1(700), [9]), octets(0)),
    'got 1 more octets',
  ],
]

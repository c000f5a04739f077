import { randomBytes } from 'node:crypto'
import type { Hostile } from './hostile.ts'
import {
  data,
  ecdh3,
  FINGERPRINT_V6,
  integer,
  join,
  KEY_A,
  KEY_B,
  many,
  octets,
  PKESK,
  packet,
  rsa3,
  SEIPD,
  seipd2,
  text,
  x25519v3,
  x25519v6,
} from './packets.ts'

// Session key packets whose algorithm or fields are not what they say.

const ascii = (size: number) => Buffer.alloc(size, 'Le convoi part a 4 h de la gare. ')

export const SESSION_KEYS: Hostile[] = [
  // Algorithms and the sizes of their fields
  [
    'an ElGamal recipient',
    join(packet(PKESK, join(octets(3), KEY_A, octets(16), integer(2048), integer(2048))), data),
    'got algorithm 16',
  ],
  [
    'the retired RSA encrypt-only code',
    join(packet(PKESK, join(octets(3), KEY_A, octets(2), integer(3072))), data),
    'got algorithm 2',
  ],
  [
    'a signing algorithm',
    join(packet(PKESK, join(octets(3), KEY_A, octets(22), integer(263, 0x40))), data),
    'got algorithm 22',
  ],
  [
    'a private algorithm with text',
    join(packet(PKESK, join(octets(3), KEY_A, octets(100), text(200))), data),
    'got algorithm 100',
  ],
  [
    'RSA of 8192 bits',
    join(packet(PKESK, rsa3(KEY_A, 8192)), data),
    'expected an RSA session key of 2048 to 4096 bits, got 8192',
  ],
  ['RSA of 4097 bits', join(packet(PKESK, rsa3(KEY_A, 4097)), data), 'got 4097'],
  ['RSA of 1024 bits', join(packet(PKESK, rsa3(KEY_A, 1024)), data), 'got 1024'],
  [
    'an RSA integer whose top bit is elsewhere',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1), integer(3072, 0x01))), data),
    'expected an integer of 3072 bits, got a first octet of 1 bits',
  ],
  [
    'an RSA integer that begins with zero',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1), integer(3072, 0))), data),
    'got a first octet of 0 bits',
  ],
  [
    'an RSA integer shorter than it says',
    join(packet(PKESK, rsa3().subarray(0, 300)), data),
    'expected 384 octets for 3072 bits, got 288',
  ],
  [
    'octets after the RSA integer',
    join(packet(PKESK, join(rsa3(), text(20))), data),
    'expected 384 octets for 3072 bits, got 404',
  ],
  ['two RSA integers', join(packet(PKESK, join(rsa3(), integer(3072))), data), 'got 770'],
  [
    'text in place of the RSA integer',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1, 0x0b, 0xff), text(384))), data),
    'expected ciphertext in an encrypted session key, got readable octets',
  ],
  [
    'no integer at all',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1))), data),
    'expected an integer, got 0 octets',
  ],
  [
    'a session key packet of nine octets',
    join(packet(PKESK, join(octets(3), KEY_A)), data),
    'expected at least 10 octets',
  ],
  [
    'an ECDH point of a strange size',
    join(packet(PKESK, join(octets(3), KEY_A, octets(18), integer(255), octets(48), randomBytes(48))), data),
    'expected a curve point, got an integer of 255 bits',
  ],
  [
    'an ECDH point with another prefix',
    join(
      packet(PKESK, join(octets(3), KEY_A, octets(18), integer(263, 0x41), octets(48), randomBytes(48))),
      data,
    ),
    'expected point prefix 64, got 65',
  ],
  [
    'an ECDH wrapped key of 200 octets',
    join(packet(PKESK, ecdh3(KEY_A, 200)), data),
    'expected a wrapped key of 32, 40 or 48 octets, got 200',
  ],
  [
    'an ECDH packet without a wrapped key',
    join(packet(PKESK, ecdh3(KEY_A, 48).subarray(0, 45)), data),
    'got none',
  ],
  [
    'octets after the ECDH wrapped key',
    join(packet(PKESK, join(ecdh3(), octets(0))), data),
    'expected 48 octets of wrapped key, got 49',
  ],
  [
    'text in place of the ECDH secret',
    join(packet(PKESK, join(octets(3), KEY_A, octets(18, 1, 7, 0x40), text(32), octets(48), text(48))), data),
    'got readable octets',
  ],
  [
    'X25519 that ends in its ephemeral key',
    join(packet(PKESK, x25519v3().subarray(0, 30)), data),
    'expected an ephemeral key of 32 octets, got 20',
  ],
  [
    'X25519 with a longer wrapped key',
    join(packet(PKESK, x25519v6(FINGERPRINT_V6, 48)), packet(SEIPD, seipd2())),
    'expected a wrapped AES key, got 48 octets',
  ],
  [
    'X25519 with octets after the wrapped key',
    join(packet(PKESK, join(x25519v6(), octets(1))), packet(SEIPD, seipd2())),
    'expected 40 octets of wrapped key, got 41',
  ],
  [
    'X25519 of version 3 with another cipher',
    join(packet(PKESK, x25519v3(KEY_A, 2)), data),
    'expected an AES cipher (7, 8, 9), got 2',
  ],

  // Text that hides in a session key packet whose shape is right
  [
    'text in place of an ephemeral key',
    join(packet(PKESK, join(octets(3), KEY_A, octets(25), ascii(32), octets(41, 9), randomBytes(40))), data),
    'got readable octets',
  ],
  [
    'text in place of a wrapped key',
    join(packet(PKESK, join(octets(3), KEY_A, octets(25), randomBytes(32), octets(41, 9), ascii(40))), data),
    'got readable octets',
  ],
  [
    'text in place of a wrapped key of version 6',
    join(packet(PKESK, join(x25519v6().subarray(0, -40), ascii(40))), packet(SEIPD, seipd2())),
    'got readable octets',
  ],
  [
    'text in a point of P-256',
    join(
      packet(PKESK, join(octets(3), KEY_A, octets(18, 2, 3, 4), ascii(64), octets(48), randomBytes(48))),
      data,
    ),
    'got readable octets',
  ],
  [
    'a line of text in the middle of an RSA integer',
    join(packet(PKESK, join(rsa3().subarray(0, 100), ascii(40), randomBytes(256))), data),
    'got readable octets',
  ],
  [
    'text in the last of 64 recipients',
    join(many(63), packet(PKESK, join(ecdh3(KEY_B).subarray(0, -48), ascii(48))), data),
    'got readable octets',
  ],
  ['an RSA integer of 65,535 bits', join(packet(PKESK, rsa3(KEY_A, 65_535)), data), 'got 65535'],
  [
    'an RSA integer of no bits',
    join(packet(PKESK, join(octets(3), KEY_A, octets(1, 0, 0, 1))), data),
    'got a first octet',
  ],
  [
    'X448 with the fields of X25519',
    join(packet(PKESK, join(octets(3), KEY_A, octets(26), x25519v3().subarray(10))), data),
    'octets of wrapped key',
  ],
  [
    'a key of ML-KEM',
    join(packet(PKESK, join(octets(3), KEY_A, octets(35), randomBytes(1_200))), data),
    'got algorithm 35',
  ],
]

import { createCipheriv, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCfb } from '../../../clients/core/cfb.ts'

const key = randomBytes(32)
const PIECE = 1 << 16

function byCbc(parts: Uint8Array[]): Buffer {
  const sealed: Buffer[] = []
  const cfb = openCfb(key, (octets) => sealed.push(Buffer.from(octets)))
  parts.forEach(cfb.put)
  cfb.end()
  return Buffer.concat(sealed)
}

function byOpenssl(parts: Uint8Array[]): Buffer {
  const cipher = createCipheriv('aes-256-cfb', key, Buffer.alloc(16))
  return Buffer.concat([...parts.map((part) => cipher.update(part)), cipher.final()])
}

describe('CFB by way of CBC', () => {
  it('seals as OpenSSL does, in whatever parts the text comes', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: PIECE - 40, max: PIECE + 40 }).map((length) => randomBytes(length)),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => byCbc(parts).equals(byOpenssl(parts))),
      { numRuns: 200 },
    )
  })

  it.each([0, 1, 15, 16, 17, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])('of %i octets', (length) => {
    const text = [randomBytes(length)]
    expect(byCbc(text).equals(byOpenssl(text))).toBe(true)
  })
})

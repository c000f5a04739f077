import { createCipheriv } from 'node:crypto'
import { letGo } from '../../schema/wire/let-go.ts'

const BLOCK = 16
const WORDS = BLOCK / 4
const PIECE = 1 << 16

export type Cfb = {
  put(text: Uint8Array): void
  /** What is left. Nothing may be put after it. */
  end(): void
}

/**
 * AES-256 in CFB with a zero vector, as RFC 9580 §5.13.1 has it, by way of CBC. In CFB each block of keystream is the cipher of
 * the sealed block before it: K₁ = E(0), Kₙ₊₁ = E(Tₙ ⊕ Kₙ), which is CBC over the text T with the vector K₁. OpenSSL calls
 * its cipher block by block for the one and has a loop of its own for the other, which takes two thirds of the time.
 * @param seal takes the sealed octets, piece by piece; they are another's after it returns
 */
export function openCfb(key: Uint8Array, seal: (octets: Uint8Array) => void): Cfb {
  const plain = Buffer.alloc(PIECE)
  const words = new Int32Array(plain.buffer, plain.byteOffset, PIECE / 4)
  let held = 0
  let before: Int32Array = firstOf(key)
  const cbc = createCipheriv('aes-256-cbc', key, octetsOf(before)).setAutoPadding(false)

  function flush(): void {
    const count = Math.ceil(held / BLOCK) * WORDS
    const out = cbc.update(plain.subarray(0, count * 4))
    const stream = new Int32Array(out.buffer, out.byteOffset, count)
    // From the end, for the stream is one block behind the text.
    const last = stream.slice(count - WORDS)
    for (let at = count - 1; at >= WORDS; at--) words[at]! ^= stream[at - WORDS]!
    for (let at = 0; at < WORDS; at++) words[at]! ^= before[at]!
    before = last
    seal(plain.subarray(0, held))
    held = 0
    letGo(out)
  }

  return {
    put(text) {
      for (let at = 0; at < text.length; ) {
        const taken = text.subarray(at, at + PIECE - held)
        plain.set(taken, held)
        held += taken.length
        at += taken.length
        if (held === PIECE) flush()
      }
    },
    end() {
      if (held > 0) flush()
    },
  }
}

function firstOf(key: Uint8Array): Int32Array {
  const first = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(Buffer.alloc(BLOCK))
  return new Int32Array(Uint8Array.from(first).buffer)
}

const octetsOf = ({ buffer }: Int32Array) => new Uint8Array(buffer)

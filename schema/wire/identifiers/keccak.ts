/**
 * Keccak-256 as Ethereum uses it: SHA-3's permutation (FIPS 202) with the padding from before the standard, which is
 * why `node:crypto` cannot stand in. For checksums of public addresses only.
 */
export function keccak256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 1) / RATE) * RATE)
  padded.set(message)
  padded[message.length]! ^= 0x01
  padded[padded.length - 1]! ^= 0x80

  const words = new DataView(padded.buffer)
  const state = new BigUint64Array(25)
  for (let block = 0; block < padded.length; block += RATE) {
    for (let lane = 0; lane < RATE / 8; lane++) state[lane]! ^= words.getBigUint64(block + lane * 8, true)
    permute(state)
  }
  return new Uint8Array(state.buffer.slice(0, 32))
}

/** Bytes absorbed at a time. */
const RATE = 136

function permute(state: BigUint64Array): void {
  for (const constant of ROUND_CONSTANTS) {
    theta(state)
    rhoPi(state)
    chi(state)
    state[0]! ^= constant
  }
}

function theta(state: BigUint64Array): void {
  const parity = [0, 1, 2, 3, 4].map((x) => [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ state[x + y]!, 0n))
  for (let x = 0; x < 5; x++) {
    const mix = parity[(x + 4) % 5]! ^ rotate(parity[(x + 1) % 5]!, 1)
    for (let y = 0; y < 25; y += 5) state[x + y]! ^= mix
  }
}

/** Each lane moves to its next place (pi) and turns by the next triangular number (rho). */
function rhoPi(state: BigUint64Array): void {
  let x = 1
  let y = 0
  let held = state[1]!
  for (let step = 0; step < 24; step++) {
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
    const next = state[x + 5 * y]!
    state[x + 5 * y] = rotate(held, (((step + 1) * (step + 2)) / 2) % 64)
    held = next
  }
}

function chi(state: BigUint64Array): void {
  for (let y = 0; y < 25; y += 5) {
    const row = state.slice(y, y + 5)
    for (let x = 0; x < 5; x++) state[y + x] = row[x]! ^ (~row[(x + 1) % 5]! & row[(x + 2) % 5]!)
  }
}

const rotate = (lane: bigint, by: number): bigint =>
  BigInt.asUintN(64, (lane << BigInt(by)) | (lane >> BigInt(64 - by)))

/** Bit 2^j − 1 of round i is bit j + 7i of the register x⁸ + x⁶ + x⁵ + x⁴ + 1 (FIPS 202 §3.2.5). */
const ROUND_CONSTANTS = roundConstants()

function roundConstants(): bigint[] {
  let register = 1
  return Array.from({ length: 24 }, () => {
    let constant = 0n
    for (let j = 0; j < 7; j++) {
      if (register & 1) constant |= 1n << BigInt(2 ** j - 1)
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0)
    }
    return constant
  })
}

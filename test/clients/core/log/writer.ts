import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

// A log written the naive way, straight from the words of RFC 6962 and C2SP, to try the verifier on. It shares nothing
// with the verifier, nor with the writer of the server.

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
export const leafOf = (entry: Uint8Array) => sha256(Buffer.of(0), entry)
export const nodeOf = (left: Uint8Array, right: Uint8Array) => sha256(Buffer.of(1), left, right)

function largestPowerBelow(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

export class NaiveTree {
  readonly entries: Buffer[]
  readonly #known = new Map<number, Map<number, Buffer>>()

  constructor(entries: Buffer[]) {
    this.entries = entries
  }

  /** MTH(D[from:to]) of RFC 6962 §2.1. */
  hash(from: number, to: number): Buffer {
    if (from === to) return sha256()
    const row = this.#known.get(from) ?? new Map<number, Buffer>()
    this.#known.set(from, row)
    const known = row.get(to)
    if (known) return known
    const k = largestPowerBelow(to - from)
    const made =
      to - from === 1
        ? leafOf(this.entries[from]!)
        : nodeOf(this.hash(from, from + k), this.hash(from + k, to))
    row.set(to, made)
    return made
  }

  root = (size: number) => this.hash(0, size)

  /** PATH(m, D[from:to]) of §2.1.1. */
  path(m: number, to: number, from = 0): Buffer[] {
    const n = to - from
    if (n === 1) return []
    const k = largestPowerBelow(n)
    return m < k
      ? [...this.path(m, from + k, from), this.hash(from + k, to)]
      : [...this.path(m - k, to, from + k), this.hash(from, from + k)]
  }

  /** PROOF(m, D[0:n]) of §2.1.2. */
  proof = (m: number, n: number): Buffer[] => (m === 0 ? [] : this.subproof(m, 0, n, true))

  subproof(m: number, from: number, to: number, whole: boolean): Buffer[] {
    const n = to - from
    if (m === n) return whole ? [] : [this.hash(from, to)]
    const k = largestPowerBelow(n)
    return m <= k
      ? [...this.subproof(m, from, from + k, whole), this.hash(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.hash(from, from + k)]
  }
}

export type Signer = { name: string; type: number; key: KeyObject; id: Buffer; vkey: string }

/** An Ed25519 key that is the same in every run: its seed is the hash of its name. */
export function signerOf(name: string, type: 1 | 4, seed = name): Signer {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const der = Buffer.concat([prefix, sha256(Buffer.from(seed))])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  const material = Buffer.concat([Buffer.of(type), raw])
  const id = sha256(Buffer.from(`${name}\n`), material).subarray(0, 4)
  return { name, type, key, id, vkey: `${name}+${id.toString('hex')}+${material.toString('base64')}` }
}

export const headText = (origin: string, size: number, root: Buffer, more = '') =>
  `${origin}\n${size}\n${root.toString('base64')}\n${more}`

export function signatureOf(signer: Signer, text: string, time = 1_700_000_000): string {
  const stamp = Buffer.alloc(8)
  stamp.writeBigUInt64BE(BigInt(time))
  const bytes =
    signer.type === 1
      ? [signer.id, sign(null, Buffer.from(text), signer.key)]
      : [signer.id, stamp, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), signer.key)]
  return `— ${signer.name} ${Buffer.concat(bytes).toString('base64')}\n`
}

export type Signed = Signer | { signer: Signer; time: number }

export function noteOf(text: string, signers: readonly Signed[]): Buffer {
  const lines = signers.map((one) =>
    'signer' in one ? signatureOf(one.signer, text, one.time) : signatureOf(one, text),
  )
  return Buffer.from(`${text}\n${lines.join('')}`)
}

export const entriesOf = (count: number, salt = 'entry', octets = 128): Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.alloc(octets, `${salt} ${i}.`))

function nameOf(index: number): string {
  const digits = String(index)
  const parts = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!
  return parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/')
}

/** Every file of a log as path and octets, its tiles as they are at `size`. */
export function filesOf(tree: NaiveTree, size: number): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (let level = 0; 256 ** level <= size; level++) {
    const span = 256 ** level
    const hashes = Math.floor(size / span)
    for (let n = 0; n * 256 < hashes; n++) {
      const width = Math.min(256, hashes - n * 256)
      const name = nameOf(n) + (width < 256 ? `.p/${width}` : '')
      const numbers = Array.from({ length: width }, (_, i) => n * 256 + i)
      files.set(
        `tile/${level}/${name}`,
        Buffer.concat(numbers.map((i) => tree.hash(i * span, (i + 1) * span))),
      )
      if (level > 0) continue
      const entries = numbers.flatMap((i) => {
        const entry = tree.entries[i]!
        return [Buffer.of(entry.length >> 8, entry.length & 255), entry]
      })
      files.set(`tile/entries/${name}`, Buffer.concat(entries))
    }
  }
  return files
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}

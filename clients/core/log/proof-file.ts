import { openCheckpoint } from './checkpoint.ts'
import type { Policy } from './policy.ts'
import { decodeBase64, readHash, readNumber, readText } from './text.ts'
import { broken, hashLeaf, rootByInclusion, same } from './tree.ts'

/** An entry's place in a log, provable without a network (C2SP tlog-proof). */
export type ProofFile = {
  index: number
  path: Uint8Array[]
  checkpoint: Buffer
  /** Here the octets of the entry: they hash to what the path starts from, or the proof does not hold. */
  extra: Buffer | null
}

const TITLE = 'c2sp.org/tlog-proof@v1'
const MOST_HASHES = 63
/** The largest entry in base64, a path, and a checkpoint. */
const MOST_OCTETS = 524_288

export function writeProof({ index, path, checkpoint, extra }: ProofFile): Buffer {
  const lines = [
    TITLE,
    ...(extra === null ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...path.map((hash) => Buffer.from(hash).toString('base64')),
    '',
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), checkpoint])
}

export const isProof = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, TITLE.length)).toString('latin1') === TITLE

/** Reads a proof whatever it is worth. The bytes are hostile. @throws Fault LOG */
export function parseProof(bytes: Uint8Array): ProofFile {
  if (bytes.length > MOST_OCTETS) throw broken(`expected a proof of at most ${MOST_OCTETS} octets, got more`)
  const text = readText(bytes, 'a proof')
  const cut = text.indexOf('\n\n')
  const [title, ...lines] = text.slice(0, Math.max(cut, 0)).split('\n')
  if (cut < 0 || title !== TITLE) throw broken('expected a proof of C2SP tlog-proof, got another file')
  const extra = lines[0]?.startsWith('extra ')
    ? decodeBase64(lines.shift()!.slice('extra '.length))
    : undefined
  if (extra === null) throw broken('expected the extra data of the proof in base64, got something else')
  const index = lines.shift()
  if (!index?.startsWith('index ')) throw broken('expected the index of the entry in the proof, got none')
  if (lines.length > MOST_HASHES)
    throw broken(`expected a path of at most ${MOST_HASHES} hashes, got ${lines.length}`)
  return {
    index: readNumber(index.slice('index '.length), 'the index of the entry'),
    path: lines.map((line) => readHash(line, 'a hash of the path')),
    checkpoint: Buffer.from(text.slice(cut + 2)),
    extra: extra ?? null,
  }
}

export type OpenedProof = ReturnType<typeof openCheckpoint> & {
  index: number
  leafHash: Buffer
  entry: Buffer | null
}

/**
 * Checks a proof: its checkpoint is signed by a log of the policy and the entry is in that log's tree. Of which entry
 * is said by `leafHash`, or else by the octets that the proof carries. A quorum is the caller's to ask for.
 *
 * @throws Fault LOG
 */
export function openProof(bytes: Uint8Array, policy: Policy, leafHash?: Buffer): OpenedProof {
  const proof = parseProof(bytes)
  const opened = openCheckpoint(proof.checkpoint, policy.logs, policy.witnesses)
  const carried = proof.extra && hashLeaf(proof.extra)
  const leaf = leafHash ?? carried
  if (!leaf) throw broken('expected a proof that carries its entry, or the hash of a leaf, got neither')
  const led = rootByInclusion({ index: proof.index, size: opened.checkpoint.size }, leaf, proof.path)
  if (led === null || !same(led, opened.checkpoint.root))
    throw broken(
      `expected a path from the entry to the root of ${opened.checkpoint.size} leaves, got another`,
    )
  // Extra data which is not the entry proves nothing, and is not shown as if it did.
  const entry = carried && same(carried, leaf) ? proof.extra : null
  return { ...opened, index: proof.index, leafHash: leaf, entry }
}

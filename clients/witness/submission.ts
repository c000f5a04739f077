import { type Checkpoint, parseCheckpoint } from '../core/log/checkpoint.ts'
import { decodeUtf8, readHash, readNumber } from '../core/log/text.ts'
import { broken } from '../core/log/tree.ts'

/** What a log submits (C2SP tlog-witness, `add-checkpoint`). */
export type Submission = { old: number; path: Buffer[]; checkpoint: Checkpoint }

const MOST_HASHES = 63

/** Reads a request body. It is hostile: nobody has signed it yet. @throws Fault LOG */
export function parseSubmission(body: Buffer): Submission {
  const cut = body.indexOf('\n\n')
  const text = cut < 0 ? null : decodeUtf8(body.subarray(0, cut))
  if (text === null) throw broken('expected an old size, a path and a checkpoint, got something else')
  const [first, ...lines] = text.split('\n')
  if (!first?.startsWith('old ')) throw broken('expected the old size, got something else')
  if (lines.length > MOST_HASHES)
    throw broken(`expected a path of at most ${MOST_HASHES} hashes, got ${lines.length}`)
  return {
    old: readNumber(first.slice('old '.length), 'the old size'),
    path: lines.map((line) => readHash(line, 'a hash of the path')),
    checkpoint: parseCheckpoint(body.subarray(cut + 2)),
  }
}

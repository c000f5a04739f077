import { Fault } from '../../../schema/wire/fault.ts'
import type { Clock } from '../../clock.ts'
import { type Cosignature, cosignatureIn } from './cosignature.ts'
import { readLines } from './note.ts'
import type { Prover } from './proof.ts'
import type { Witness } from './witness-policy.ts'

/** A checkpoint to be co-signed: all of it, and what its signatures are over. */
export type Candidate = { size: number; checkpoint: Buffer; text: Buffer; prover: Prover }

export type Asking = {
  /** How many leaves the witness is thought to have seen. It says so itself where that is wrong. */
  known: number
  signal: AbortSignal
  clock: Clock
}

/** Signature lines of several keys, those of ML-DSA as well. */
const MOST_ANSWER = 65_536
/** Others may show it our checkpoints at the same time; whoever names ever new sizes is not asked for ever. */
const TRIES = 3
/** How far a witness's clock may be from ours: what is older would not count as long as it should. */
const AHEAD = 60_000
const BEHIND = 15 * 60_000

/**
 * Asks one witness for its cosignature (C2SP tlog-witness, `add-checkpoint`). Whatever it answers is hostile.
 *
 * @throws Fault UNREACHABLE where there is no answer in time; LOG where there is another answer than a cosignature that
 * holds and is of now; LOG_DAMAGED where the witness says that it has seen what this log is no continuation of, or where
 * the log's own tiles make no proof.
 */
export async function askWitness(
  witness: Witness & { url: string },
  candidate: Candidate,
  asking: Asking,
): Promise<Cosignature> {
  const { name } = witness.key
  let from = asking.known
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await post(witness, await submissionOf(candidate, from), asking.signal)
    if (answer.status === 200) return believed(witness, candidate, answer.body, asking.clock())
    if (answer.status === 422) throw accused(name, `a beginning of these ${candidate.size} leaves`, 'others')
    const seen = answer.status === 409 ? sizeIn(answer.body) : null
    if (seen === null) throw refused(name, 'a cosignature', `status ${answer.status}`)
    if (seen > candidate.size) throw accused(name, `at most ${candidate.size} leaves`, String(seen))
    if (seen === from && seen === candidate.size) throw accused(name, `these ${seen} leaves`, 'others')
    from = seen
  }
  throw refused(name, 'one size', 'ever new ones')
}

async function submissionOf({ size, checkpoint, prover }: Candidate, from: number): Promise<Buffer> {
  const proof = await prover.consistency(from, size)
  const lines = [`old ${from}`, ...proof.map((hash) => hash.toString('base64')), '', '']
  return Buffer.concat([Buffer.from(lines.join('\n')), checkpoint])
}

function believed({ key }: Witness, { text }: Candidate, body: Buffer, now: number): Cosignature {
  const cosignature = cosignatureIn(readLines(body.toString('utf8')) ?? [], text, key)
  if (!cosignature) throw refused(key.name, 'a cosignature that holds', 'something else')
  const by = cosignature.time - now
  if (by > AHEAD || by < -BEHIND)
    throw refused(key.name, 'a cosignature of now', `one of ${new Date(cosignature.time).toISOString()}`)
  return cosignature
}

function sizeIn(body: Buffer): number | null {
  const [, digits] = /^(0|[1-9]\d{0,15})\n$/.exec(body.toString('latin1')) ?? []
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? Number(digits) : null
}

type Answer = { status: number; body: Buffer }

async function post({ key, url }: Witness, body: Buffer, signal: AbortSignal): Promise<Answer> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    const sent = { method: 'POST', headers, body: new Uint8Array(body), redirect: 'error', signal } as const
    const answer = await fetch(`${url}/add-checkpoint`, sent)
    for await (const chunk of answer.body ?? []) {
      length += chunk.length
      // Leaving the loop breaks the answer off.
      if (length > MOST_ANSWER) break
      chunks.push(chunk)
    }
    if (length <= MOST_ANSWER) return { status: answer.status, body: Buffer.concat(chunks) }
  } catch {
    throw new Fault('UNREACHABLE', `expected an answer of ${key.name} in time, got none`)
  }
  throw refused(key.name, `at most ${MOST_ANSWER} octets`, 'more')
}

const refused = (name: string, expected: string, got: string) =>
  new Fault('LOG', `expected ${expected} of ${name}, got ${got}`)

/** What only a witness that lies says of a sound log. */
const accused = (name: string, expected: string, got: string) =>
  new Fault('LOG_DAMAGED', `expected ${name} to have seen ${expected}, got ${got}`)

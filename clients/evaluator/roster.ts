import sodium from 'libsodium-wrappers-sumo'
import { z } from 'zod'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { CountryCode } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { Epoch, Octets32 } from '../../schema/wire/match.ts'
import { bytes, textOf } from './vault.ts'

// Who takes part in a key ceremony. Nobody keeps the list for the others: each evaluator prints its line, somebody puts the
// lines into one file, and every evaluator's people compare the hash of what they got, over the telephone.

export const EvaluatorName = z.string().regex(/^[a-z0-9][a-z0-9.-]{2,62}$/)
const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/)

/** One evaluator's line, signed by itself. */
export const RosterLine = z.strictObject({
  format: z.literal('portolan.evaluator.1'),
  instance: z.string().min(1).max(300),
  epoch: Epoch,
  name: EvaluatorName,
  country: CountryCode,
  url: z.url({ protocol: /^https?$/ }).max(300),
  /** Ed25519, the same in every epoch. */
  sign: Octets32,
  /** X25519, for this epoch alone: it goes with the ceremony's secrets, so that sealed shares stay sealed. */
  box: Octets32,
  signature: Signature,
})
export type RosterLine = z.infer<typeof RosterLine>

/** A place in the roster, 1 and up, by country. */
export type Member = RosterLine & { index: number }
export type Roster = {
  instance: string
  epoch: number
  threshold: number
  members: Member[]
  /** What everybody compares, hex. All that is dealt is bound to it. */
  hash: string
}

type Signed = { format: string; signature: string }
const textToSign = ({ signature: _, ...rest }: Signed): Buffer =>
  Buffer.from(`${rest.format}\n${canonical(rest as Json)}\n`)

/** Signs a file of the ceremony by the evaluator's long-term key. */
export function signed<T extends { format: string }>(body: T, secret: Uint8Array): T & { signature: string } {
  const text = textToSign({ ...body, signature: '' })
  return { ...body, signature: textOf(sodium.crypto_sign_detached(text, secret)) }
}

/** Whether the holder of that long-term key signed it. */
export function isSignedBy(body: Signed, key: string): boolean {
  try {
    return sodium.crypto_sign_verify_detached(bytes(body.signature), textToSign(body), bytes(key))
  } catch {
    return false
  }
}

/**
 * Reads a roster: one line for each evaluator, in any order. Each is of another state, for what fewer than the threshold
 * can do no state may do alone.
 * @throws Fault BAD_INPUT naming the line that is wrong
 */
export function readRoster(text: string, { epoch, threshold }: { epoch: number; threshold: number }): Roster {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(lineOf)
    .sort((a, b) => (a.country < b.country ? -1 : 1))
  for (const line of lines) {
    if (line.epoch !== epoch) throw wrong(`the epoch ${epoch}`, `${line.epoch} of ${line.name}`)
    if (line.instance !== lines[0]!.instance)
      throw wrong(`evaluators of ${lines[0]!.instance}`, `one of ${line.instance}`)
  }
  for (const field of ['country', 'name', 'url', 'sign', 'box'] as const)
    for (const [at, line] of lines.entries())
      if (lines.findIndex((one) => one[field] === line[field]) !== at)
        throw wrong(`evaluators that differ in ${field}`, `${line.name} with that of another`)
  if (threshold < 2 || threshold > lines.length || lines.length > 255)
    throw wrong('a threshold of 2 to the number of evaluators', `${threshold} of ${lines.length}`)
  return rosterOf(lines, threshold)
}

/** The same of lines that were read before. */
export function rosterOf(lines: RosterLine[], threshold: number): Roster {
  const { instance, epoch } = lines[0]!
  return {
    ...{ instance, epoch, threshold },
    members: lines.map((line, at) => ({ ...line, index: at + 1 })),
    hash: sha256(`portolan.roster.1\n${canonical({ threshold, lines } as Json)}\n`).toString('hex'),
  }
}

function lineOf(text: string, at: number): RosterLine {
  try {
    const line = RosterLine.parse(JSON.parse(text))
    if (isSignedBy(line, line.sign)) return line
  } catch {
    // What came is not repeated: it may be somebody's secret that was pasted by mistake.
  }
  throw wrong('a line that its evaluator signed', `something else at line ${at + 1}`)
}

const wrong = (expected: string, got: string) =>
  new Fault('BAD_INPUT', `expected ${expected}, got ${got} in the roster`)

import { readFile } from 'node:fs/promises'
import { Fault } from '../../../schema/wire/fault.ts'
import { reason } from '../sequencer.ts'
import { type WitnessKey, witnessKeyOf } from './cosignature.ts'
import { KEY_TYPES, type PublicKey, publicKeyOf } from './note.ts'

// C2SP tlog-policy, as a log reads it: whom to ask, and who is enough. The verifier of `clients/core/log` has a reader of
// its own, and a test holds the two against each other.

/** `url` is null where the witness is not asked by us. */
export type Witness = { key: WitnessKey; url: string | null }

/** A witness, or so many of a group. */
export type Quorum = { witness: Witness } | { least: number; members: Quorum[] }

/** `quorum` is null where no witness is asked for. */
export type WitnessPolicy = { logs: PublicKey[]; witnesses: Witness[]; quorum: Quorum | null }

const MOST_LINES = 1_000

/** Reads the file of PORTOLAN_LOG_POLICY. Throws CONFIG, naming what was expected. */
export async function readWitnessPolicy(file: string): Promise<WitnessPolicy> {
  const bytes = await readFile(file).catch((error) => {
    throw broken(`a readable file, got ${reason(error)}`)
  })
  return witnessPolicyOf(bytes)
}

/** Throws CONFIG, naming the line. Octets beyond ASCII are names as they stand: only those of keys and addresses are text. */
export function witnessPolicyOf(bytes: Uint8Array): WitnessPolicy {
  const text = Buffer.from(bytes).toString('latin1')
  const lines = text.split('\n')
  if (/[^\t\n\x20-\x7e\x80-\xff]/.test(text)) throw broken('no control characters, got some')
  if (lines.length > MOST_LINES) throw broken(`at most ${MOST_LINES} lines, got ${lines.length}`)
  const reading: Reading = {
    logs: [],
    witnesses: [],
    named: new Map(),
    grouped: new Set(),
    quorum: undefined,
  }
  for (const [at, line] of lines.entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '')
    const [keyword, ...rest] = words
    const wrong = take(reading, keyword ?? '#', rest)
    if (wrong) throw broken(`${wrong} in line ${at + 1}, got another`)
  }
  const { logs, witnesses, quorum } = reading
  if (quorum === undefined) throw broken('a line of the quorum, got none')
  return { logs, witnesses, quorum }
}

/** Since when this quorum has signed: a group has once the last of those whom it needs has. Null where it has not. */
export function quorumTime(quorum: Quorum, signed: ReadonlyMap<Witness, { time: number }>): number | null {
  if ('witness' in quorum) return signed.get(quorum.witness)?.time ?? null
  const times = quorum.members.map((member) => quorumTime(member, signed)).filter((time) => time !== null)
  return times.sort((left, right) => left - right)[quorum.least - 1] ?? null
}

/** Throws CONFIG where even all that have an address are not enough: nothing would ever be co-signed. */
export function expectReachable({ witnesses, quorum }: WitnessPolicy): void {
  const reachable = witnesses.filter(({ url }) => url !== null)
  if (quorum && quorumTime(quorum, new Map(reachable.map((one) => [one, { time: 0 }]))) === null)
    throw broken('addresses of enough witnesses for a quorum, got fewer')
}

type Reading = {
  logs: PublicKey[]
  witnesses: Witness[]
  named: Map<string, Quorum>
  /** A name stands in one group at most, so that each witness counts in one way. */
  grouped: Set<string>
  quorum: Quorum | null | undefined
}

/** Takes one line in, or says what was expected there. */
function take(reading: Reading, keyword: string, words: string[]): string | null {
  const [first = '', second = '', ...rest] = words
  if (keyword.startsWith('#')) return null
  if (keyword === 'log' && (words.length === 1 || words.length === 2)) return takeLog(reading, first)
  if (keyword === 'witness' && (words.length === 2 || words.length === 3))
    return takeWitness(reading, first, second, rest[0])
  if (keyword === 'group' && words.length >= 3) return takeGroup(reading, first, second, rest)
  if (keyword === 'quorum' && words.length === 1) {
    if (reading.quorum !== undefined) return 'no second quorum'
    reading.quorum = first === 'none' ? null : reading.named.get(first)
    return reading.quorum === undefined ? 'a name of a line before' : null
  }
  return 'a log, a witness, a group or a quorum'
}

function takeLog({ logs }: Reading, vkey: string): string | null {
  const key = attempt(() => publicKeyOf(utf8(vkey), KEY_TYPES.log))
  if (!key || isAmong(key, logs)) return 'the key of a log, named once,'
  logs.push(key)
  return null
}

function takeWitness(reading: Reading, name: string, vkey: string, address?: string): string | null {
  const key = attempt(() => witnessKeyOf(utf8(vkey)))
  const known = reading.witnesses.map((witness) => witness.key)
  // Otherwise one witness under two names would be half of a quorum of two.
  if (!key || isAmong(key, known)) return 'the key of a witness, named once,'
  const url = address === undefined ? null : attempt(() => prefixOf(utf8(address)))
  if (address !== undefined && url === null) return 'an address by http or https'
  const witness = { key, url }
  reading.witnesses.push(witness)
  return define(reading, name, { witness })
}

function takeGroup(reading: Reading, name: string, typed: string, names: string[]): string | null {
  const members: Quorum[] = []
  for (const one of names) {
    const member = reading.named.get(one)
    if (!member || reading.grouped.has(one)) return 'names of lines before that are in no other group'
    reading.grouped.add(one)
    members.push(member)
  }
  const number = /^[1-9]\d{0,3}$/.test(typed) ? Number(typed) : 0
  const least = typed === 'any' ? 1 : typed === 'all' ? members.length : number
  if (least < 1 || least > members.length) return `any, all or a number up to ${members.length}`
  return define(reading, name, { least, members })
}

function define({ named }: Reading, name: string, quorum: Quorum): string | null {
  if (name === 'none' || named.has(name)) return 'a name of its own'
  named.set(name, quorum)
  return null
}

const isAmong = (key: PublicKey, others: readonly PublicKey[]) =>
  others.some(({ point }) => point.equals(key.point))

/** What comes before `/add-checkpoint` (C2SP tlog-witness). Whoever needs a password there has no witness. */
function prefixOf(address: string): string | null {
  const { protocol, username, password, search, hash, href } = new URL(address)
  const isPlain = /^https?:$/.test(protocol) && username + password + search + hash === ''
  return isPlain ? href.replace(/\/+$/, '') : null
}

const utf8 = (word: string) => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word, 'latin1'))

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

const broken = (expected: string) => new Fault('CONFIG', `PORTOLAN_LOG_POLICY: expected ${expected}`)

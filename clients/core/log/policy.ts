import { parseVerifierKey, SIGNATURE_TYPES, type Signers, type VerifierKey } from './note.ts'
import { isAddress } from './source.ts'
import { decodeUtf8, readNumber } from './text.ts'
import { broken } from './tree.ts'

/** Whose signatures make a checkpoint valid (C2SP tlog-policy): any one of the logs, and a quorum of the witnesses. */
export type Policy = {
  logs: VerifierKey[]
  /** Where logs are read, of those whose line says it. */
  addresses: ReadonlyMap<VerifierKey, string>
  witnesses: VerifierKey[]
  /** Null where no witness is asked for. */
  quorum: Member | null
}

/** A witness, or so many of a group. */
type Member = { witness: VerifierKey } | { least: number; members: Member[] }

const MOST_LINES = 1_000

/** Reads a policy file. Octets beyond ASCII are names as they stand, not text. @throws Fault LOG, naming the line */
export function parsePolicy(bytes: Uint8Array): Policy {
  const text = Buffer.from(bytes).toString('latin1')
  if (/[^\t\n\x20-\x7e\x80-\xff]/.test(text))
    throw broken('expected a policy without control characters, got some')
  const lines = text.split('\n')
  if (lines.length > MOST_LINES)
    throw broken(`expected a policy of at most ${MOST_LINES} lines, got ${lines.length}`)
  const reader = new PolicyReader()
  lines.forEach((line, i) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== '')
    if (words.length > 0 && !words[0]!.startsWith('#')) reader.take(words, i + 1)
  })
  return reader.policy()
}

class PolicyReader {
  readonly #logs: VerifierKey[] = []
  readonly #addresses = new Map<VerifierKey, string>()
  readonly #witnesses: VerifierKey[] = []
  readonly #named = new Map<string, Member>()
  /** A name stands in one group at most: each witness counts in one way only. */
  readonly #grouped = new Set<string>()
  #quorum: Member | null | undefined

  take([keyword, ...words]: string[], line: number): void {
    const wrong = (what: string) => broken(`expected ${what} in line ${line} of the policy, got another`)
    if (keyword === 'log' && (words.length === 1 || words.length === 2)) {
      const log = this.#key(words[0]!, SIGNATURE_TYPES.log, this.#logs, wrong)
      this.#logs.push(log)
      const address = decodeUtf8(Buffer.from(words[1] ?? '', 'latin1')) ?? ''
      if (isAddress(address)) this.#addresses.set(log, address)
    } else if (keyword === 'witness' && (words.length === 2 || words.length === 3)) {
      const witness = this.#key(words[1]!, SIGNATURE_TYPES.witness, this.#witnesses, wrong)
      this.#witnesses.push(witness)
      this.#name(words[0]!, { witness }, wrong)
    } else if (keyword === 'group' && words.length >= 3) {
      const [name, least, ...members] = words as [string, string, ...string[]]
      this.#name(name, this.#group(least, members, wrong), wrong)
    } else if (keyword === 'quorum' && words.length === 1) {
      if (this.#quorum !== undefined) throw wrong('no second quorum')
      this.#quorum = words[0] === 'none' ? null : this.#known(words[0]!, wrong)
    } else throw wrong('a log, a witness, a group or a quorum')
  }

  policy(): Policy {
    if (this.#quorum === undefined) throw broken('expected a policy with a quorum, got one without')
    const [logs, addresses, witnesses] = [this.#logs, this.#addresses, this.#witnesses]
    return { logs, addresses, witnesses, quorum: this.#quorum }
  }

  #key(word: string, type: number, others: VerifierKey[], wrong: Wrong): VerifierKey {
    const text = decodeUtf8(Buffer.from(word, 'latin1'))
    if (text === null) throw wrong('a key whose name is in UTF-8')
    const key = parseVerifierKey(text)
    if (key.type !== type) throw wrong(`a key of type ${type}`)
    // Otherwise one witness under two names would be half of a quorum of two.
    if (others.some(({ publicKey }) => publicKey.equals(key.publicKey))) throw wrong('a key named once')
    return key
  }

  #name(name: string, member: Member, wrong: Wrong): void {
    if (name === 'none' || this.#named.has(name)) throw wrong('a name of its own')
    this.#named.set(name, member)
  }

  #known(name: string, wrong: Wrong): Member {
    const member = this.#named.get(name)
    if (!member) throw wrong('a name of a line before')
    return member
  }

  #group(typed: string, names: string[], wrong: Wrong): Member {
    const members = names.map((name) => {
      const member = this.#known(name, wrong)
      if (this.#grouped.has(name)) throw wrong('members of no other group')
      this.#grouped.add(name)
      return member
    })
    const least = typed === 'any' ? 1 : typed === 'all' ? members.length : readNumber(typed, 'a threshold')
    if (least < 1 || least > members.length) throw wrong(`a threshold of 1 to ${members.length}`)
    return { least, members }
  }
}

type Wrong = (what: string) => Error

/** A policy that asks for no witness: a file of public keys, one a line. @throws Fault LOG */
export function parseKeys(bytes: Uint8Array): Policy {
  const lines = (decodeUtf8(bytes) ?? '').split('\n').map((line) => line.trim())
  const logs = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseVerifierKey)
  if (logs.length === 0) throw broken('expected a file of public keys, got none')
  const stranger = logs.find(({ type }) => type !== SIGNATURE_TYPES.log)
  if (stranger) throw broken(`expected keys of logs, got one of the witness ${stranger.name}`)
  return { logs, addresses: new Map(), witnesses: [], quorum: null }
}

/** Since when a quorum has signed, as a POSIX second: 0 where none is asked for, null where there is none. */
export function quorumSince({ quorum }: Policy, signers: Signers): number | null {
  return quorum === null ? 0 : since(quorum, signers)
}

/** A group has signed once the last of those it needs has. */
function since(member: Member, signers: Signers): number | null {
  if ('witness' in member) return signers.get(member.witness)?.time ?? null
  const times = member.members
    .map((one) => since(one, signers))
    .filter((time) => time !== null)
    .sort((left, right) => left - right)
  return times[member.least - 1] ?? null
}

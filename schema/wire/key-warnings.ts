import { anchorsOf, type DirectoryState, type HeldKey, isRevoked, type KeyPair } from './directory-state.ts'
import { custodianHolder, officeHolder, recoveryHolder } from './holder.ts'

// Keys end; whoever keeps one is told in time, by the server and by his own client.

/** `days` until nothing can be sealed to the key any more, or, of a person's, signed with it; zero or less: it has ended. */
export type KeyWarning = { holder: string; fingerprint: string; expires: number; days: number }

/** Told once a key has this many days left, and more urgently at each step. */
export const WARNING_DAYS = [60, 30, 7] as const
const DAY = 24 * 3_600_000

/** The keys that this person answers for and that end within sixty days, the soonest first. */
export function keyWarnings(
  state: DirectoryState,
  { person, offices }: { person: string; offices: readonly string[] },
  now: number,
): KeyWarning[] {
  const watched = [...ownKey(state, person), ...offices.flatMap((code) => officeKeys(state, code))]
  const seen = new Set<string>()
  return watched
    .flatMap(([holder, key]) => {
      const { fingerprint } = key.facts
      const expires = endOf(state, key)
      const days = Math.ceil((expires - now) / DAY)
      if (days > WARNING_DAYS[0] || seen.has(fingerprint)) return []
      seen.add(fingerprint)
      return [{ holder, fingerprint, expires, days }]
    })
    .sort((a, b) => a.expires - b.expires || (a.fingerprint < b.fingerprint ? -1 : 1))
}

/** When the last of a key's packets ends of those that its use needs (ms); `Infinity` for never and for a revoked key. */
export function endOf(state: DirectoryState, key: HeldKey): number {
  const ends = [key.facts.encrypt, key.facts.sign].flatMap((uses) => {
    const good = uses.filter((use) => !isRevoked(state, key, use))
    return good.length === 0 ? [] : [Math.max(...good.map(({ until }) => until ?? Number.POSITIVE_INFINITY))]
  })
  return Math.min(...ends, Number.POSITIVE_INFINITY)
}

function ownKey(state: DirectoryState, id: string): [string, HeldKey][] {
  const person = state.persons.get(id)
  return person === undefined ? [] : [[`person:${id}`, person.key]]
}

/** Of an office, its custodian, its country and its anchor: somebody must tell those who keep the latter two. */
function officeKeys(state: DirectoryState, code: string): [string, HeldKey][] {
  const office = state.offices.get(code)
  if (office === undefined) return []
  const { country } = office.body
  return [
    ...named(officeHolder(code), office),
    ...named(custodianHolder(code), office.custodian),
    ...named(recoveryHolder(country), state.recoveries.get(country)),
    ...anchorsOf(state, country).map((key): [string, HeldKey] => [`anchor:${country}`, key]),
  ]
}

function named(holder: string, pair: KeyPair | null | undefined): [string, HeldKey][] {
  if (!pair) return []
  return [[holder, pair.key], ...(pair.modern ? [[holder, pair.modern] as [string, HeldKey]] : [])]
}

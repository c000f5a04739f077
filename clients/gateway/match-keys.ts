import { readdir } from 'node:fs/promises'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MatchKey } from '../../schema/wire/match.ts'
import { isConsistent } from '../core/match/evaluators.ts'
import { ready } from '../core/oprf/voprf.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type Home, readJson } from './home.ts'

// Where evaluators are and by which keys they answer, one file for each epoch. As the genesis it is brought by hand and never
// taken from the server: whoever could choose the key would choose one that he knows.

const fileOf = (home: Home, epoch: number) => home.path(`match-key-${epoch}.json`)

/** What two persons compare to know that they have the same key: SHA-256 of its one text, hexadecimal in groups. */
export const fingerprintOf = (key: MatchKey): string =>
  sha256(canonical(key as Json))
    .toString('hex')
    .match(/.{8}/g)!
    .join(' ')

/**
 * Keeps the key of an epoch. Gives false where it was kept already.
 * @throws Fault BAD_INPUT where its evaluators hold no shares of it, or listen where all may read;
 *   IDEMPOTENCY_CONFLICT where another key of this epoch is kept
 */
export async function keepMatchKey(home: Home, key: MatchKey): Promise<boolean> {
  await ready()
  if (!isConsistent(key))
    throw new Fault('BAD_INPUT', 'expected evaluators that hold shares of the key, got others')
  for (const { url } of key.evaluators)
    if (!isSafe(url)) throw new Fault('BAD_INPUT', `expected https, or http on this machine, got ${url}`)
  const kept = await readJson(fileOf(home, key.epoch), MatchKey)
  if (kept === null) {
    await writeWhole(fileOf(home, key.epoch), `${canonical(key as Json)}\n`)
    return true
  }
  if (fingerprintOf(kept) === fingerprintOf(key)) return false
  throw new Fault(
    'IDEMPOTENCY_CONFLICT',
    `expected the key of ${key.epoch} that this home has, ${fingerprintOf(kept)}: got another`,
  )
}

function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
  )
}

/** The kept keys, oldest epoch first. */
export async function matchKeys(home: Home): Promise<MatchKey[]> {
  const epochs = (await readdir(home.folder)).flatMap(
    (name) => /^match-key-(\d{4})\.json$/.exec(name)?.[1] ?? [],
  )
  const keys = await Promise.all(
    epochs.sort().map((epoch) => readJson(fileOf(home, Number(epoch)), MatchKey)),
  )
  return keys.filter((key) => key !== null)
}

/** The key that questions are asked by: of this year; else of the last, or of the next one. */
export function keyInUse(keys: MatchKey[], now: number): MatchKey | undefined {
  const year = new Date(now).getUTCFullYear()
  return [year, year - 1, year + 1].map((one) => keys.find(({ epoch }) => epoch === one)).find(Boolean)
}

/** Those by which cards are put on watch: the one in use, and the next year's beside it. */
export function keysInUse(keys: MatchKey[], now: number): MatchKey[] {
  const first = keyInUse(keys, now)
  const last = new Date(now).getUTCFullYear() + 1
  return keys.filter(({ epoch }) => first && epoch >= first.epoch && epoch <= last)
}

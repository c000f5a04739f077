import type { ResealCause } from '../../schema/wire/codes.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import type { Reach } from '../../schema/wire/release.ts'
import type { Directory } from '../directory.ts'
import { officesReached } from '../report/reached.ts'

export type Difference = {
  causes: ResealCause[]
  wanted: string[]
  missing: string[]
  lost: string[]
  keyless: string[]
}
type Sealed = { keys: string[]; profile: Profile; reach: Reach; office: string }

/**
 * Compares whom a release reaches today with whose keys a thing is sealed to. Nothing is queued: what an office joined, a key
 * lost or a crash left undone is found again by looking.
 */
export function difference({ keys, profile, reach, office }: Sealed, directory: Directory): Difference {
  const all = [...new Set([...officesReached(reach, directory), office])].sort()
  const today = new Map(all.map((one) => [one, keysOf(one, profile, directory)]))
  const wanted = all.filter((one) => today.get(one) !== null)
  const has = new Set(keys.flatMap((keyId) => officeOfKey(keyId, directory) ?? []))
  const missing = wanted.filter((one) => !has.has(one))
  const lost = [...has].filter((one) => !all.includes(one)).sort()
  const held = wanted.filter((one) => has.has(one)).flatMap((one) => today.get(one)!)
  const causes: ResealCause[] = []
  if (missing.length > 0) causes.push('WIDENED')
  if (lost.length > 0) causes.push('NARROWED')
  if (isStale(keys, held, directory)) causes.push('KEY_CHANGED')
  return { causes, wanted, missing, lost, keyless: all.filter((one) => today.get(one) === null) }
}

/** The office whose role key this is or was. */
export function officeOfKey(keyId: string, directory: Directory): string | null {
  const [kind, office] = (directory.holderOf(keyId) ?? '').split(':')
  return kind === 'office' ? office! : null
}

/** Whether something leaves an office where these read it: its sub-units are part of it. */
export function leaves(readers: string[], own: string, directory: Directory): boolean {
  const isOwn = (code: string | null): boolean =>
    code !== null && (code === own || isOwn(directory.office(code)?.parent ?? null))
  return !readers.every(isOwn)
}

type HeldKey = { holder: string; keyIds: string[] }

/** The keys of every holder of an office; null where it has none to be sealed to. */
function keysOf(office: string, profile: Profile, directory: Directory): HeldKey[] | null {
  try {
    return directory.encryptionKeys([office], profile)
  } catch {
    return null
  }
}

/** Whether a holder who should open it cannot by his keys of today, or a packet is for a key that its holder has no more, or that was revoked. */
function isStale(keys: string[], held: HeldKey[], directory: Directory): boolean {
  const good = new Map(held.map(({ holder, keyIds }) => [holder, keyIds]))
  return (
    held.some(({ keyIds }) => !keyIds.some((keyId) => keys.includes(keyId))) ||
    keys.some(
      (keyId) =>
        directory.isRevoked(keyId) || good.get(directory.holderOf(keyId) ?? '')?.includes(keyId) === false,
    )
  )
}

import type { OwnPart } from '../../cypher/part/part.ts'
import type { ResealCause } from '../../schema/wire/codes.ts'
import type { Reach } from '../../schema/wire/release.ts'
import type { Directory } from '../directory.ts'
import { officesReached } from '../report/reached.ts'

export type Difference = { causes: ResealCause[]; wanted: string[]; lost: string[]; keyless: string[] }

/**
 * Compares whom a release reaches today with whom its parts are sealed to. Nothing is queued: what an office joined, a key
 * lost or a crash left undone is found again by looking.
 */
export function difference(parts: OwnPart[], reach: Reach, office: string, directory: Directory): Difference {
  const all = [...new Set([...officesReached(reach, directory), office])].sort()
  const keys = new Map(all.map((one) => [one, keyIdsOf(one, directory)]))
  const keyless = all.filter((one) => keys.get(one) === null)
  const wanted = all.filter((one) => keys.get(one) !== null)
  const has = new Set(parts.flatMap(({ audience }) => audience))
  const lost = [...has].filter((one) => !all.includes(one)).sort()
  const causes: ResealCause[] = []
  if (wanted.some((one) => !has.has(one))) causes.push('WIDENED')
  if (lost.length > 0) causes.push('NARROWED')
  if (parts.some((part) => isStale(part, keys))) causes.push('KEY_CHANGED')
  return { causes, wanted, lost, keyless }
}

/** Each holder's keys of today; null where the office has none to be sealed to. */
function keyIdsOf(office: string, directory: Directory): string[][] | null {
  try {
    return directory.encryptionKeys([office]).map(({ keyIds }) => keyIds)
  } catch {
    return null
  }
}

/** Whether an office that should read a part cannot by its keys of today, or a packet is for a key that no reader has any more. */
function isStale({ audience, keys }: OwnPart, today: Map<string, string[][] | null>): boolean {
  const holders = audience.flatMap((office) => today.get(office) ?? [])
  const isOpen = (held: string[]) => held.some((keyId) => keys.includes(keyId))
  const isKnown = audience.every((office) => today.has(office))
  return (
    holders.some((held) => !isOpen(held)) ||
    (isKnown && keys.some((keyId) => !holders.some((held) => held.includes(keyId))))
  )
}

/** Whoever could open the former parts and cannot open the new ones has the session key: then the data packet must be another. */
export function keepsSecret(former: OwnPart[], next: { keys: string[]; data: string }[]): boolean {
  const now = new Set(next.flatMap(({ keys }) => keys))
  const isWider = former.every(({ keys }) => keys.length > 0 && keys.every((keyId) => now.has(keyId)))
  return isWider || next.every(({ data }) => former.every((part) => part.data !== data))
}

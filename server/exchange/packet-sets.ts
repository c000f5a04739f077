import type { PacketSet } from '../../cypher/packets/packets.ts'
import type { PacketState } from '../../schema/wire/codes.ts'
import { excerpt, sessionKeyPackets, splice, type WholePkesk } from '../../schema/wire/packet.ts'
import type { Directory } from '../directory.ts'

// A sealed object is a data packet, which nobody rewrites, under session key packets. Those of the upload lie before it in its
// blob; what a handover wraps anew is kept beside it, one packet set for each office and version. Here they come together.

/** Whose key a session key packet is for, as the directory has it or had it. */
export type HolderOf = Directory['holderOf']

/** The holders whose packets are an office's own: its role key, its custodian's, its country's. */
export function ownHolders(directory: Directory, office: string): Set<string> {
  return new Set([
    `office:${office}`,
    `custodian:${office}`,
    `recovery:${directory.countryOf(`office:${office}`)}`,
  ])
}

/** The object as it is read: of each holder the newest packet, before the data. */
export function current(bytes: Uint8Array, sets: readonly PacketSet[], holderOf: HolderOf): Uint8Array {
  if (sets.length === 0) return bytes
  const newest = new Map<string, Uint8Array>()
  for (const { keyId, octets } of [bytes, ...sets.map((set) => under(bytes, set))].flatMap(sessionKeyPackets))
    newest.set(holderOf(keyId) ?? keyId, octets)
  return splice(bytes, Buffer.concat([...newest.values()]))
}

/** The object with those packets alone that are `office`'s own, or null where it has none. */
export function ownExcerpt(bytes: Uint8Array, office: string, directory: Directory): Uint8Array | null {
  const own = ownHolders(directory, office)
  const keyIds = sessionKeyPackets(bytes).map(({ keyId }) => keyId)
  return excerpt(
    bytes,
    keyIds.filter((keyId) => own.has(directory.holderOf(keyId) ?? '')),
  )
}

/**
 * What an officer needs to wrap an object anew, also where the last try was bad: every packet of his office that was not let
 * go by a confirmation, the newest first. The rescue of a country comes from the upload whatever was confirmed.
 */
export function wrappable(
  bytes: Uint8Array,
  sets: readonly PacketSet[],
  { office, directory }: { office: string; directory: Directory },
): Uint8Array | null {
  const own = ownHolders(directory, office)
  const mine = sets.filter((set) => set.office === office)
  const isLetGo = mine.some(({ confirmedTime }) => confirmedTime >= 0)
  const uploaded = sessionKeyPackets(bytes).filter(
    ({ keyId }) => !isLetGo || directory.holderOf(keyId)?.startsWith('recovery:'),
  )
  const known = new Map<string, Uint8Array>()
  const kept = mine.toReversed().flatMap((set) => sessionKeyPackets(under(bytes, set)))
  for (const packet of [...kept, ...uploaded])
    if (own.has(directory.holderOf(packet.keyId) ?? '') && !known.has(packet.keyId))
      known.set(packet.keyId, packet.octets)
  return known.size === 0 ? null : splice(bytes, Buffer.concat([...known.values()]))
}

/** How far an office's handover of one object has come. `present` are the key ids of its role key today. */
export function stateOf(
  bytes: Uint8Array,
  sets: readonly PacketSet[],
  { office, present }: { office: string; present: readonly string[] },
): PacketState {
  const last = lastOf(sets, office)
  const packets = sessionKeyPackets(last ? under(bytes, last) : bytes)
  if (!packets.some(({ keyId }) => present.includes(keyId))) return 'FORMER_KEY'
  if (!last) return 'PRESENT_KEY'
  return last.confirmedTime >= 0 ? 'CONFIRMED' : 'WRAPPED'
}

export const lastOf = (sets: readonly PacketSet[], office: string): PacketSet | undefined =>
  sets.findLast((set) => set.office === office)

/** The upload is every office's first version. */
export const versionOf = (sets: readonly PacketSet[], office: string): number =>
  lastOf(sets, office)?.version ?? 1

/** Those of the packets of `bytes` that are for one of `holders`, base64. */
export function packetsFor(bytes: Uint8Array, holders: ReadonlySet<string>, holderOf: HolderOf): string {
  const isTheirs = ({ keyId }: WholePkesk) => holders.has(holderOf(keyId) ?? '')
  const octets = sessionKeyPackets(bytes)
    .filter(isTheirs)
    .map((packet) => packet.octets)
  return Buffer.concat(octets).toString('base64')
}

export const under = (bytes: Uint8Array, set: Pick<PacketSet, 'packets'>): Uint8Array =>
  splice(bytes, Buffer.from(set.packets, 'base64'))

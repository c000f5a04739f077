import { hash } from 'node:crypto'
import type { Change } from '../../cypher/outbox/outbox.ts'
import { LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import { changedAfter, type Reading } from './search.ts'

/** How far the log has come, to be compared with how far the graph has. */
export type Progress = {
  /** How many records there are. */
  size(): number
  /** The index of the last question that is on record as having changed the graph, or −1. */
  changed(): number
  /** How many questions after an index are on record as having changed the graph; reads the log through. */
  countChanges(after: number): Promise<number>
  /** SHA-256 of the leaf at an index, hex; null where the log does not come so far. While the log is written, its last leaves are not here yet. */
  leafAt(index: number): Promise<string | null>
}

export function progressOf(reading: Reading, segmentLeaves: number, size: () => number): Progress {
  return {
    size,
    changed: () => reading.catalogue.changed,
    countChanges: async (after) => (await changedAfter(reading, after)).size,
    async leafAt(index) {
      const number = Math.floor(index / segmentLeaves)
      if (!reading.catalogue.segments.has(number)) return null
      const at = (index - number * segmentLeaves) * LEAF_SIZE
      const leaf = await reading.withSegment(number, ({ leaves }) => leaves.read(at, LEAF_SIZE))
      return leaf.length === LEAF_SIZE ? hash('sha256', leaf) : null
    },
  }
}

/** Those changes whose question is in this log, and no other record at its index, by that index. */
export async function ownChanges(
  { leafAt }: Pick<Progress, 'leafAt'>,
  left: readonly Change[],
): Promise<Map<number, Change>> {
  const own = new Map<number, Change>()
  for (const one of left) if ((await leafAt(one.asked)) === one.leaf) own.set(one.asked, one)
  return own
}

import type { Compact } from './compact.ts'

/** How many neighbours each node has, and which part of all other nodes (0 … 1; 0 where there is no other). */
export type Degree = { raw: Uint32Array; normalised: Float64Array }

/**
 * Degree centrality (Freeman, "Centrality in social networks", Social Networks 1978), O(nodes). Parallel ties count once, and a tie
 * with oneself never. It counts who is known to know whom: whoever was watched more has more.
 */
export function degreeOf({ nodes, offsets }: Compact): Degree {
  const raw = new Uint32Array(nodes).map((_, node) => offsets[node + 1]! - offsets[node]!)
  return { raw, normalised: Float64Array.from(raw, (degree) => (nodes > 1 ? degree / (nodes - 1) : 0)) }
}

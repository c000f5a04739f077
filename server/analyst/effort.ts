import type { Compact } from '../analysis/compact.ts'

/** Up to so many nodes a search for key players is whole, and up to so many every distance is measured. */
const [LITTLE, SMALL] = [100, 300]

/**
 * How hard a key set is sought: whole in a little network; beyond, bounded so that it takes minutes at most. It depends on the
 * network alone.
 */
export function effortOf({ nodes }: Compact): { starts: number; considered: number; sources: number } {
  if (nodes <= LITTLE) return { starts: 8, considered: LITTLE, sources: LITTLE }
  if (nodes <= SMALL) return { starts: 2, considered: 32, sources: SMALL }
  return { starts: 1, considered: 16, sources: 64 }
}

/** How often a network is drawn anew for bands, where the question does not say. */
export const roundsOf = ({ nodes }: Compact, asked: number | undefined): number =>
  asked ?? (nodes <= SMALL ? 20 : 5)

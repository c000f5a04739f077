import { relationsOfType } from './ground.ts'
import type { Projection } from './projection.ts'
import { protectedActors } from './protected.ts'

/** What is said to be one thing. */
export type Sameness = {
  /** Beside each entity, the least number of those that are said to be the same as it, directly or by others. */
  of: Uint32Array
  /** The rows of SAME_AS, in the order of claim ids. */
  rows: Uint32Array
}

/** Joins what visible claims say is the same. Sameness is a claim: whoever uses it shows the claims. O(entities + claims). */
export function samenessOf(view: Projection): Sameness {
  const of = Uint32Array.from(view.entities.keys())
  const rows = relationsOfType(view, 'SAME_AS')
  const [from, to] = [view.relations.columns.from!.numbers(), view.relations.columns.to!.numbers()]
  const rootOf = (entity: number): number => {
    let at = entity
    while (of[at] !== at) {
      of[at] = of[of[at]!]!
      at = of[at]!
    }
    return at
  }
  for (const row of rows) {
    const [one, other] = [rootOf(from[row]!), rootOf(to[row]!)]
    // The lesser stays: the answer does not depend on the order of the claims.
    of[Math.max(one, other)] = Math.min(one, other)
  }
  for (let entity = 0; entity < of.length; entity++) of[entity] = rootOf(entity)
  return { of, rows }
}

/**
 * The actors whom law 6 protects, and with them who is said to be the same as one: the protection is his, whichever entity
 * it was said of.
 */
export function protectedWithSame(view: Projection, { of }: Sameness = samenessOf(view)): Uint8Array {
  const isSaid = protectedActors(view)
  const isProtected = new Uint8Array(of.length)
  for (let entity = 0; entity < of.length; entity++) if (isSaid[entity] === 1) isProtected[of[entity]!] = 1
  return isProtected.map((_, entity) => isProtected[of[entity]!]!)
}

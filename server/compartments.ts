import type { Caller } from '../schema/wire/caller.ts'
import { type Reach, reachKey } from '../schema/wire/release.ts'

/**
 * What a request may see: for each compartment 1 or 0, and the numbers of those with 1. The mask is what every hop of
 * every statement tests, sent as bytes: a list of numbers costs nine times the room and a third of a read's time. The
 * list is what index seeks need.
 */
export type Sight = { mask: Int8Array; compartments: number[] }

export type Compartments = {
  /** The number of a reach, interned first if it is new. Resolves when Neo4j has it. */
  numberOf(reach: Reach): Promise<number>
  reachOf(number: number): Reach
  sightOf(caller: Caller): Sight
}

type Stored = Reach & { number: number; key: string }
type Intern = (stored: Stored) => Promise<number>

/** Compartments live in memory, for a few thousand decide every read; Neo4j keeps them across starts. */
export function openCompartments(stored: Stored[], intern: Intern): Compartments {
  const reaches: Reach[] = []
  const numbers = new Map<string, Promise<number>>()
  const sights = new Map<string, { sight: Sight; known: number }>()
  for (const one of stored) remember(one)

  function remember({ number, key, ...reach }: Stored): void {
    reaches[number] = reach
    numbers.set(key, Promise.resolve(number))
  }

  async function interned(key: string, reach: Reach): Promise<number> {
    const number = reaches.length
    // Held at once, so that no other reach takes the number while Neo4j is asked.
    reaches[number] = reach
    return intern({ number, key, ...reach })
  }

  return {
    numberOf(reach) {
      const key = reachKey(reach)
      const known = numbers.get(key)
      if (known) return known
      const asked = interned(key, reach)
      numbers.set(key, asked)
      // A failed intern leaves its number unused and may be tried again.
      asked.catch(() => numbers.delete(key))
      return asked
    },
    reachOf: (number) => reaches[number]!,
    sightOf(caller) {
      const who = [caller.country, caller.officeKind, ...caller.principals].join(' ')
      const cached = sights.get(who)
      if (cached && cached.known === reaches.length) return cached.sight
      const sight = seen(reaches, caller)
      if (sights.size > 5_000) sights.clear()
      sights.set(who, { sight, known: reaches.length })
      return sight
    },
  }
}

function seen(reaches: Reach[], caller: Caller): Sight {
  const compartments = reaches.flatMap((reach, number) => (sees(reach, caller) ? [number] : []))
  const mask = new Int8Array(reaches.length)
  for (const number of compartments) mask[number] = 1
  return { mask, compartments }
}

/** Allow-list, default deny: a named principal, no exclusion, and a country that the transfer gate let through. */
export function sees(reach: Reach, caller: Caller): boolean {
  const mine = new Set(caller.principals)
  return (
    reach.to.some((principal) => mine.has(principal)) &&
    !reach.except.some((principal) => mine.has(principal)) &&
    reach.countries.includes(caller.country)
  )
}

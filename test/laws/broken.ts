import type { GraphQLObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'

// A check is worth what it notices. Each law's check gives the violations that it finds; here it must find none on the
// honest code, and at least one while the code is broken in one place, for every way that is kept.

export type Undo = () => void
/** One way to break a law. It breaks the code now, and gives back what mends it. */
export type Mutant = [title: string, breaking: () => Undo]
/** What is wrong, each in a few words; nothing where the law holds. */
export type Check = () => string[] | Promise<string[]>

export function isNoticed(checks: Check[], mutants: Mutant[]): void {
  describe('is noticed when it is broken', () => {
    it('and nothing is noticed while it is not', async () => {
      for (const check of checks) expect(await check()).toEqual([])
    })

    it.each(mutants)('%s', async (_, breaking) => {
      const mend = breaking()
      const found = await firstFound(checks).finally(mend)
      expect(found).not.toEqual([])
      // A server that only fails broke no law: it would be noticed for the wrong reason.
      for (const one of found) expect(one).not.toContain('INTERNAL')
    })
  })
}

async function firstFound(checks: Check[]): Promise<string[]> {
  for (const check of checks) {
    const found = await check()
    if (found.length > 0) return found
  }
  return []
}

/** Puts another value in the place of one: a part of the instance, a method, a resolver. */
export function swap<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): Undo {
  const honest = target[key]
  target[key] = value
  return () => {
    target[key] = honest
  }
}

/** A resolver of the API, to be swapped. */
export const field = (type: string, name: string) =>
  (schema.getType(type) as GraphQLObjectType).getFields()[name]!

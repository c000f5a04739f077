import { PROTECTED_STATES, type ProtectedState } from './codes.ts'

/** What of an actor's description bears on his protection. */
export type Described = {
  coerced?: unknown
  migrant?: unknown
  minor?: unknown
  age?: unknown
}

/** The ages that keep an actor protected: a child's, and that of whoever says he is one. */
export const PROTECTED_AGES = ['CHILD', 'UNDER_18_CLAIMED'] as const

const SAYS: Record<ProtectedState, (own: Described) => boolean> = {
  MIGRANT: ({ migrant }) => migrant === true,
  COERCED: ({ coerced }) => coerced === true,
  MINOR: ({ minor, age }) => minor === true || (PROTECTED_AGES as readonly unknown[]).includes(age),
}

/** Law 6: said once is enough, for the protection is his and not the reporter's. In alphabetical order. */
export function protectedStates(descriptions: readonly Described[]): ProtectedState[] {
  return PROTECTED_STATES.filter((state) => descriptions.some(SAYS[state])).sort()
}

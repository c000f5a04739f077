import { PROTECTED_AGES } from '../../schema/wire/protected.ts'
import type { Ground } from './ground.ts'
import type { Projection } from './projection.ts'

/**
 * Beside each entity, whether a description says of it what protects an actor (law 6, `protectedStates`). He stays where he is
 * in a network, and no analysis proposes him for anything. Time grows with the descriptions of actors.
 */
export function protectedActors({ entities, descriptions }: Projection): Uint8Array {
  const { entity, coerced, migrant, minor, age } = descriptions.ACTOR.columns
  const isProtected = new Uint8Array(entities.length)
  const of = entity!.numbers()
  const mark = (column: typeof entity, values: readonly unknown[]) => {
    const wanted = values.map((value) => column!.numberOf(value))
    const numbers = column!.numbers()
    for (let row = 0; row < numbers.length; row++)
      if (wanted.includes(numbers[row]!)) isProtected[of[row]!] = 1
  }
  for (const flag of [coerced, migrant, minor]) mark(flag, [true])
  mark(age, PROTECTED_AGES)
  return isProtected
}

/** The same beside each node of a ground. */
export function sparedOf(view: Projection, { entityOf }: Ground): Uint8Array {
  const isProtected = protectedActors(view)
  return Uint8Array.from(entityOf, (entity) => isProtected[entity]!)
}

import { KINDS } from '../../schema/wire/codes.ts'
import type { Projection } from './projection.ts'
import { samenessOf } from './sameness.ts'

/**
 * 1 beside each actor of whom a visible description says that he was coerced or is a minor, and beside each who is said to be the
 * same as one (law 6). Said once is enough, for the protection is his and not the reporter's. He stands in answers as
 * anybody does; nothing that an analysis proposes rests on him.
 */
export function protectedActors(view: Projection, same = samenessOf(view)): Uint8Array {
  const { columns, count } = view.descriptions.ACTOR
  const [coerced, minor, age] = [columns.coerced!, columns.minor!, columns.age!]
  const [entity, yes] = [columns.entity!.numbers(), coerced.numberOf(true)]
  const ages = [age.numberOf('CHILD'), age.numberOf('UNDER_18_CLAIMED')]
  const isProtected = new Uint8Array(view.entities.length)
  for (let row = 0; row < count; row++) {
    const isSaid = coerced.numbers()[row] === yes || minor.numbers()[row] === yes
    if (isSaid || ages.includes(age.numbers()[row]!)) isProtected[same.of[entity[row]!]!] = 1
  }
  const actor = KINDS.indexOf('ACTOR')
  return isProtected.map((_, one) => (view.kinds[one] === actor ? isProtected[same.of[one]!]! : 0))
}

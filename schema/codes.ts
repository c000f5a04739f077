import { builder } from './builder.ts'
import { CODES } from './wire/codes.ts'
import { RELATION_TYPES } from './wire/model.ts'

type Lists = typeof CODES

/** Every coded list as an enum of the API, made from the one registry. */
const enums = Object.fromEntries(
  Object.entries(CODES).map(([name, values]) => [
    name,
    builder.enumType(name, { values: values as readonly string[] }),
  ]),
)

export const RelationTypeEnum = builder.enumType('RelationType', { values: RELATION_TYPES })

/** The enum of a coded list, for fields and arguments. */
export function code<N extends keyof Lists>(name: N) {
  return enums[name as string] as ReturnType<typeof builder.enumType<N, readonly string[]>>
}

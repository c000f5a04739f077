import type { InputFieldMap } from '@pothos/core'
import type { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Field, Fields } from './wire/model.ts'

type Types = PothosSchemaTypes.ExtendDefaultTypes<typeof builder.$inferSchemaTypes>
type InputBuilder = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>

/** The input fields of a claim kind, from the model's table. */
export function inputFields(t: InputBuilder, fields: Fields): InputFieldMap {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, inputField(t, field)]))
}

function inputField(t: InputBuilder, field: Field) {
  const required = field.required ?? false
  switch (field.type) {
    case 'code':
      return t.field({ type: code(field.list), required })
    case 'codes':
      return t.field({ type: [code(field.list)], required })
    case 'flag':
      return t.boolean({ required })
    case 'int':
      return t.int({ required })
    case 'ints':
      return t.intList({ required })
    case 'nationalities':
      return t.stringList({ required })
    case 'decimal':
      return t.float({ required })
    case 'date':
      return t.field({ type: 'Day', required })
    default:
      return t.string({ required })
  }
}

/** What each own field looks like in an answer. */
export function outputType(field: Field) {
  switch (field.type) {
    case 'code':
      return code(field.list)
    case 'codes':
      return [code(field.list)] as const
    case 'flag':
      return 'Boolean' as const
    case 'int':
      return 'Int' as const
    case 'ints':
      return ['Int'] as const
    case 'nationalities':
      return ['String'] as const
    case 'decimal':
      return 'Float' as const
    case 'date':
      return 'Day' as const
    default:
      return 'String' as const
  }
}

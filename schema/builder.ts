import SchemaBuilder from '@pothos/core'
import type { Context } from './context.ts'
import { Fault } from './wire/fault.ts'
import { isDate } from './wire/identifiers.ts'

/** The one builder that every noun of the API is built with. */
export const builder = new SchemaBuilder<{
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Day: { Input: string; Output: string }
    Time: { Input: string; Output: string }
    Json: { Input: unknown; Output: unknown }
  }
}>({ defaultFieldNullability: false })

builder.queryType({})
builder.mutationType({})
builder.subscriptionType({})

builder.scalarType('Day', {
  description: 'A calendar day, YYYY-MM-DD.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'string' && isDate(value) === null) return value
    throw new Fault('BAD_DATE', 'expected a date YYYY-MM-DD')
  },
})

builder.scalarType('Time', {
  description: 'A moment in UTC, ISO 8601 with milliseconds.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /^\d{4}-\d\d-\d\dT/.test(value))
      return value
    throw new Fault('BAD_DATE', 'expected a time such as 2016-08-01T00:00:00.000Z')
  },
})

builder.scalarType('Json', {
  description: 'A JSON value whose shape is checked by the field that takes it.',
  serialize: (value) => value,
  parseValue: (value) => value,
})

import { buildSchema, parse, printSchema, validate } from 'graphql'
import { expect, it } from 'vitest'
import { FIRST_QUERY, graphiqlPage } from '../../../clients/gateway/graphiql.ts'
import { schema } from '../../../schema/index.ts'

it('opens with a question that the API understands, and says where the token goes', async () => {
  expect(validate(buildSchema(printSchema(schema)), parse(FIRST_QUERY))).toEqual([])
  const [english, french] = [await graphiqlPage('en'), await graphiqlPage('fr')]
  expect(english).toContain('query first')
  expect(french).not.toBe(english)
})

import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { ServerError } from '@apollo/client/errors'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { report, SUBMIT } from '../report.ts'
import { type Desk, openDesk } from './gateway-desk.ts'

// Apollo Client as an application has it, through the gateway of an officer. It has nothing of ours but the token.

let desk: Desk
let client: ApolloClient

beforeAll(async () => {
  desk = await openDesk()
  client = clientWith(desk.gateway.token)
})
afterAll(async () => {
  client?.stop()
  await desk?.close()
})

function clientWith(token: string): ApolloClient {
  const link = new HttpLink({ uri: desk.gateway.url, headers: { authorization: `Bearer ${token}` } })
  return new ApolloClient({ link, cache: new InMemoryCache() })
}

const NAMED = gql`
  query named($name: String) {
    networks(name: $name) {
      totalCount
      edges {
        node {
          id
          label
        }
      }
    }
  }
`

it('reports by a mutation, and finds it by a query with variables, which its cache then answers', async () => {
  const none = await client.query({
    query: NAMED,
    variables: { name: 'agadez' },
    fetchPolicy: 'network-only',
  })
  expect(none.data).toMatchObject({ networks: { totalCount: 0, edges: [] } })
  const sent = await client.mutate({ mutation: gql(SUBMIT), variables: { input: report('apollo-report') } })
  expect(sent.data).toMatchObject({ submitReport: { report: { office: 'ne-dst' } } })
  const asked = { query: NAMED, variables: { name: 'agadez' } }
  const found = await client.query({ ...asked, fetchPolicy: 'network-only' })
  expect(found.data).toMatchObject({
    networks: { totalCount: 1, edges: [{ node: { __typename: 'Network', label: 'Agadez-transport' } }] },
  })
  expect((await client.query({ ...asked, fetchPolicy: 'cache-only' })).data).toEqual(found.data)
})

it('gets a fault as a GraphQL error with its code and its path', async () => {
  const refused = await client
    .query({ query: gql('{ networks(first: 1000) { totalCount } }') })
    .catch((error: unknown) => error)
  expect(CombinedGraphQLErrors.is(refused)).toBe(true)
  const [fault, ...others] = (refused as CombinedGraphQLErrors).errors
  expect(others).toEqual([])
  expect(fault).toMatchObject({ path: ['networks'], extensions: { code: 'BAD_PAGE' } })
  expect(fault!.message).toMatch(/^expected /)
})

it('is turned away with another token', async () => {
  const refused = await clientWith(`${desk.gateway.token}x`)
    .query({ query: NAMED })
    .catch((error: unknown) => error)
  expect(ServerError.is(refused)).toBe(true)
  expect((refused as ServerError).statusCode).toBe(401)
})

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Neo4jGraphQL } from '@neo4j/graphql'
import { type DocumentNode, execute, parse, validate } from 'graphql'
import neo4j from 'neo4j-driver'
import { PEER_TYPES } from './peer-schema.ts'

// `@neo4j/graphql` over HTTP, in a process of its own. Lighter than the servers that its documentation names (Apollo,
// Yoga): plain HTTP, documents parsed and validated once, and neither signature nor audit. What it wins counts for it.

// Its parent is gone, also under kill -9: so is its work.
process.on('disconnect', () => process.exit())

process.on('message', async ({ uri, user, password }: { uri: string; user: string; password: string }) => {
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password), {
    maxConnectionPoolSize: 16,
    telemetryDisabled: true,
  })
  const schema = await new Neo4jGraphQL({ typeDefs: PEER_TYPES, driver }).getSchema()
  const documents = new Map<string, DocumentNode>()
  const documentOf = (query: string) => {
    const known = documents.get(query)
    if (known) return known
    const document = parse(query)
    const [error] = validate(schema, document)
    if (error) throw error
    documents.set(query, document)
    return document
  }

  async function answer(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString())
    const contextValue = { executionContext: driver, sessionConfig: { database: 'neo4j' } }
    return JSON.stringify(
      await execute({ schema, document: documentOf(query), variableValues: variables, contextValue }),
    )
  }

  const server = createServer((request, response) => {
    answer(request)
      .catch((error: Error) => JSON.stringify({ errors: [{ message: error.message }] }))
      .then((body) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        })
        response.end(body)
      })
  })
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
})

import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  validate,
  visit,
} from 'graphql'
import { z } from 'zod'
import type { Context } from '../schema/context.ts'
import { Fault, type FaultDetail } from '../schema/wire/fault.ts'
import { Purpose } from '../schema/wire/purpose.ts'
import { LIMITS, rulesFor } from './limits.ts'

const Body = z.looseObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.looseObject({ purpose: z.unknown(), after: z.string().nullish() }).partial().nullish(),
})
export type Body = z.infer<typeof Body>

type Operation = 'query' | 'mutation' | 'subscription'

/** What a request turned out to be, for the audit record; filled as it becomes known. */
export type Reading = {
  operation?: string
  kind?: Operation
  query?: string
  variables?: unknown
  purpose?: Purpose
}

export type Engine = {
  /** Parses, validates and limits a request. Throws a Fault; `reading` keeps what was understood up to there. */
  prepare(body: Uint8Array, reading: Reading, wanted?: 'ANSWER' | 'STREAM'): Prepared
  run(prepared: Prepared, context: Context): Promise<ExecutionResult>
  /** What a subscription listens to, or the errors that refuse it. */
  listen(prepared: Prepared, context: Context): Promise<AsyncIterable<unknown> | ExecutionResult>
  /** The answer for one thing that a subscription heard. */
  tell(prepared: Prepared, context: Context, heard: unknown): Promise<ExecutionResult>
}
export type Prepared = {
  document: DocumentNode
  /** The name of every field that the document selects anywhere: what is not among them need not be looked up. */
  fields: ReadonlySet<string>
  operationName: string | null
  variables: Record<string, unknown>
  kind: Operation
  /** Where a stream that was cut goes on; it stands beside the document, which its client may not have written. */
  after: string | null
  purpose: Purpose
}

type Read = Pick<Prepared, 'document' | 'fields'>
const MOST_DOCUMENTS = 1_000

/** GraphQL itself: documents are parsed and validated once and remembered by their text. */
export function openEngine(schema: GraphQLSchema, development: boolean): Engine {
  const documents = new Map<string, Read>()
  const rules = rulesFor(development)

  function documentOf(text: string): Read {
    const known = documents.get(text)
    if (known) return known
    const document = parsed(text)
    const errors = validate(schema, document, rules, { maxErrors: 10, hideSuggestions: true })
    if (errors.length > 0) throw faultOfErrors(errors)
    if (documents.size >= MOST_DOCUMENTS) documents.clear()
    const read = { document, fields: fieldsOf(document) }
    documents.set(text, read)
    return read
  }

  return {
    prepare(bytes, reading, wanted = 'ANSWER') {
      const body = bodyOf(bytes)
      Object.assign(reading, { query: body.query, variables: body.variables ?? {} })
      const purpose = Purpose.safeParse(body.extensions?.purpose)
      if (purpose.success) reading.purpose = purpose.data
      else
        throw new Fault(
          'PURPOSE_REQUIRED',
          'expected extensions.purpose with a code and a justification of 8 characters or more',
        )
      const { document, fields } = documentOf(body.query)
      const operation = getOperationAST(document, body.operationName)
      if (!operation || (operation.operation === 'subscription') !== (wanted === 'STREAM'))
        throw new Fault('BAD_REQUEST', EXPECTED[wanted])
      const [root] = operation.selectionSet.selections
      const name = operation.name?.value ?? (root?.kind === Kind.FIELD ? root.name.value : 'operation')
      Object.assign(reading, { operation: name, kind: operation.operation })
      return {
        document,
        fields,
        operationName: body.operationName ?? null,
        variables: body.variables ?? {},
        kind: operation.operation,
        after: body.extensions?.after ?? null,
        purpose: purpose.data,
      }
    },
    run: async (prepared, context) => execute(argsOf(prepared, context)),
    listen: (prepared, context) => createSourceEventStream(argsOf(prepared, context)),
    tell: async (prepared, context, heard) => execute({ ...argsOf(prepared, context), rootValue: heard }),
  }

  function argsOf({ document, operationName, variables }: Prepared, context: Context) {
    return { schema, document, operationName, variableValues: variables, contextValue: context }
  }
}

const EXPECTED = {
  ANSWER: 'expected one query or mutation, or operationName to choose one',
  STREAM: 'expected one subscription, or operationName to choose one: whatever else is asked has one answer',
}

function fieldsOf(document: DocumentNode): Set<string> {
  const fields = new Set<string>()
  visit(document, { Field: ({ name }) => void fields.add(name.value) })
  return fields
}

function bodyOf(bytes: Uint8Array): Body {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Fault('BAD_REQUEST', 'expected a JSON body in UTF-8')
  }
  const body = Body.safeParse(json)
  if (body.success) return body.data
  throw new Fault(
    'BAD_REQUEST',
    'expected {query, variables, operationName, extensions}, one operation to a request',
  )
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { noLocation: true, maxTokens: LIMITS.tokens })
  } catch (error) {
    const message = (error as Error).message
    if (/\d+ tokens/i.test(message))
      throw new Fault('QUERY_TOO_COMPLEX', `expected at most ${LIMITS.tokens} tokens`)
    throw new Fault('SYNTAX', `expected a GraphQL document: ${withoutValues(message)}`)
  }
}

function faultOfErrors(errors: readonly GraphQLError[]): Fault {
  const faults = errors.map((error): FaultDetail => {
    const fault = error.originalError
    if (fault instanceof Fault) return { code: fault.code, message: fault.message }
    return { code: 'SYNTAX', message: withoutValues(error.message) }
  })
  const [first, ...others] = faults
  return new Fault(first!.code, first!.message, { others })
}

/** A message of graphql-js without what it quotes of a document's values: somebody may have written a name there. */
const withoutValues = (message: string) =>
  lower(
    message
      .replace(/( value|, found|Unexpected|Unterminated string)[: ].*$/s, '$1')
      .replace(/^Value ".*" does not exist in/s, 'Value does not exist in'),
  )

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

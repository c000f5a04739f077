import { type ExecutionResult, GraphQLError } from 'graphql'
import { Fault, type FaultCode } from '../schema/wire/fault.ts'
import { checkReport } from '../schema/wire/report.ts'
import type { Prepared } from './engine.ts'

// What an answer looks like from outside: data, or the faults that may be told.

export type Outcome = { status: number; body: string; outcome: FaultCode | 'OK' }

/** The answer as bytes. Only deliberate faults are told; all else is one sentence, and goes to `unexpected`. */
export function shown(
  result: ExecutionResult,
  prepared: Prepared,
  committed: string[],
  unexpected: (error: unknown) => void,
): Outcome {
  if (!result.errors || result.errors.length === 0)
    return { status: 200, body: JSON.stringify({ data: result.data }), outcome: 'OK' }
  const all = result.errors.flatMap((error) => facesOf(error, prepared, unexpected)).sort(byPath)
  // One wrong report is judged whole, once for each variable error that it gave.
  const errors = [...new Map(all.map((face) => [JSON.stringify(face), face])).values()]
  // What was committed stands, whatever went wrong after it.
  if (committed.length > 0) {
    const message = 'the change stands, but its answer failed: send it again with the same key'
    return faultOutcome(new Fault('OUTCOME_UNCONFIRMED', message))
  }
  return {
    status: 200,
    body: JSON.stringify({ errors, ...(result.data !== undefined && { data: result.data }) }),
    outcome: errors[0]!.extensions.code,
  }
}

export function faultOutcome(fault: Fault): Outcome {
  return {
    status: STATUS[fault.code] ?? 200,
    body: JSON.stringify({ errors: faces(fault, []), data: null }),
    outcome: fault.code,
  }
}

const STATUS: Partial<Record<FaultCode, number>> = {
  BAD_REQUEST: 400,
  SYNTAX: 400,
  QUERY_TOO_COMPLEX: 400,
  INTERNAL: 500,
}

type Face = {
  message: string
  path?: (string | number)[]
  extensions: { code: FaultCode; at?: (string | number)[] }
}

function faces(fault: Fault, path: (string | number)[]): Face[] {
  return [{ code: fault.code, message: fault.message, path: fault.path }, ...fault.others].map((detail) => ({
    message: detail.message,
    ...(path.length > 0 && { path }),
    extensions: { code: detail.code, ...(detail.path && { at: detail.path }) },
  }))
}

function facesOf(error: GraphQLError, prepared: Prepared, unexpected: (error: unknown) => void): Face[] {
  const path = [...(error.path ?? [])]
  // graphql-js found a variable wrong before anything ran; a scalar's own fault lies below its wrapping.
  if (path.length === 0 && isAboutInput(error)) return inputFaces(error, prepared)
  const cause = rootOf(error)
  if (cause instanceof Fault) return faces(cause, path)
  unexpected(cause)
  return faces(new Fault('INTERNAL', 'expected an answer, got a failure here; it is on record'), path)
}

/** A wrong variable. For a report, the model's own judgement stands in its place: all faults together, each with its path. */
function inputFaces(error: GraphQLError, { variables }: Prepared): Face[] {
  const found =
    'input' in variables && isReport(variables.input) ? checkReport(withRelease(variables.input)).faults : []
  if (found.length > 0)
    return found.map(({ code, message, path }) => ({
      message,
      extensions: { code, ...(path && { at: path }) },
    }))
  return [variableFace(error)]
}

/** graphql-js' own errors: a resolver's has a path, and its cause is never theirs. */
const isAboutInput = ({ message, originalError }: GraphQLError): boolean =>
  originalError === undefined || message.startsWith('Variable "$')

/** What was thrown at first, below the GraphQLErrors that give it a path. */
function rootOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error
}

/** What is wrong with a variable, and where. graphql-js repeats the value in its message, and that may be a name. */
function variableFace(error: GraphQLError): Face {
  const fault = rootOf(error)
  const name = /^Variable "\$(\w+)"/.exec(error.message)?.[1] ?? 'variables'
  const place = / at "(\w+(?:\.\w+|\[\d+\])*)"; /.exec(error.message)?.[1] ?? name
  const at = place
    .split(/[.[\]]+/)
    .flatMap((part) => (part === '' ? [] : /^\d+$/.test(part) ? Number(part) : part))
  const message =
    fault instanceof Fault ? fault.message : `expected a value of its type at ${place}, got another`
  const isCode = / enum\.$|; Enum "/.test(error.message)
  return {
    message,
    extensions: { code: fault instanceof Fault ? fault.code : isCode ? 'BAD_CODE' : 'BAD_INPUT', at },
  }
}

const isReport = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && 'claims' in input
const withRelease = (input: Record<string, unknown>) =>
  'release' in input ? input : { ...input, release: { to: [] } }

const byPath = (a: Face, b: Face) => {
  const [left, right] = [JSON.stringify(a.path ?? []), JSON.stringify(b.path ?? [])]
  return left < right ? -1 : left > right ? 1 : 0
}

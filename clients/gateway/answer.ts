import { z } from 'zod'
import { FAULT_CODES, type FaultCode, type FaultDetail } from '../../schema/wire/fault.ts'

const Steps = z.array(z.union([z.string(), z.number()]))
const Face = z.looseObject({
  message: z.string(),
  path: Steps.optional(),
  extensions: z.looseObject({ code: z.string(), at: Steps.optional() }).optional(),
})
const Body = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(Face).optional(),
  extensions: z
    .looseObject({
      queued: z.boolean().optional(),
      offline: z.object({ since: z.string(), why: z.string().optional() }).optional(),
    })
    .optional(),
})
/** A GraphQL answer as a client reads it. */
export type AnswerBody = z.infer<typeof Body>

const BROKEN: AnswerBody = {
  errors: [
    { message: 'expected a GraphQL answer in JSON, got something else', extensions: { code: 'INTERNAL' } },
  ],
}

export function answerOf({ body }: { body: Uint8Array }): AnswerBody {
  try {
    return Body.parse(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch {
    return BROKEN
  }
}

export const codesOf = ({ errors = [] }: AnswerBody): string[] =>
  errors.map(({ extensions }) => extensions?.code ?? 'INTERNAL')

/** The faults of an answer, each with where in the input it lies, or else where in the answer. */
export const faultsIn = ({ errors = [] }: AnswerBody): FaultDetail[] =>
  errors.map(({ message, path, extensions }) => {
    const where = extensions?.at ?? path
    return { code: codeOf(extensions?.code), message, ...(where && { path: where }) }
  })

const codeOf = (code = 'INTERNAL'): FaultCode =>
  (FAULT_CODES as readonly string[]).includes(code) ? (code as FaultCode) : 'INTERNAL'

/** Every fault code the platform answers with. The list is closed: a code that is not here does not compile. */
export const FAULT_CODES = [
  'AUDIT_UNAVAILABLE',
  'AUTH',
  'BAD_CODE',
  'BAD_CURSOR',
  'BAD_DATE',
  'BAD_IDENTIFIER',
  'BAD_INPUT',
  'BAD_PACKET',
  'BAD_PAGE',
  'BAD_REFERENCE',
  'BAD_REQUEST',
  'BUDGET_EXHAUSTED',
  'CONFIG',
  'DEADLINE',
  'DIRECTORY',
  'DOWNGRADE',
  'ENVELOPE_MISMATCH',
  'FREE_TEXT',
  'HOME_BUSY',
  'IDEMPOTENCY_CONFLICT',
  'INTERNAL',
  'LOG',
  'LOG_DAMAGED',
  'LOG_FENCED',
  'LOG_UNWITNESSED',
  'NEO4J_UNAVAILABLE',
  'NOT_ALLOWED',
  'NOT_FOUND',
  'OUTCOME_UNCONFIRMED',
  'PASSPHRASE',
  'PROTECTED_PERSON',
  'PURPOSE_REQUIRED',
  'QUERY_TOO_COMPLEX',
  'RECEIPT_MISMATCH',
  'RECOVERY',
  'SEAL',
  'STORE_BEHIND',
  'STORE_UNAVAILABLE',
  'SYNTAX',
  'TOO_LARGE',
  'TOO_MANY_ANALYSES',
  'TOO_MANY_STREAMS',
  'TRANSFER_BASIS_MISSING',
  'UNREACHABLE',
] as const
export type FaultCode = (typeof FAULT_CODES)[number]

export type FaultDetail = { code: FaultCode; message: string; path?: (string | number)[] }

/**
 * An error that may reach a caller. Everything else is masked as INTERNAL.
 * `message` is short, lower-case, and says what was expected and what came, never what is stored.
 */
export class Fault extends Error {
  readonly code: FaultCode
  readonly path: (string | number)[] | undefined
  /** Further faults found in the same input; all of them are shown together. */
  readonly others: FaultDetail[]

  constructor(
    code: FaultCode,
    message: string,
    more: { path?: (string | number)[]; others?: FaultDetail[] } = {},
  ) {
    super(message)
    this.name = 'Fault'
    this.code = code
    this.path = more.path
    this.others = more.others ?? []
  }
}

/** One fault that carries all of `details`; the first gives its code. */
export function faultOf(details: FaultDetail[]): Fault {
  const first = details[0]!
  return new Fault(first.code, first.message, {
    ...(first.path && { path: first.path }),
    others: details.slice(1),
  })
}

import { type Json, sha256 } from '../../schema/wire/canonical.ts'

/** No code, id or question comes near this many characters: what is longer is ciphertext, a key or a signature. */
const LONGEST = 2_048
/** The token of a selector: an auditor has its commitment opened, and needs no token for that. */
const TOKEN = /^[\w-]{86}$/
const LITERAL = new RegExp(`"(?:[^"]{${LONGEST},}|[\\w-]{86})"`, 'g')

/**
 * What was asked, as it stands on record: each payload by its hash. A record outlives what it tells of, and an erasure must
 * leave no copy of a ciphertext behind; that it was this one, the commitment to the signed request proves.
 */
export function withoutPayloads(asked: Json): Json {
  if (typeof asked === 'string') return asked.length > LONGEST || TOKEN.test(asked) ? hashOf(asked) : asked
  if (Array.isArray(asked)) return asked.map(withoutPayloads)
  if (asked === null || typeof asked !== 'object') return asked
  return Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, withoutPayloads(value!)]))
}

/** A document, whose author may have written a payload into it. */
export const documentWithoutPayloads = (query: string): string =>
  query.replace(LITERAL, (literal) => `"${hashOf(literal.slice(1, -1))}"`)

const hashOf = (payload: string): string =>
  `sha256:${sha256(payload).toString('hex')} (${payload.length} characters)`

import { z } from 'zod'
import { OFFICE_KINDS, OFFICE_ROLES } from './codes.ts'
import { Fingerprint } from './directory.ts'
import { OfficeCode } from './principal.ts'

/** 128 random bits, 48 bits of time and a 128-bit tag: 38 bytes as base64url. */
export const LoginNonce = z.string().regex(/^[A-Za-z0-9_-]{51}$/)

/** `POST /login/nonce` answers this. `time` is the server's clock, by which the client signs from then on. */
export const NonceAnswer = z.strictObject({ nonce: LoginNonce, time: z.iso.datetime() })
export type NonceAnswer = z.infer<typeof NonceAnswer>

/**
 * What an officer signs to open a session. `sessionKey` is a raw Ed25519 public key, base64url. Without `office` and
 * `role` the statement means his only assignment.
 */
export const LoginStatement = z.strictObject({
  origin: z.string().max(300),
  nonce: LoginNonce,
  time: z.iso.datetime(),
  fingerprint: Fingerprint,
  sessionKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  office: OfficeCode.nullable(),
  role: z.enum(OFFICE_ROLES).nullable(),
})
export type LoginStatement = z.infer<typeof LoginStatement>

/** `POST /login` takes this: the statement, and a detached armored OpenPGP signature over its text. */
export const LoginRequest = z.strictObject({ statement: LoginStatement, signature: z.string().max(8_192) })
export type LoginRequest = z.infer<typeof LoginRequest>

export const LoginAnswer = z.strictObject({
  session: z.string().regex(/^[0-9a-z]{26}$/),
  expires: z.iso.datetime(),
  time: z.iso.datetime(),
  /** By which the instance signs receipts: a raw Ed25519 public key, base64url. Who has seen it once expects it ever after. */
  receiptKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  caller: z.strictObject({
    person: z.string(),
    country: z.string(),
    office: z.string(),
    officeKind: z.enum(OFFICE_KINDS),
    role: z.enum(OFFICE_ROLES),
    teams: z.array(z.string()),
  }),
})
export type LoginAnswer = z.infer<typeof LoginAnswer>

/** The text that is signed, byte for byte. Each side builds it from the fields; nobody signs a text that he was sent. */
export function loginText(statement: LoginStatement): string {
  return [
    'LOGIN-v1',
    `origin: ${statement.origin}`,
    `nonce: ${statement.nonce}`,
    `time: ${statement.time}`,
    `fingerprint: ${statement.fingerprint}`,
    `session-key: ${statement.sessionKey}`,
    `office: ${statement.office ?? '-'}`,
    `role: ${statement.role ?? '-'}`,
    '',
  ].join('\n')
}

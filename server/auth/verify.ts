import { createPublicKey, timingSafeEqual, verify } from 'node:crypto'
import type { Caller } from '../../schema/wire/caller.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import {
  parseSignature,
  signatureBase,
  signedBytes,
  singleHeaders,
} from '../../schema/wire/http-signature.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory.ts'
import { type Replays, replayTag, SKEW } from './replays.ts'
import type { Session, Sessions } from './sessions.ts'

export type HttpRequest = {
  method: string
  /** Configured origin and the request's path and query. */
  targetUri: string
  /** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
  headers: readonly string[]
  body: Uint8Array
}

export type Verified = {
  caller: Caller
  /** What the audit log's first commitment is about. */
  signed: Uint8Array
  /** 16 bytes for the audit log, which gives them back to `seed` after a restart. */
  replay: Uint8Array
}

export type VerifyContext = {
  origin: string
  directory: Directory
  sessions: Sessions
  replays: Replays
  clock: Clock
}

const DECOY = {
  created: 0,
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  session: '00000000000000000000000000',
  contentType: 'application/json',
  contentDigest: 'sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:',
  digest: Buffer.alloc(32),
  signature: Buffer.alloc(64),
}
/** The public key of RFC 8032 §7.1 test 1: valid, and nobody's session. */
const DECOY_KEY = createPublicKey({
  key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  format: 'jwk',
})

/**
 * Who sent a request, or null. Every check is made on every request, with a decoy where there is nothing to check, so
 * that a refusal tells by no measure which one failed. Only a request that passes all else reaches the replay window.
 */
export function verifyRequest(context: VerifyContext, request: HttpRequest): Verified | null {
  const { clock, directory, replays, sessions } = context
  const parsed = parseSignature(request.headers)
  const claim = parsed ?? DECOY
  const session = sessions.find(claim.session)
  const base = signatureBase({ method: request.method, targetUri: request.targetUri, ...claim }, claim)
  const checks = [
    parsed !== null,
    session !== null && stillCertified(directory, session),
    isAddressed(context.origin, request),
    timingSafeEqual(sha256(request.body), claim.digest),
    verify(null, Buffer.from(base), session?.publicKey ?? DECOY_KEY, claim.signature),
    Math.abs(clock() - claim.created * 1_000) <= SKEW,
  ]
  const caller = session && directory.caller(session.person, session.office, session.role, session.session)
  const replay = replayTag(claim.session, claim.nonce)
  if (checks.includes(false) || session === null || caller === null || !replays.claim(replay)) return null
  sessions.touch(session)
  return { caller, signed: signedBytes(base, claim.signature, request.body), replay }
}

/** For whom a session speaks now, or null. */
export function callerOf({ directory, sessions }: VerifyContext, id: string): Caller | null {
  const session = sessions.find(id)
  if (!session || !stillCertified(directory, session)) return null
  return directory.caller(session.person, session.office, session.role, session.session)
}

/** Whether the key that certified this session is still the person's, not revoked and not expired. */
function stillCertified(directory: Directory, session: Session): boolean {
  const person = directory.personByKey(session.fingerprint)
  return person?.body.person === session.person && person.signing.some(({ keyId }) => keyId === session.keyId)
}

/** Whether the request was sent to us by name: `Host` decides nothing, and another one than ours is refused. */
function isAddressed(origin: string, { headers, targetUri }: HttpRequest): boolean {
  const host = singleHeaders(headers, ['host'])?.get('host')
  return targetUri.startsWith(`${origin}/`) && `//${host}` === origin.slice(origin.indexOf('//'))
}

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

/** A request before its body has come. */
export type HttpHead = Omit<HttpRequest, 'body'>

/** Who sent it, provided that the body has this `digest`: until then nothing of the body is to be believed. */
export type VerifiedHead = {
  caller: Caller
  /** SHA-256 that the signature covers. */
  digest: Buffer
  /** What the audit log's first commitment is about, for as much of the body as is given. */
  signed(body: Uint8Array): Uint8Array
  replay: Uint8Array
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

/** Who sent a request, or null. */
export function verifyRequest(context: VerifyContext, { body, ...head }: HttpRequest): Verified | null {
  const found = verifyHead(context, head, (digest) => timingSafeEqual(sha256(body), digest))
  return found && { caller: found.caller, signed: found.signed(body), replay: found.replay }
}

/**
 * Who sent what has this head, or null; so that a large body is read for those only who may send one. Every check is made on every request, with a decoy where there is nothing to check, so
 * that a refusal tells by no measure which one failed. Only a request that passes all else reaches the replay window.
 */
export function verifyHead(
  context: VerifyContext,
  request: HttpHead,
  isBody: (digest: Buffer) => boolean = () => true,
): VerifiedHead | null {
  const { clock, directory, replays, sessions } = context
  const parsed = parseSignature(request.headers)
  const claim = parsed ?? DECOY
  const session = sessions.find(claim.session)
  const base = signatureBase({ method: request.method, targetUri: request.targetUri, ...claim }, claim)
  const checks = [
    parsed !== null,
    session !== null && stillCertified(directory, session),
    isAddressed(context.origin, request),
    isBody(claim.digest),
    verify(null, Buffer.from(base), session?.publicKey ?? DECOY_KEY, claim.signature),
    Math.abs(clock() - claim.created * 1_000) <= SKEW,
  ]
  const caller = session && directory.caller(session.person, session.office, session.role, session.session)
  const replay = replayTag(claim.session, claim.nonce)
  if (checks.includes(false) || session === null || caller === null || !replays.claim(replay)) return null
  sessions.touch(session)
  const { digest, signature } = claim
  return { caller, digest, signed: (body) => signedBytes(base, signature, body), replay }
}

/** Whether the key that certified this session is still the person's, not revoked and not expired. */
function stillCertified(directory: Directory, session: Session): boolean {
  const person = directory.personByKey(session.fingerprint)
  return person?.body.person === session.person && person.signing.some(({ keyId }) => keyId === session.keyId)
}

/** Whether the request was sent to us by name: `Host` decides nothing, and another one than ours is refused. */
function isAddressed(origin: string, { headers, targetUri }: HttpHead): boolean {
  const host = singleHeaders(headers, ['host'])?.get('host')
  return targetUri.startsWith(`${origin}/`) && `//${host}` === origin.slice(origin.indexOf('//'))
}

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
export type HttpHead = Omit<HttpRequest, 'body'>

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

/** Who sent a request of which the body is still to come. */
export type VerifiedHead = {
  caller: Caller
  /** SHA-256 that the body must have. */
  digest: Buffer
  /** What the audit log's first commitment is about, where `body` stands for all of it. */
  signed(body: Uint8Array): Uint8Array
  replay: Uint8Array
}

/** A request whose headers have come, and whose body may take its time. */
export type Begun = {
  /** Whether somebody in session signed these headers just now: he is waited for longer than a stranger. */
  isSigned: boolean
  /** Who sends it, before any of its body is read; or null. */
  head(): VerifiedHead | null
  /** Who sent it, once its body is whole; or null. */
  complete(body: Uint8Array): Verified | null
}

/**
 * Judges a request when its headers come: over a slow link the body may follow minutes later, and by then its signature
 * would be too old. The replay tag is taken now, so that nobody can begin the same request again while this one is
 * under way. Every check is made on every request, with a decoy where there is nothing to check, so that a refusal tells
 * by no measure which one failed. Only headers that pass all else reach the replay window.
 */
export function beginRequest(context: VerifyContext, head: HttpHead): Begun {
  const { clock, directory, replays, sessions } = context
  const parsed = parseSignature(head.headers)
  const claim = parsed ?? DECOY
  const session = sessions.find(claim.session)
  const base = signatureBase({ method: head.method, targetUri: head.targetUri, ...claim }, claim)
  const checks = [
    parsed !== null,
    session !== null && stillCertified(directory, session),
    isAddressed(context.origin, head),
    verify(null, Buffer.from(base), session?.publicKey ?? DECOY_KEY, claim.signature),
    Math.abs(clock() - claim.created * 1_000) <= SKEW,
  ]
  const replay = replayTag(claim.session, claim.nonce)
  const isSigned = !checks.includes(false) && replays.claim(replay)

  const signed = (body: Uint8Array) => signedBytes(base, claim.signature, body)

  /** Looked up when it is asked for: whoever was revoked while the body came is nobody any more. */
  function sentBy(): VerifiedHead | null {
    const now = isSigned ? sessions.find(claim.session) : null
    if (now === null || !stillCertified(directory, now)) return null
    const caller = directory.caller(now.person, now.office, now.role, now.session)
    if (caller === null) return null
    sessions.touch(now)
    return { caller, digest: claim.digest, signed, replay }
  }

  return {
    isSigned,
    head: sentBy,
    complete(body) {
      const isWhole = timingSafeEqual(sha256(body), claim.digest)
      const found = isWhole ? sentBy() : null
      return found && { caller: found.caller, signed: signed(body), replay }
    },
  }
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
function isAddressed(origin: string, { headers, targetUri }: HttpHead): boolean {
  const host = singleHeaders(headers, ['host'])?.get('host')
  return targetUri.startsWith(`${origin}/`) && `//${host}` === origin.slice(origin.indexOf('//'))
}

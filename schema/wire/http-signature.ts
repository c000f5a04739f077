import { type KeyObject, sign } from 'node:crypto'
import { sha256 } from './canonical.ts'

// RFC 9421 (HTTP Message Signatures) and RFC 9530 (Digest Fields), cut down to the one shape that Portolan speaks:
// label `sig`, four components in one order, five parameters in one order, Ed25519. What has another shape is refused,
// so there is nothing to negotiate and nothing to downgrade.

const COMPONENTS = '("@method" "@target-uri" "content-type" "content-digest")'
const INPUT =
  /^sig=(\("@method" "@target-uri" "content-type" "content-digest"\);created=(\d{1,12});nonce="([A-Za-z0-9_-]{22})";keyid="([0-9a-z]{26})";alg="ed25519";tag="portolan")$/
const SIGNATURE = /^sig=:([A-Za-z0-9+/]{86}==):$/
const DIGEST = /^sha-256=:([A-Za-z0-9+/]{43}=):$/
/** Printable ASCII without leading or trailing blanks: RFC 9421 §2.1 would trim and fold others. */
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

const SIGNED_HEADERS = ['content-type', 'content-digest', 'signature-input', 'signature'] as const
/** Headers that would give the body, or the place it goes to, a second reading. */
const FORBIDDEN_HEADERS = ['content-encoding', 'trailer', 'upgrade']

export type SignedParts = {
  method: string
  /** Scheme, host, port, path and query as the server is configured to be reached, never as `Host` says. */
  targetUri: string
  contentType: string
  contentDigest: string
}

export type SignatureParameters = {
  /** Seconds since 1970, by the server's clock. */
  created: number
  /** 128 random bits, base64url. */
  nonce: string
  session: string
}

export type ParsedSignature = SignatureParameters & {
  contentType: string
  contentDigest: string
  /** SHA-256 that `content-digest` claims. */
  digest: Buffer
  /** 64 bytes. */
  signature: Buffer
}

/** RFC 9421 §2.5 for any covered components, whose values come ready; the last line is `@signature-params`. */
export function baseOf(
  components: readonly (readonly [name: string, value: string])[],
  parameters: string,
): string {
  const lines = components.map(([name, value]) => `"${name}": ${value}`)
  return [...lines, `"@signature-params": ${parameters}`].join('\n')
}

function parametersOf({ created, nonce, session }: SignatureParameters): string {
  return `${COMPONENTS};created=${created};nonce="${nonce}";keyid="${session}";alg="ed25519";tag="portolan"`
}

/** What the session key signs for one request. */
export function signatureBase(parts: SignedParts, parameters: SignatureParameters): string {
  return baseOf(
    [
      ['@method', parts.method],
      ['@target-uri', parts.targetUri],
      ['content-type', parts.contentType],
      ['content-digest', parts.contentDigest],
    ],
    parametersOf(parameters),
  )
}

/** RFC 9530 `Content-Digest` of a body, SHA-256 only. */
export function contentDigest(body: Uint8Array): string {
  return digestHeader(sha256(body))
}

/** The same of a SHA-256. */
export const digestHeader = (digest: Buffer): string => `sha-256=:${digest.toString('base64')}:`

/**
 * The bytes that the audit log commits to for a request. No line of the base is empty and its last line is known by
 * its name, so the three parts have one reading.
 */
export function signedBytes(base: string, signature: Uint8Array, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${base}\n:${Buffer.from(signature).toString('base64')}:\n`), body])
}

export type HeadToSign = SignatureParameters &
  SignedParts & {
    /** The Ed25519 private key of the session. */
    privateKey: KeyObject
  }
export type RequestToSign = Omit<HeadToSign, 'contentDigest'> & { body: Uint8Array }

type SignedRequest = { headers: Record<string, string>; signed: Uint8Array }

/** The headers that sign a request, and the bytes that both sides remember of it. */
export function signRequest({ body, ...request }: RequestToSign): SignedRequest {
  return signHead({ ...request, contentDigest: contentDigest(body) }, body)
}

/** The same for who has hashed the body already; `kept` is as much of it as both sides remember. */
export function signHead(head: HeadToSign, kept: Uint8Array): SignedRequest {
  const base = signatureBase(head, head)
  const signature = sign(null, Buffer.from(base), head.privateKey)
  return {
    headers: {
      'content-type': head.contentType,
      'content-digest': head.contentDigest,
      'signature-input': `sig=${parametersOf(head)}`,
      signature: `sig=:${signature.toString('base64')}:`,
    },
    signed: signedBytes(base, signature, kept),
  }
}

/**
 * The value of each header that occurs once; `null` where one of `names` occurs twice.
 * @param raw names and values in turn, as `IncomingMessage.rawHeaders` has them
 */
export function singleHeaders(raw: readonly string[], names: readonly string[]): Map<string, string> | null {
  const found = new Map<string, string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    if (!names.includes(name)) continue
    if (found.has(name)) return null
    found.set(name, raw[i + 1]!)
  }
  return found
}

/** Canonical base64 of a fixed length; `null` where the last character carries bits that decoding would drop. */
function decode(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/**
 * Reads the signature of a request whose headers a stranger wrote. Anything but the one shape gives `null`: a second
 * signature, an extra, missing or reordered component or parameter, a header sent twice, an encoded body.
 */
export function parseSignature(raw: readonly string[]): ParsedSignature | null {
  const headers = singleHeaders(raw, [...SIGNED_HEADERS, ...FORBIDDEN_HEADERS])
  if (headers === null || FORBIDDEN_HEADERS.some((name) => headers.has(name))) return null
  const contentType = headers.get('content-type') ?? ''
  const contentDigest = headers.get('content-digest') ?? ''
  const input = INPUT.exec(headers.get('signature-input') ?? '')
  const signature = decode(SIGNATURE.exec(headers.get('signature') ?? '')?.[1] ?? '')
  const digest = decode(DIGEST.exec(contentDigest)?.[1] ?? '')
  if (!PLAIN.test(contentType) || input === null || signature?.length !== 64 || digest?.length !== 32)
    return null
  return {
    created: Number(input[2]),
    nonce: input[3]!,
    session: input[4]!,
    contentType,
    contentDigest,
    digest,
    signature,
  }
}

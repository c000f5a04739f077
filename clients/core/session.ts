import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { OBJECT_PATH, OBJECT_TYPE } from '../../schema/wire/attachment.ts'
import type { OfficeRole } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { digestHeader, signHead, signRequest } from '../../schema/wire/http-signature.ts'
import {
  LoginAnswer,
  type LoginRequest,
  type LoginStatement,
  loginText,
  NonceAnswer,
} from '../../schema/wire/login.ts'
import { EvaluationOrder, type EvaluationRequest, orderText } from '../../schema/wire/match.ts'
import type { OpenKey } from './keys.ts'
import { type ObjectBody, openWire } from './wire.ts'

const CONTENT_TYPE = 'application/json'
/** A session is renewed when it has less than this left (ms). */
const RENEW_BEFORE = 60_000

export type LoginOptions = {
  /** Origin of the server: https, or http on this machine. */
  url: string
  key: Pick<OpenKey, 'fingerprint' | 'sign'>
  /** Needed by a person who holds several assignments. */
  office?: string
  role?: OfficeRole
  /** The desk clock (ms since 1970); it may be wrong by hours. */
  clock?: () => number
  /** How long no answer may begin before the server counts as away (ms). */
  timeout?: number
  /** Told the answer of each login, which has a receipt as any other, before its session is used; `at` is server time. */
  onLogin?(answer: Answer, login: LoginAnswer, at: number): Promise<void>
}

export type Answer = {
  status: number
  headers: Headers
  body: Uint8Array
  /** What was sent, as the audit log's first commitment has it. */
  signed: Uint8Array
}

/** An answer that comes bit by bit. */
export type Opened = Omit<Answer, 'body'> & { octets: AsyncIterable<Uint8Array> }

export type Session = {
  /** As whom the server knows the officer; changes when a session is renewed. */
  login(): LoginAnswer
  /** Server time (ms since 1970) by the offset that login told. */
  now(): number
  /** Signs and sends one JSON body by POST. A session that has ended is renewed once. */
  request(body: unknown, path?: string): Promise<Answer>
  /** As `request`, for an answer that goes on until `signal` ends it. */
  open(body: unknown, signal: AbortSignal): Promise<Opened>
  /** Signs and sends one body of the object road, as `request` does. */
  object(body: ObjectBody): Promise<Answer>
  /** Signs an order for evaluators by the session key, and says how the officer's own key certified that. */
  order(order: EvaluationOrder): Promise<SignedOrder>
  logout(): Promise<Answer>
}

/** What evaluators believe an order by. Nothing else is ever signed by the session key beside requests. */
export type SignedOrder = Pick<EvaluationRequest, 'login' | 'signature'>

type Live = { answer: LoginAnswer; certified: LoginRequest; privateKey: KeyObject; offset: number }

/**
 * Opens a session: the officer's OpenPGP key certifies an Ed25519 key that never leaves this process.
 * @throws Fault AUTH where the server refuses, BAD_INPUT for an address that would send requests in the clear
 */
export async function login(options: LoginOptions): Promise<Session> {
  const { clock = Date.now, timeout = 30_000 } = options
  const origin = originOf(options.url)
  const wire = openWire(timeout)
  /** A signature is for one address: an answer that points elsewhere is no way, and its status shows as it is. */
  const post = (path: string, body: Uint8Array, headers: Record<string, string>) =>
    wire(`${origin}${path}`, { method: 'POST', parts: [body], headers })

  function fetched(
    path: string,
    body: Uint8Array,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response> {
    return fetch(`${origin}${path}`, {
      method: 'POST',
      headers,
      body: Buffer.from(body),
      // A signature is for one address: an answer that points elsewhere is an error, not a way.
      redirect: 'error',
      signal,
    })
  }

  let live = await logIn()

  async function postPlain(path: string, body: unknown): Promise<Answer> {
    const signed = Buffer.from(JSON.stringify(body))
    const answer = await post(path, signed, { 'content-type': CONTENT_TYPE })
    if (answer.status !== 200) throw new Fault('AUTH', `expected to be let in, got status ${answer.status}`)
    return { ...answer, signed }
  }

  async function logIn(): Promise<Live> {
    const asked = clock()
    const { nonce, time } = NonceAnswer.parse(jsonOf(await postPlain('/login/nonce', {})))
    const offset = Date.parse(time) - (asked + clock()) / 2
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const statement: LoginStatement = {
      origin,
      nonce,
      time,
      fingerprint: options.key.fingerprint,
      sessionKey: publicKey.export({ format: 'jwk' }).x!,
      office: options.office ?? null,
      role: options.role ?? null,
    }
    const signature = await options.key.sign(Buffer.from(loginText(statement)), new Date(time))
    const certified: LoginRequest = { statement, signature }
    const answer = await postPlain('/login', certified)
    const login = LoginAnswer.parse(jsonOf(answer))
    await options.onLogin?.(answer, login, clock() + offset)
    return { answer: login, certified, privateKey, offset }
  }

  /** Requests that are refused together wait for one login. */
  let renewal: Promise<void> | null = null
  function renew(stale: Live): Promise<void> {
    if (live !== stale) return Promise.resolve()
    renewal ??= logIn()
      .then((next) => {
        live = next
      })
      .finally(() => {
        renewal = null
      })
    return renewal
  }

  const now = (): number => clock() + live.offset

  const signing = () => ({
    session: live.answer.session,
    privateKey: live.privateKey,
    created: Math.floor(now() / 1_000),
    nonce: randomBytes(16).toString('base64url'),
  })

  const signedFor = (body: Uint8Array, path: string) =>
    signRequest({
      method: 'POST',
      targetUri: `${origin}${path}`,
      contentType: CONTENT_TYPE,
      body,
      ...signing(),
    })

  async function send(body: Uint8Array, path: string): Promise<Answer> {
    const { headers, signed } = signedFor(body, path)
    return { ...(await post(path, body, headers)), signed }
  }

  async function sendOpen(body: Uint8Array, signal: AbortSignal): Promise<Opened> {
    const { headers, signed } = signedFor(body, '/graphql')
    // Only the beginning has a time within which it must come.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), timeout)
    const ends = AbortSignal.any([signal, late.signal])
    const streamed = { ...headers, accept: 'text/event-stream' }
    const answer = await fetched('/graphql', body, streamed, ends)
      .catch((error: unknown) => {
        if (signal.aborted) throw error
        throw new Fault('UNREACHABLE', `expected an answer of ${origin}, got none`)
      })
      .finally(() => clearTimeout(timer))
    return { status: answer.status, headers: answer.headers, octets: answer.body!, signed }
  }

  async function sendObject({ method, octets, facts, digest }: ObjectBody): Promise<Answer> {
    const targetUri = `${origin}${OBJECT_PATH}`
    const contentDigest = digestHeader(digest)
    const head = { method, targetUri, contentType: OBJECT_TYPE, contentDigest }
    const { headers, signed } = signHead({ ...head, ...signing() }, facts)
    return { ...(await wire(targetUri, { method, parts: [octets, facts], headers })), signed }
  }

  /** Sends by a session that is in force: one that is about to end, or has ended, is renewed once. */
  async function inForce<A extends { status: number }>(once: () => Promise<A>): Promise<A> {
    if (now() > Date.parse(live.answer.expires) - RENEW_BEFORE) await renew(live)
    const used = live
    const answer = await once()
    if (answer.status !== 401) return answer
    // Refused before anything ran, so sending it again repeats nothing.
    await renew(used)
    return once()
  }

  return {
    login: () => live.answer,
    now,
    request(body, path = '/graphql') {
      const bytes = Buffer.from(JSON.stringify(body))
      return inForce(() => send(bytes, path))
    },
    async open(body, signal) {
      const bytes = Buffer.from(JSON.stringify(body))
      return inForce(() => sendOpen(bytes, signal))
    },
    object: (body) => inForce(() => sendObject(body)),
    async order(order) {
      const text = Buffer.from(orderText(EvaluationOrder.parse(order)))
      if (now() > Date.parse(live.answer.expires) - RENEW_BEFORE) await renew(live)
      const { certified: login, privateKey } = live
      return { login, signature: sign(null, text, privateKey).toString('base64url') }
    },
    logout: () => send(Buffer.from('{}'), '/logout'),
  }
}

const jsonOf = ({ body }: Answer): unknown => JSON.parse(Buffer.from(body).toString('utf8'))

/** The origin of an address that is safe to sign in to. */
function originOf(url: string): string {
  const { origin, protocol, hostname } = new URL(url)
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    throw new Fault('BAD_INPUT', `expected https, or http on this machine, got ${origin}`)
  return origin
}

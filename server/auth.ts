import type { Caller } from '../schema/wire/caller.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { LoginAnswer, NonceAnswer } from '../schema/wire/login.ts'
import { logIn } from './auth/login.ts'
import { createNonces } from './auth/nonces.ts'
import { createReplays } from './auth/replays.ts'
import { openSessions } from './auth/sessions.ts'
import {
  beginRequest,
  callerOf,
  type HttpHead,
  type HttpRequest,
  type Verified,
  type VerifiedHead,
} from './auth/verify.ts'
import type { Clock } from './clock.ts'
import type { Directory } from './directory.ts'

export type { HttpHead, HttpRequest, Verified, VerifiedHead } from './auth/verify.ts'

/** A refused login is answered at a multiple of this after it came (ms), far above what any check takes. */
const REFUSAL_TICK = 30
const MOST_FAILURES = 1_000_000

export type Auth = {
  /** `POST /login/nonce`. */
  nonce(): NonceAnswer
  /** `POST /login`: the body as it came. Throws Fault AUTH, the same for every reason and at the same time. */
  login(body: Uint8Array): Promise<LoginAnswer>
  /**
   * Judges a request by its headers, before its body has come. `complete` says who sent it, once the body is whole, and
   * throws Fault AUTH, the same for every reason.
   */
  begin(head: HttpHead): { isSigned: boolean; complete(body: Uint8Array): Verified }
  /** Both at once, for a request that is here already. */
  verify(request: HttpRequest): Verified
  /** The same for what has not come whole yet. Throws as `verify`. */
  verifyHead(head: HttpHead): VerifiedHead
  /**
   * For whom a session speaks now; null when it, its assignment or the key that certified it has ended. It is no use of the
   * session: a stream that nobody asks beside falls idle.
   */
  caller(session: string): Caller | null
  /** Ends a session for good; the caller of this has verified the request that asks for it. */
  logout(session: string): Promise<void>
  /** Fills the replay window from the tags that the audit log holds of the last two minutes. Before listening. */
  seed(replays: Iterable<Uint8Array>): void
  /** Refusals since the start, up to a million: noise is counted, not logged. */
  failures(): number
  close(): Promise<void>
}

/**
 * Who may speak to this instance.
 * @param origin scheme, host and port at which clients reach the server, from configuration, without a final slash
 * @param file the session file
 * @param receiptKey by which receipts are signed: raw Ed25519 public key, base64url
 */
export async function openAuth(options: {
  origin: string
  file: string
  directory: Directory
  clock: Clock
  receiptKey: string
}): Promise<Auth> {
  const { clock, directory, origin, receiptKey } = options
  if (new URL(origin).origin !== origin)
    throw new Fault('CONFIG', `expected an origin such as https://host, got ${origin}`)
  const nonces = createNonces(clock)
  const replays = createReplays(clock)
  const sessions = await openSessions(options.file, clock)
  const context = { origin, directory, nonces, replays, sessions, clock, receiptKey }
  let failures = 0

  function refusal(): Fault {
    failures = Math.min(failures + 1, MOST_FAILURES)
    return new Fault('AUTH', 'expected the signature of a session in force')
  }

  function begin(head: HttpHead) {
    const begun = beginRequest(context, head)
    return {
      isSigned: begun.isSigned,
      complete(body: Uint8Array) {
        const verified = begun.complete(body)
        if (verified === null) throw refusal()
        return verified
      },
    }
  }

  return {
    nonce: () => ({ nonce: nonces.issue(), time: new Date(clock()).toISOString() }),
    async login(body) {
      const came = performance.now()
      const answer = await logIn(context, body)
      if (answer !== null) return answer
      await nextTick(came)
      throw refusal()
    },
    begin,
    verify: ({ body, ...head }) => begin(head).complete(body),
    verifyHead(head) {
      const found = beginRequest(context, head).head()
      if (found === null) throw refusal()
      return found
    },
    caller: (session) => callerOf(context, session),
    logout: (session) => sessions.end(session),
    seed: (tags) => replays.seed(tags),
    failures: () => failures,
    close: () => sessions.close(),
  }
}

/** Waits for the next multiple of the tick after `came` (ms of the monotonic clock). */
function nextTick(came: number): Promise<void> {
  const elapsed = performance.now() - came
  const wait = REFUSAL_TICK - (elapsed % REFUSAL_TICK)
  return new Promise((resolve) => setTimeout(resolve, wait))
}

import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { EvaluationOrder } from '../../schema/wire/match.ts'
import type { OpenKey } from '../core/keys.ts'
import { type Answer, type LoginOptions, login, type Session, type SignedOrder } from '../core/session.ts'
import { openStream, type Told } from '../core/stream.ts'
import type { ObjectBody } from '../core/wire.ts'
import { writeWhole } from '../core/write-whole.ts'
import type { Home } from './home.ts'
import { type Listened, listenOn, type Subscription } from './listen.ts'
import { needsQuorum } from './needs-quorum.ts'
import { openQuorum, type Quorum } from './quorum.ts'
import { pinReceiptKey } from './receipt-key.ts'
import { openReceipts } from './receipts.ts'

/**
 * One officer's way to the server: every request signed, every answer's receipt checked and kept, those of logins too.
 * Where the office asks for witnesses, what they do not vouch for in time is not asked, and not given out.
 */
export type Road = {
  person: string
  /** Opens the session, where there is none yet. Throws AUTH or UNREACHABLE. */
  session(): Promise<Session>
  /** Server time as the last login told it, also one of another day; the desk clock before the first. */
  now(): number
  /**
   * Throws UNREACHABLE; RECEIPT_MISMATCH where an answer is not the one on record; LOG_UNWITNESSED or LOG where witnesses
   * do not vouch for the log.
   */
  send(body: unknown): Promise<Answer>
  /**
   * Listens until `signal`: each event checked, its receipt kept, a cut link taken up again where it was. Gives the whole
   * answer where the server refuses.
   */
  listen(body: Subscription, signal: AbortSignal): Promise<Listened>
  /** The same for a body of the object road. */
  object(body: ObjectBody): Promise<Answer>
  /** Signs an order for evaluators. Throws UNREACHABLE where there is no session. */
  order(order: EvaluationOrder): Promise<SignedOrder>
  /** Looks for what the witnesses have signed, where it is time to. */
  tend(): Promise<void>
  /** Ends the session, where there is one. */
  logout(): Promise<void>
}

export type RoadOptions = {
  home: Home
  key: OpenKey
  url: string
  office?: string | undefined
  role?: LoginOptions['role'] | undefined
  clock?: () => number
  timeout?: number
}

export function openRoad({ home, key, url, office, role, clock = Date.now, timeout }: RoadOptions): Road {
  let opening: Promise<Session> | null = null
  let live: Session | null = null
  let receiptKey: KeyObject | null = null
  const offset = offsetIn(home)
  const receipts = openReceipts(home.path(RECEIPTS), key)
  const now = () => live?.now() ?? clock() + offset
  const quorum: Quorum = openQuorum(home, { clock, now }, settle)

  /** When the last login was begun, by the desk's clock and by one that nobody can set (ms). */
  let asked = { clock: 0, steady: 0 }

  function session(): Promise<Session> {
    if (opening === null) asked = { clock: clock(), steady: performance.now() }
    opening ??= login({
      url,
      key,
      clock,
      ...(office && { office }),
      ...(role && { role }),
      ...(timeout && { timeout }),
      async onLogin(answer, login, at) {
        receiptKey = await pinReceiptKey(home, login.receiptKey)
        await quorum.owe(await receipts.keep(answer, receiptKey, login.caller.office, at), at)
      },
    })
      .then(async (opened) => {
        live = opened
        await writeWhole(home.path(CLOCK), JSON.stringify({ offset: Math.round(opened.now() - clock()) }))
        return opened
      })
      .catch((error: unknown) => {
        // The next request tries again: the link may be back by then.
        opening = null
        throw error
      })
    return opening
  }

  /** A desk clock that was set since the login has taken the server's time along: that is asked for again. */
  function settle(): Promise<Session> {
    const jumped = clock() - asked.clock - (performance.now() - asked.steady)
    if (Math.abs(jumped) > MOST_JUMP) opening = null
    return session()
  }

  /** The answer, its receipt kept. Nothing was asked where the session was refused; a proxy's word is no answer. */
  async function kept(answer: Answer, { login, now }: Session): Promise<Answer> {
    if (isProxys(answer))
      throw new Fault('UNREACHABLE', `expected an answer of ${url}, got status ${answer.status}`)
    if (answer.status !== 401 || answer.headers.has(RECEIPT_HEADER))
      await quorum.owe(await receipts.keep(answer, receiptKey!, login().caller.office, now()), now())
    return answer
  }

  /** Before anything is asked that could not be shown; and again, for an answer may take long. */
  async function vouched(ask: (live: Session) => Promise<Answer>): Promise<Answer> {
    await session()
    await quorum.expect()
    // It may be another one than before.
    const live = await session()
    const answer = await kept(await ask(live), live)
    await quorum.expect()
    return answer
  }

  async function stream(body: unknown, signal: AbortSignal): Promise<Listened> {
    await session()
    await quorum.expect()
    const live = await session()
    const opened = await openStream(live, body, signal)
    return 'events' in opened ? { events: keptEach(opened.events, live) } : kept(opened, live)
  }

  async function* keptEach(events: AsyncGenerator<Told>, live: Session): AsyncGenerator<Told> {
    for await (const event of events) {
      const headers = new Headers({ [RECEIPT_HEADER]: event.receipt })
      await kept({ status: 200, headers, body: Buffer.from(event.text), signed: event.signed }, live)
      // Not told, it is asked for again later: the stream is taken up after the last one that was.
      await quorum.expect()
      yield event
    }
  }

  return {
    person: key.name,
    session,
    now,
    async send(body) {
      if (needsQuorum(body)) return vouched((live) => live.request(body))
      const live = await session()
      return kept(await live.request(body), live)
    },
    object: (body) => vouched((live) => live.object(body)),
    order: async (order) => (await session()).order(order),
    async tend() {
      if (live) await quorum.tend()
    },
    listen: (body, signal) => listenOn(stream, body, signal),
    async logout() {
      if (live) await kept(await live.logout(), live)
      ;[opening, live] = [null, null]
    },
  }
}

/** Where in a home the receipts are. */
export const RECEIPTS = 'receipts'

/** A clock that runs right is never so far off after a login (ms). */
const MOST_JUMP = 30_000

const isProxys = ({ status, headers }: Answer) =>
  [502, 503, 504].includes(status) && !headers.has(RECEIPT_HEADER)

/** How far the server's clock was from the desk's when they last spoke: a desk without a link keeps the server's time. */
const CLOCK = 'clock.json'
const Clock = z.object({ offset: z.number() })

function offsetIn(home: Home): number {
  try {
    return Clock.parse(JSON.parse(readFileSync(home.path(CLOCK), 'utf8'))).offset
  } catch {
    return 0
  }
}

import { RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { OpenKey } from '../core/keys.ts'
import type { ObjectBody } from '../core/object-wire.ts'
import { type Answer, type LoginOptions, login, type Session } from '../core/session.ts'
import type { Home } from './home.ts'
import { keepReceipt } from './receipts.ts'

/** One officer's way to the server: every request signed, every answer's receipt checked and kept. */
export type Road = {
  person: string
  /** Opens the session, where there is none yet. Throws AUTH or UNREACHABLE. */
  session(): Promise<Session>
  /** Server time as the last login told it; the desk clock before the first. */
  now(): number
  /** Throws UNREACHABLE, or RECEIPT_MISMATCH where an answer is not the one on record. */
  send(body: unknown): Promise<Answer>
  /** The same for a body of the object road. */
  object(body: ObjectBody): Promise<Answer>
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

  function session(): Promise<Session> {
    opening ??= login({
      url,
      key,
      clock,
      ...(office && { office }),
      ...(role && { role }),
      ...(timeout && { timeout }),
    })
      .then((opened) => {
        live = opened
        return opened
      })
      .catch((error: unknown) => {
        // The next request tries again: the link may be back by then.
        opening = null
        throw asUnreachable(error, url)
      })
    return opening
  }

  async function answered(ask: (session: Session) => Promise<Answer>): Promise<Answer> {
    const opened = await session()
    const answer = await ask(opened).catch((error: unknown) => {
      throw asUnreachable(error, url)
    })
    // Nothing was asked where the session was refused, and nothing is on record; a proxy's word is no answer.
    if (isProxys(answer))
      throw new Fault('UNREACHABLE', `expected an answer of ${url}, got status ${answer.status}`)
    if (answer.status !== 401) await keepReceipt(home.path('receipts.jsonl'), key.name, answer, opened.now())
    return answer
  }

  return {
    person: key.name,
    session,
    now: () => live?.now() ?? clock(),
    send: (body) => answered(({ request }) => request(body)),
    object: (body) => answered(({ object }) => object(body)),
  }
}

const isProxys = ({ status, headers }: Answer) =>
  [502, 503, 504].includes(status) && !headers.has(RECEIPT_HEADER)

/** A failure of the network as a fault of its own; every other error as it is. */
function asUnreachable(error: unknown, url: string): unknown {
  const { name, message } = error as Error
  const isNetwork =
    (error instanceof TypeError && /fetch failed|terminated/.test(message)) || name === 'TimeoutError'
  return isNetwork ? new Fault('UNREACHABLE', `expected an answer of ${url}, got none`) : error
}

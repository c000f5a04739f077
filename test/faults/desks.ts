import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenKey } from '../../clients/core/keys.ts'
import { type Answer, login, type Session } from '../../clients/core/session.ts'
import { openReceipts, type Receipts } from '../../clients/gateway/receipts.ts'
import { receiptKeyOf } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { PURPOSE } from '../instance.ts'

// Officers who ask one question after the other, whatever becomes of the server: each answer's receipt is checked and kept
// as the gateway does it, and each question that got none is remembered with what was being done to the server.

/** Why an answer may not come. SLOW: nothing was done to the server; it says itself that it held an answer back. */
export type Why = 'KILLED' | 'FULL' | 'CUT' | 'SLOW'

export type Desks = {
  /** The folder with everybody's receipts. */
  receipts: string
  /** Questions that got no answer, by number. */
  lost: ReadonlyMap<number, Why>
  answered(): number
  /** How many answers had this code as their first fault. */
  faults(code: string): number
  /** Resolves when so many more were answered, or got no answer. Rejects where an answer was not what its receipt says. */
  more(count: number, of?: 'ANSWERED' | 'LOST'): Promise<void>
  /** What would explain an answer that does not come from now on. */
  during(why: Exclude<Why, 'CUT'>): void
  /** An answer was cut off on its way: of whoever gets none next, unless something worse is being done. */
  cut(): void
  /** Rejects where an answer was not what its receipt says; resolves at the end. */
  over: Promise<unknown>
  /** Lets nobody ask until it is told to go on: nobody is there to answer. */
  pause(): void
  goOn(): void
  stop(): Promise<void>
}

/** The number of a question, as it stands in the signed request. */
export const numberIn = (request: Buffer): number =>
  Number(/"query q(\d+) /.exec(request.toString('latin1'))?.[1])

/** Every tenth answer is so long that a cut leaves a part of it. */
const question = (number: number) => ({
  query: `query q${number} ${number % 10 === 0 ? '{ directory }' : '{ networks { totalCount } }'}`,
  extensions: { purpose: PURPOSE },
})

type Waiter = { until(): boolean; done(): void; failed(error: unknown): void }

/** `each` sessions for each of the officers, of the office before the dot in his name. */
export async function openDesks(url: string, officers: readonly OpenKey[], each: number): Promise<Desks> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-receipts-'))
  const lost = new Map<number, Why>()
  const faults = new Map<string, number>()
  const waiters = new Set<Waiter>()
  let [asked, answered] = [0, 0]
  let why: Exclude<Why, 'CUT'> = 'SLOW'
  let cuts = 0
  let isOver = false
  let paused = Promise.withResolvers<void>()
  paused.resolve()

  function look(): void {
    for (const one of waiters) if (one.until()) one.done()
  }

  function loses(number: number, before: Why): void {
    const because = before === 'SLOW' ? why : before
    const isCut = because === 'SLOW' && cuts > 0
    if (isCut) cuts -= 1
    lost.set(number, isCut ? 'CUT' : because)
  }

  async function ask(session: Session, keep: (answer: Answer) => Promise<void>): Promise<void> {
    const number = ++asked
    const before = why
    const answer = await session.request(question(number)).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'UNREACHABLE') return null
      throw error
    })
    if (answer === null) loses(number, before)
    else {
      await keep(answer)
      answered += 1
      const code = /"code":"([A-Z0-9_]+)"/.exec(Buffer.from(answer.body).toString())?.[1]
      if (code) faults.set(code, (faults.get(code) ?? 0) + 1)
    }
    look()
  }

  async function desk(key: OpenKey, kept: Receipts): Promise<void> {
    const office = key.name.split('.')[0]!
    let by = ''
    const keep = async (answer: Answer, at: number) => {
      await kept.keep(answer, receiptKeyOf(by), office, at)
    }
    const onLogin = (answer: Answer, { receiptKey }: { receiptKey: string }, at: number) => {
      by = receiptKey
      return keep(answer, at)
    }
    const session = await login({ url, key, onLogin })
    while (!isOver) {
      await paused.promise
      await ask(session, (answer) => keep(answer, session.now()))
    }
  }

  const all = officers.flatMap((key) => {
    const kept = openReceipts(folder, key)
    return Array.from({ length: each }, () => desk(key, kept))
  })
  const over = Promise.all(all).catch((error: unknown) => {
    for (const one of waiters) one.failed(error)
    throw error
  })
  // Whoever waits is told; `stop` tells whoever does not.
  over.catch(() => {})

  return {
    receipts: folder,
    lost,
    over,
    answered: () => answered,
    faults: (code) => faults.get(code) ?? 0,
    async more(count, of = 'ANSWERED') {
      const now = () => (of === 'ANSWERED' ? answered : lost.size)
      const from = now()
      const waiting = Promise.withResolvers<void>()
      const waiter: Waiter = {
        until: () => now() >= from + count,
        done: waiting.resolve,
        failed: waiting.reject,
      }
      waiters.add(waiter)
      await Promise.race([waiting.promise, over.then(() => undefined)]).finally(() => waiters.delete(waiter))
    },
    during(next) {
      why = next
      // Whoever was cut off before has that for a reason, or what is done now.
      cuts = 0
    },
    cut() {
      cuts += 1
    },
    pause() {
      paused = Promise.withResolvers()
    },
    goOn: () => paused.resolve(),
    async stop() {
      isOver = true
      paused.resolve()
      await over
    },
  }
}

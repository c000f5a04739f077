import type { Caller } from '../../schema/wire/caller.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { EvaluationOrder, MATCH_BUDGET, ORDER_LIFE, orderHash, permitText } from '../../schema/wire/match.ts'
import type { Record } from '../ask.ts'
import type { SigningKey } from '../audit/tree/note.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory.ts'
import { parsed } from '../parsed.ts'
import { type Asked, openPermitCount } from './permit-count.ts'
import type { Renewable } from './renewable.ts'

export type Permits = {
  /** The permit of an order, once it is counted and the record has it. The same order again: the same permit. */
  permit(caller: Caller, order: string, record: Record): Promise<string>
  /** Counts the tokens of a question against what its officer was permitted to have evaluated for questions. */
  ask(question: Omit<Asked, 'at'>): Promise<void>
  /** Counts a question about a network as one selector, against nothing else. */
  askStructure(question: Omit<Asked, 'at' | 'count'> & { hash: string; country: string }): Promise<void>
  close(): Promise<void>
}

/** A client knows the server's clock since its login, and its own goes on from there. */
const AHEAD_MS = 60_000

/** The platform's leave to have selectors evaluated, signed by the key of its receipts. */
export async function openPermits(options: {
  dir: string
  clock: Clock
  directory: Pick<Directory, 'genesis'>
  receipts: Pick<SigningKey, 'sign'>
  renewable: Renewable
}): Promise<Permits> {
  const { dir, clock, directory, receipts, renewable } = options
  const count = await openPermitCount({ dir, clock })
  return {
    async permit(caller, text, record) {
      const order = orderIn(text)
      // Also where it is refused: whoever tries is on record with what.
      record.evaluation = order
      check(order, caller, directory.genesis.instance, clock())
      if (order.aim === 'RENEW') expectRenewable(order, await renewable(caller.office, order.epoch))
      const { id, aim, person } = order
      const hash = orderHash(order).toString('base64url')
      await count.permit({ id, hash, person, country: caller.country, aim, count: order.elements.length })
      return receipts.sign(Buffer.from(permitText(order))).toString('base64url')
    },
    ask: (question) => count.ask(question),
    async askStructure({ question, person, ...what }) {
      await count.permit({ id: question, person, ...what, aim: 'MATCH', count: 1 })
      await count.ask({ question, person, count: 1 })
    },
    close: () => count.close(),
  }
}

/** Else one officer could have a state's budget evaluated, ten times his own, and call it a renewal. */
function expectRenewable({ elements }: EvaluationOrder, most: number): void {
  if (elements.length > most)
    throw new Fault(
      'NOT_ALLOWED',
      `expected at most ${most} selectors, which cards of your office have by the key of another year`,
      { path: ['order', 'elements'] },
    )
}

function orderIn(text: string): EvaluationOrder {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Fault('BAD_INPUT', 'expected an order as JSON', { path: ['order'] })
  }
  return parsed(EvaluationOrder, json, ['order'])
}

function check(order: EvaluationOrder, caller: Caller, instance: string, now: number): void {
  const wrong = (field: string, message: string, code: 'BAD_INPUT' | 'NOT_ALLOWED' = 'BAD_INPUT') =>
    new Fault(code, message, { path: ['order', field] })
  for (const field of ['person', 'office', 'role', 'country'] as const)
    if (order[field] !== caller[field]) throw wrong(field, 'expected your own', 'NOT_ALLOWED')
  if (order.instance !== instance) throw wrong('instance', 'expected this instance', 'NOT_ALLOWED')
  const age = now - Date.parse(order.created)
  if (age > ORDER_LIFE || age < -AHEAD_MS)
    throw wrong('created', `expected an order of the last ${ORDER_LIFE / 1_000} s`)
  const year = new Date(now).getUTCFullYear()
  if (Math.abs(order.epoch - year) > 1) throw wrong('epoch', 'expected the year of a key in use')
  if (order.elements.length !== order.commitments.length)
    throw wrong('commitments', 'expected one for each element')
  const most = MATCH_BUDGET.officerMinute
  if (order.aim !== 'RENEW' && order.elements.length > most)
    throw wrong('elements', `expected at most ${most} in one order, which are those of a minute`)
}

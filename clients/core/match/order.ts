import { randomBytes } from 'node:crypto'
import type { OfficeRole } from '../../../schema/wire/codes.ts'
import { type EvaluationAim, EvaluationOrder, selectorInput } from '../../../schema/wire/match.ts'
import { forget } from '../oprf/group.ts'
import { blind, combine, finalize } from '../oprf/voprf.ts'
import { type Commitment, commit } from './commitments.ts'
import type { Selector } from './selectors.ts'

export type OrderFacts = {
  instance: string
  caller: { person: string; office: string; role: OfficeRole; country: string }
  aim: EvaluationAim
  case: string
  epoch: number
  /** Server time, ms. */
  now: number
}

/** An order ready to leave, and what stays here: without the blinds nobody makes tokens of the answers. */
export type Prepared = {
  order: EvaluationOrder
  commitments: Commitment[]
  items: { selector: Selector; input: Uint8Array; blind: Uint8Array }[]
}

/** Blinds selectors for one order. The group must be ready. */
export function prepareOrder(selectors: Selector[], facts: OrderFacts): Prepared {
  const { instance, caller, aim, case: reference, epoch } = facts
  const id = randomBytes(16).toString('base64url')
  const created = new Date(facts.now).toISOString()
  const blinded = selectors.map((selector) => {
    const input = selectorInput(epoch, selector.type, selector.normal)
    return { selector, input, ...blind(input) }
  })
  const about = { epoch, aim, case: reference, order: id, at: created }
  const commitments = selectors.map((selector) => commit(selector, about))
  const { person, office, role, country } = caller
  const order = EvaluationOrder.parse({
    format: 'portolan.evaluate.1',
    ...{ id, instance, person, office, role, country, aim, case: reference, epoch, created },
    elements: blinded.map(({ element }) => Buffer.from(element).toString('base64url')),
    commitments: commitments.map(({ commitment }) => commitment),
  })
  return { order, commitments, items: blinded.map(({ element: _, ...item }) => item) }
}

/** What one evaluator answered, its proof checked. */
export type Evaluated = { index: number; elements: Uint8Array[] }

export type Made = Selector & { token: string }

/** The tokens of an order by the checked answers of as many evaluators as it takes. The blinds are used up. */
export function finishOrder({ items }: Prepared, answers: Evaluated[]): Made[] {
  return items.map(({ selector, input, blind: secret }, at) => {
    const whole = combine(answers.map(({ index, elements }) => ({ index, element: elements[at]! })))
    const token = Buffer.from(finalize(input, secret, whole)).toString('base64url')
    forget(secret)
    return { ...selector, token }
  })
}

import { Fault } from '../../../schema/wire/fault.ts'
import { Evaluation, type EvaluationRequest, type MatchKey } from '../../../schema/wire/match.ts'
import { checkEvaluation, combine } from '../oprf/voprf.ts'
import type { Evaluated } from './order.ts'

type Evaluator = MatchKey['evaluators'][number]

/** Sends a request to an evaluator and gives what it says. Throws a Fault: UNREACHABLE, or the one that it refuses by. */
export type AskEvaluator = (evaluator: Evaluator, request: EvaluationRequest) => Promise<unknown>

/** An evaluator that gave no answer, or a wrong one; `fault` says which. */
export type FailedEvaluator = { index: number; country: string; url: string; fault: Fault }

export type AskingEvaluators = {
  ask: AskEvaluator
  /** Told of each that fails. */
  onFailed(failed: FailedEvaluator): void
  /** Which of them is asked first: they share the work. */
  first?: number
}

/**
 * Asks as many evaluators as it takes at once, and for each that is down, refuses or answers wrongly the next one. Every
 * answer is checked by its proof and the public key of that evaluator's share.
 * @throws Fault BUDGET_EXHAUSTED or UNREACHABLE where too few are left
 */
export async function askEvaluators(
  key: MatchKey,
  request: EvaluationRequest,
  { ask, onFailed, first = Math.floor(Math.random() * key.evaluators.length) }: AskingEvaluators,
): Promise<Evaluated[]> {
  const left = [...key.evaluators.slice(first), ...key.evaluators.slice(0, first)]
  const answers: Evaluated[] = []
  const failed: FailedEvaluator[] = []
  async function untilOneAnswers(): Promise<void> {
    for (let evaluator = left.shift(); evaluator; evaluator = left.shift())
      try {
        answers.push(checked(evaluator, request, await ask(evaluator, request)))
        return
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        const { index, country, url } = evaluator
        failed.push({ index, country, url, fault: error })
        onFailed(failed.at(-1)!)
      }
  }
  await Promise.all(Array.from({ length: key.threshold }, untilOneAnswers))
  if (answers.length < key.threshold) throw tooFew(key.threshold, answers.length, failed)
  return answers
}

function tooFew(needed: number, got: number, failed: FailedEvaluator[]): Fault {
  const spent = failed.find(({ fault }) => fault.code === 'BUDGET_EXHAUSTED')
  if (spent) return spent.fault
  return new Fault('UNREACHABLE', `expected the answers of ${needed} evaluators, got ${got}`)
}

const octets = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'))

/** @throws Fault SEAL where it is no answer to this, or its proof does not hold */
function checked({ index, key }: Evaluator, { order }: EvaluationRequest, answer: unknown): Evaluated {
  const { data } = Evaluation.safeParse(answer)
  if (!data || data.order !== order.id || data.evaluator !== index || data.epoch !== order.epoch)
    throw new Fault('SEAL', `expected the answer of evaluator ${index} to this order, got something else`)
  const elements = data.elements.map(octets)
  const proof = { c: octets(data.proof.c), s: octets(data.proof.s) }
  if (!checkEvaluation(octets(key), order.elements.map(octets), elements, proof))
    throw new Fault('SEAL', `expected a proof that evaluator ${index} used its share, got a wrong one`)
  return { index, elements }
}

/** Whether the evaluators' keys in it are shares of its key: of any so many of them the same comes. Never throws. */
export function isConsistent({ key, threshold, evaluators }: MatchKey): boolean {
  const indexes = evaluators.map(({ index }) => index)
  if (threshold > evaluators.length || new Set(indexes).size !== indexes.length) return false
  try {
    const parts = evaluators.map((one) => ({ index: one.index, element: octets(one.key) }))
    const [some, rest] = [parts.slice(0, threshold - 1), parts.slice(threshold - 1)]
    return rest.every((one) => Buffer.from(combine([...some, one])).toString('base64url') === key)
  } catch {
    return false
  }
}

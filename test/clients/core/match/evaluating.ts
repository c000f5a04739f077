import type { Commitment } from '../../../../clients/core/match/commitments.ts'
import type { AskEvaluator } from '../../../../clients/core/match/evaluators.ts'
import type { TokenRoad } from '../../../../clients/core/match/tokens.ts'
import { deal, evaluate, joinShares, jointKeys, ready } from '../../../../clients/core/oprf/voprf.ts'
import { Fault } from '../../../../schema/wire/fault.ts'
import type { EvaluationOrder, EvaluationRequest, MatchKey } from '../../../../schema/wire/match.ts'

export const text = (octets: Uint8Array) => Buffer.from(octets).toString('base64url')
const octets = (value: string) => Uint8Array.from(Buffer.from(value, 'base64url'))

export type Evaluating = {
  key: MatchKey
  shares: Map<number, Uint8Array>
  /** Answers as an evaluator would, without asking who asks. */
  ask: AskEvaluator
  /** Which evaluator was asked which order. */
  asked: { index: number; order: EvaluationOrder }[]
}

/** A key among evaluators, and what they do. */
export async function evaluating(threshold = 2, indexes = [1, 2, 3], epoch = 2027): Promise<Evaluating> {
  await ready()
  const dealers = indexes.map(() => deal(threshold, indexes))
  const shares = new Map(
    indexes.map((index) => [index, joinShares(dealers.map((dealt) => dealt.shares.get(index)!))]),
  )
  const { key, shareKeys } = jointKeys(
    dealers.map(({ commitments }) => commitments),
    indexes,
  )
  const asked: Evaluating['asked'] = []
  return {
    shares,
    asked,
    key: {
      ...{ format: 'portolan.match-key.1', instance: 'https://portolan.example', epoch, threshold },
      key: text(key),
      evaluators: indexes.map((index) => ({
        ...{ index, country: 'NE', url: `https://evaluator-${index}.example` },
        key: text(shareKeys.get(index)!),
      })),
    },
    async ask({ index }, { order }) {
      asked.push({ index, order })
      return answerBy(shares.get(index)!, index, order)
    },
  }
}

export function answerBy(share: Uint8Array, index: number, order: EvaluationOrder) {
  const { elements, proof } = evaluate(share, order.elements.map(octets))
  return {
    ...{ order: order.id, evaluator: index, epoch: order.epoch },
    elements: elements.map(text),
    proof: { c: text(proof.c), s: text(proof.s) },
  }
}

export type Desk = TokenRoad & {
  log: Commitment[]
  failed: { index: number; code: string }[]
  waited: number[]
  steps: string[]
  clock: { now: number }
}

/** An officer's client whose clock goes on as it waits. */
export function deskAt(ask: AskEvaluator, more: Partial<TokenRoad> = {}): Desk {
  const clock = { now: Date.parse('2027-03-01T12:00:00.000Z') }
  const desk: Desk = {
    ...{ ask, clock, log: [], failed: [], waited: [], steps: [], first: 0 },
    caller: { person: 'ne-dst.aicha', office: 'ne-dst', role: 'FOCAL_POINT', country: 'NE' },
    now: () => clock.now,
    async keep(order, commitments) {
      desk.steps.push(`keep ${order}`)
      desk.log.push(...commitments)
    },
    async permit(order) {
      desk.steps.push(`permit ${order.id}`)
      return 'x'.repeat(86)
    },
    sign: async () => ({ login: {} as EvaluationRequest['login'], signature: 'x'.repeat(86) }),
    onFailed: ({ index, fault }) => void desk.failed.push({ index, code: fault.code }),
    async wait(ms) {
      desk.waited.push(ms)
      clock.now += ms
    },
    ...more,
  }
  return desk
}

export const down: AskEvaluator = async ({ url }) => {
  throw new Fault('UNREACHABLE', `expected an answer of ${url}, got none`)
}

import { createHmac } from 'node:crypto'
import { Fault } from '../../schema/wire/fault.ts'
import { type Evaluation, type EvaluationOrder, orderHash } from '../../schema/wire/match.ts'
import { evaluate } from '../core/oprf/voprf.ts'
import type { Budget } from './budget.ts'
import { expectGenuine, expectYoung, type Platform, readRequest } from './check.ts'
import type { Watched } from './directory.ts'
import { bytes, textOf } from './vault.ts'

/** A share of one epoch's key, or null where it was destroyed meanwhile. */
export type Share = { index: number; share: Uint8Array }
export type Shares = {
  of(epoch: number): Promise<Share | null>
  /** Epochs that are answered for. */
  epochs(): Promise<number[]>
}

export type Evaluator = {
  /** Answers one order. @throws Fault */
  evaluate(body: Uint8Array): Promise<Evaluation>
  /** Epochs that it answers for; none where its copy of the directory is too old. */
  health(): Promise<{ ready: boolean; epochs: number[] }>
}

export type EvaluatorOptions = {
  platform: Platform
  directory: Watched
  shares: Shares
  budget: Budget
  /** Under which officers are counted: the log names none. */
  tagKey: Uint8Array
  /** Milliseconds since 1970. */
  clock(): number
}

/**
 * The core of one state's evaluator: it sees blinded points, no selector and no token. It counts first: whatever it has
 * answered stands on its disk, so no crash gives anybody a second budget.
 */
export function evaluatorOf(options: EvaluatorOptions): Evaluator {
  const { platform, directory, shares, budget, tagKey, clock } = options
  return {
    async evaluate(body) {
      const request = readRequest(body)
      const { order } = request
      expectYoung(order, clock())
      const share = await shares.of(order.epoch)
      if (share === null)
        throw new Fault('NOT_FOUND', 'expected an epoch whose share is held here, got another')
      await expectGenuine(request, { platform, state: await directory.state(), now: clock() })
      // A share may have been destroyed, and an order grown old, while signatures were checked.
      expectYoung(order, clock())
      return budget.charge(spentBy(order, tagKey), () => answerTo(order, share))
    },
    async health() {
      const epochs = await shares.epochs()
      const isFresh = await directory.state().then(
        () => true,
        () => false,
      )
      return { ready: isFresh && epochs.length > 0, epochs }
    },
  }
}

/** The name under which an officer is counted, in one evaluator. */
export const tagOf = (tagKey: Uint8Array, person: string): string =>
  createHmac('sha256', tagKey).update(`portolan.officer.1\n${person}\n`).digest('base64url').slice(0, 22)

const spentBy = (order: EvaluationOrder, tagKey: Uint8Array) => ({
  order: order.id,
  hash: orderHash(order).toString('base64url'),
  officer: tagOf(tagKey, order.person),
  country: order.country,
  aim: order.aim,
  epoch: order.epoch,
  commitments: order.commitments,
})

function answerTo(order: EvaluationOrder, { index, share }: Share): Evaluation {
  const { elements, proof } = evaluate(share, order.elements.map(bytes))
  return {
    ...{ order: order.id, evaluator: index, epoch: order.epoch },
    elements: elements.map(textOf),
    proof: { c: textOf(proof.c), s: textOf(proof.s) },
  }
}

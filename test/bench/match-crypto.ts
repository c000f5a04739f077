import {
  blind,
  checkEvaluation,
  combine,
  deal,
  evaluate,
  finalize,
  joinShares,
  jointKeys,
  ready,
} from '../../clients/core/oprf/voprf.ts'
import { selectorInput } from '../../schema/wire/match.ts'
import type { Figure } from './bench.ts'
import { say } from './store.ts'

const BATCH = 20
const BATCHES = 150
const CARDS = 10_000
/** As many as one order of a renewal takes. */
const CARDS_AT_ONCE = 500
const INDEXES = [1, 2, 3]

/** A key of three evaluators of whom any two make a token. */
async function makeKey() {
  await ready()
  const dealers = INDEXES.map(() => deal(2, INDEXES))
  const shareOf = (index: number) => joinShares(dealers.map(({ shares }) => shares.get(index)!))
  const { shareKeys } = jointKeys(
    dealers.map(({ commitments }) => commitments),
    INDEXES,
  )
  return [1, 3].map((index) => ({ index, share: shareOf(index), key: shareKeys.get(index)! }))
}

const phone = (number: number) => selectorInput(2027, 'PHONE', `+227${90_000_000 + number}`)

/** What one evaluator on one core answers, in processor time: elements by his share, with one proof for twenty of them. */
export async function evaluatorPerSecond(): Promise<Figure[]> {
  const [evaluator] = await makeKey()
  const elements = Array.from({ length: BATCH }, (_, number) => blind(phone(number)).element)
  for (let batch = 0; batch < BATCHES / 10; batch++) evaluate(evaluator!.share, elements)
  const seconds = processorSeconds(() => {
    for (let batch = 0; batch < BATCHES; batch++) evaluate(evaluator!.share, elements)
  })
  return [{ name: 'evaluator.per-second', value: (BATCHES * BATCH) / seconds, unit: '/s' }]
}

/** What ten thousand cards of one selector cost their client and both evaluators, one after another on one core. */
export async function tokenSeconds(): Promise<Figure[]> {
  const evaluators = await makeKey()
  const tokens = new Set<string>()
  const seconds = processorSeconds(() => {
    for (let from = 0; from < CARDS; from += CARDS_AT_ONCE) {
      for (const token of makeTokens(evaluators, from)) tokens.add(Buffer.from(token).toString('base64url'))
      if ((from + CARDS_AT_ONCE) % 2_000 === 0) say(`${from + CARDS_AT_ONCE} of ${CARDS} cards`)
    }
  })
  if (tokens.size !== CARDS) throw new Error(`expected ${CARDS} tokens, got ${tokens.size}`)
  return [{ name: 'token.seconds-per-10000-cards', value: seconds, unit: 's' }]
}

function makeTokens(evaluators: Awaited<ReturnType<typeof makeKey>>, from: number): Uint8Array[] {
  const items = Array.from({ length: CARDS_AT_ONCE }, (_, at) => {
    const input = phone(from + at)
    return { input, ...blind(input) }
  })
  const elements = items.map(({ element }) => element)
  const answers = evaluators.map(({ index, share, key }) => {
    const { elements: evaluated, proof } = evaluate(share, elements)
    if (!checkEvaluation(key, elements, evaluated, proof)) throw new Error('expected a proof that holds')
    return { index, evaluated }
  })
  return items.map(({ input, blind: secret }, at) =>
    finalize(
      input,
      secret,
      combine(answers.map(({ index, evaluated }) => ({ index, element: evaluated[at]! }))),
    ),
  )
}

function processorSeconds(run: () => void): number {
  const started = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1e6
}

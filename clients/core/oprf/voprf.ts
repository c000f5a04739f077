import { Fault } from '../../../schema/wire/fault.ts'
import {
  elementOf,
  forget,
  hashToGroup,
  inverse,
  measured,
  multiply,
  publicKeyOf,
  randomScalar,
  scalarOf,
  sha512,
} from './group.ts'
import { type Proof, prove, verify } from './proof.ts'

export { publicKeyOf, ready } from './group.ts'
export type { Proof } from './proof.ts'
export { checkDealt, combine, deal, joinShares, jointKeys } from './shares.ts'

/** RFC 9497 §3.3.2, Blind: the element goes out and says nothing about the input; the scalar stays. */
export function blind(
  input: Uint8Array,
  random = randomScalar(),
): { blind: Uint8Array; element: Uint8Array } {
  return { blind: random, element: multiply(random, hashToGroup(short(input))) }
}

/**
 * RFC 9497 §3.3.2, BlindEvaluate, by one evaluator's share of the key: each element, and one proof for all of them.
 * Throws BAD_INPUT for an element that is none. `random` is drawn anew each time; only a test may give it.
 */
export function evaluate(
  share: Uint8Array,
  elements: Uint8Array[],
  random?: Uint8Array,
): { elements: Uint8Array[]; proof: Proof } {
  const scalar = scalarOf(share)
  const evaluated = elements.map((element) => multiply(scalar, elementOf(element)))
  const claimed = { key: publicKeyOf(scalar), blinded: elements, evaluated }
  return { elements: evaluated, proof: prove(scalar, claimed, random) }
}

/** Whether the evaluator whose share has this public key used that share for each of these elements, in this order. */
export const checkEvaluation = (
  shareKey: Uint8Array,
  blinded: Uint8Array[],
  evaluated: Uint8Array[],
  proof: Proof,
): boolean => verify({ key: shareKey, blinded, evaluated }, proof)

const FINALIZE = Buffer.from('Finalize')

/** RFC 9497 §3.3.2, Finalize, after every proof was checked: the output of the function, 64 octets. */
export function finalize(input: Uint8Array, blind: Uint8Array, element: Uint8Array): Uint8Array {
  const back = inverse(scalarOf(blind))
  const unblinded = multiply(back, elementOf(element))
  const output = sha512(...measured(short(input)), ...measured(unblinded), FINALIZE)
  forget(back, unblinded)
  return output
}

function short(input: Uint8Array): Uint8Array {
  if (input.length <= 65_535) return input
  throw new Fault('BAD_INPUT', `expected an input of at most 65535 octets, got ${input.length}`)
}

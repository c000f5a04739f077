import {
  addElements,
  CONTEXT,
  elementOf,
  forget,
  hashToScalar,
  measured,
  minus,
  multiply,
  publicKeyOf,
  randomScalar,
  sameOctets,
  scalarOf,
  sha512,
  times,
  two,
} from './group.ts'

/** That two pairs of elements have one logarithm: a challenge and its response. */
export type Proof = { c: Uint8Array; s: Uint8Array }

/** What a proof is about: `evaluated` is each of `blinded` by the scalar whose public key is `key`. */
export type Claimed = { key: Uint8Array; blinded: Uint8Array[]; evaluated: Uint8Array[] }

/** RFC 9497 §2.2.1: one proof for all elements. `random` is drawn anew for each proof, and zeroed. */
export function prove(scalar: Uint8Array, claimed: Claimed, random = randomScalar()): Proof {
  const weights = weigh(claimed)
  const blinded = weighted(weights, claimed.blinded)
  const evaluated = multiply(scalar, blinded)
  const c = challenge(claimed.key, [blinded, evaluated, publicKeyOf(random), multiply(random, blinded)])
  const hidden = times(c, scalar)
  const s = minus(random, hidden)
  forget(hidden, random)
  return { c, s }
}

/** RFC 9497 §2.2.2. False for whatever is not a proof of this. */
export function verify(claimed: Claimed, { c, s }: Proof): boolean {
  try {
    for (const element of [claimed.key, ...claimed.blinded, ...claimed.evaluated]) elementOf(element)
    for (const scalar of [c, s]) scalarOf(scalar)
    const weights = weigh(claimed)
    const blinded = weighted(weights, claimed.blinded)
    const evaluated = weighted(weights, claimed.evaluated)
    const onKey = addElements([publicKeyOf(s), multiply(c, claimed.key)])
    const onBlinded = addElements([multiply(s, blinded), multiply(c, evaluated)])
    return sameOctets(challenge(claimed.key, [blinded, evaluated, onKey, onBlinded]), c)
  } catch {
    return false
  }
}

const COMPOSITE = Buffer.from('Composite')
const CHALLENGE = Buffer.from('Challenge')
const SEED = Buffer.from(`Seed-${CONTEXT}`)
const MOST = 65_535

/** The scalars by which elements are drawn together into one, which nobody could know before all of them stood. */
function weigh({ key, blinded, evaluated }: Claimed): Uint8Array[] {
  if (blinded.length !== evaluated.length || blinded.length === 0 || blinded.length > MOST)
    throw new RangeError(`expected as many answers as elements, got ${evaluated.length} to ${blinded.length}`)
  const seed = sha512(...measured(key), ...measured(SEED))
  return blinded.map((element, index) =>
    hashToScalar([
      ...measured(seed),
      two(index),
      ...measured(element),
      ...measured(evaluated[index]!),
      COMPOSITE,
    ]),
  )
}

const weighted = (weights: Uint8Array[], elements: Uint8Array[]) =>
  addElements(elements.map((element, index) => multiply(weights[index]!, element)))

const challenge = (key: Uint8Array, elements: Uint8Array[]) =>
  hashToScalar([...[key, ...elements].flatMap(measured), CHALLENGE])

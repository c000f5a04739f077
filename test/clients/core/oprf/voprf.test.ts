import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomScalar } from '../../../../clients/core/oprf/group.ts'
import {
  blind,
  checkEvaluation,
  evaluate,
  finalize,
  publicKeyOf,
  ready,
} from '../../../../clients/core/oprf/voprf.ts'
import { PUBLIC, SECRET, VECTORS } from './vectors.ts'

const noble = ristretto255_oprf.voprf
const octets = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')
const proofOf = (text: string) => ({ c: octets(text.slice(0, 64)), s: octets(text.slice(64)) })
const refused = (run: () => unknown) => expect(run).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
const join = ({ c, s }: { c: Uint8Array; s: Uint8Array }) => Uint8Array.from([...c, ...s])

beforeAll(ready)

describe('RFC 9497, appendix A.1.2', () => {
  it.each(VECTORS)('gives $name', (vector) => {
    const blinded = vector.input.map((input, at) => blind(octets(input), octets(vector.blind[at]!)))
    expect(blinded.map(({ element }) => hex(element))).toEqual(vector.blinded)
    const elements = blinded.map(({ element }) => element)
    const answer = evaluate(octets(SECRET), elements, octets(vector.random))
    expect(answer.elements.map(hex)).toEqual(vector.evaluated)
    expect(hex(join(answer.proof))).toBe(vector.proof)
    expect(checkEvaluation(octets(PUBLIC), elements, answer.elements, proofOf(vector.proof))).toBe(true)
    const outputs = vector.input.map((input, at) =>
      hex(finalize(octets(input), octets(vector.blind[at]!), octets(vector.evaluated[at]!))),
    )
    expect(outputs).toEqual(vector.output)
  })

  it('derives the public key from the secret one', () => {
    expect(hex(publicKeyOf(octets(SECRET)))).toBe(PUBLIC)
  })
})

describe('beside the second implementation', () => {
  const secret = () => noble.generateKeyPair()
  const inputs = Array.from({ length: 20 }, (_, at) => Buffer.from(`selector ${at} ${'x'.repeat(at * 7)}`))

  it('evaluates alike, and each takes the other’s proof', () => {
    const { secretKey, publicKey } = secret()
    const items = inputs.map((input) => ({ input, ...blind(input) }))
    const elements = items.map(({ element }) => element)
    const ours = evaluate(secretKey, elements)
    const theirs = noble.blindEvaluateBatch(secretKey, publicKey, elements)
    expect(ours.elements.map(hex)).toEqual(theirs.evaluated.map(hex))
    const theirProof = proofOf(hex(theirs.proof))
    expect(checkEvaluation(publicKey, elements, theirs.evaluated, theirProof)).toBe(true)
    const finished = noble.finalizeBatch(
      items.map(({ input, blind, element }, at) => ({
        input,
        blind,
        blinded: element,
        evaluated: ours.elements[at]!,
      })),
      publicKey,
      join(ours.proof),
    )
    const outputs = items.map(({ input, blind }, at) => hex(finalize(input, blind, ours.elements[at]!)))
    expect(outputs).toEqual(finished.map(hex))
  })

  it('blinds alike: what one blinds, the other finishes', () => {
    const { secretKey, publicKey } = secret()
    for (const input of inputs.slice(0, 5)) {
      const theirs = noble.blind(input)
      expect(hex(blind(input, Uint8Array.from(theirs.blind)).element)).toBe(hex(theirs.blinded))
      const { elements, proof } = evaluate(secretKey, [theirs.blinded])
      const output = noble.finalize(input, theirs.blind, elements[0]!, theirs.blinded, publicKey, join(proof))
      expect(hex(finalize(input, theirs.blind, elements[0]!))).toBe(hex(output))
    }
  })
})

describe('a proof', () => {
  const secret = octets(SECRET)
  const key = octets(PUBLIC)
  const asked = () => ['a', 'b', 'c'].map((text) => blind(Buffer.from(text)).element)

  it('is refused for another key, other answers, and answers in another order', () => {
    const elements = asked()
    const { elements: answers, proof } = evaluate(secret, elements)
    const [a, b, c] = answers as [Uint8Array, Uint8Array, Uint8Array]
    const check = (k: Uint8Array, e: Uint8Array[], z: Uint8Array[]) => checkEvaluation(k, e, z, proof)
    expect(check(key, elements, answers)).toBe(true)
    expect(check(publicKeyOf(randomScalar()), elements, answers)).toBe(false)
    expect(check(key, elements, [b, a, c])).toBe(false)
    expect(check(key, [elements[1]!, elements[0]!, elements[2]!], [b, a, c])).toBe(false)
    expect(check(key, elements, [a, b, b])).toBe(false)
    expect(check(key, elements, [a, b])).toBe(false)
    expect(check(key, elements.slice(0, 2), [a, b])).toBe(false)
    expect(check(key, [], [])).toBe(false)
  })

  it('is refused with one bit of it changed, of another share, and out of nothing', () => {
    const elements = asked()
    const { elements: answers, proof } = evaluate(secret, elements)
    for (const part of ['c', 's'] as const)
      for (const place of [0, 13, 31]) {
        const bent = { c: Uint8Array.from(proof.c), s: Uint8Array.from(proof.s) }
        bent[part][place]! ^= 1
        expect(checkEvaluation(key, elements, answers, bent)).toBe(false)
      }
    const other = evaluate(randomScalar(), elements)
    expect(checkEvaluation(key, elements, other.elements, other.proof)).toBe(false)
    const nought = { c: new Uint8Array(32), s: new Uint8Array(32) }
    expect(checkEvaluation(key, elements, answers, nought)).toBe(false)
    expect(checkEvaluation(key, elements, answers, { c: new Uint8Array(), s: new Uint8Array(31) })).toBe(
      false,
    )
  })

  it('covers each answer of a batch, however they make up for one another', () => {
    const elements = asked()
    const { elements: honest } = evaluate(secret, elements)
    const [a, b, c] = honest as [Uint8Array, Uint8Array, Uint8Array]
    const wrong = evaluate(randomScalar(), [elements[1]!]).elements[0]!
    const { proof } = evaluate(secret, elements)
    expect(checkEvaluation(key, elements, [a, wrong, c], proof)).toBe(false)
    expect(checkEvaluation(key, elements, [a, b, c], proof)).toBe(true)
  })

  it('is another each time, for the same answers', () => {
    const elements = asked()
    expect(hex(join(evaluate(secret, elements).proof))).not.toBe(hex(join(evaluate(secret, elements).proof)))
  })
})

describe('what came from elsewhere', () => {
  const ORDER = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'
  /** 2^255 − 18: one, as an octet string that is not the least one of its value. */
  const NOT_CANONICAL = `ee${'ff'.repeat(30)}7f`
  const good = () => blind(Buffer.from('a')).element

  it.each([
    ['the identity', '00'.repeat(32)],
    ['a spelling that is not the least', NOT_CANONICAL],
    ['a negative one', `01${'00'.repeat(31)}`],
    ['none of the group', 'ff'.repeat(32)],
    ['too few octets', '00'.repeat(31)],
    ['too many octets', `${PUBLIC}00`],
  ])('is refused as an element: %s', (_, text) => {
    const bad = octets(text)
    refused(() => evaluate(octets(SECRET), [good(), bad]))
    refused(() => finalize(Buffer.from('a'), randomScalar(), bad))
    const element = good()
    const { elements, proof } = evaluate(octets(SECRET), [element])
    expect(checkEvaluation(octets(PUBLIC), [bad], elements, proof)).toBe(false)
    expect(checkEvaluation(octets(PUBLIC), [element], [bad], proof)).toBe(false)
    expect(checkEvaluation(bad, [element], elements, proof)).toBe(false)
  })

  it.each([
    ['nought', '00'.repeat(32)],
    ['the order', ORDER],
    ['the order and one', `ee${ORDER.slice(2)}`],
    ['all bits', 'ff'.repeat(32)],
    ['too few octets', '01'],
  ])('is refused as a scalar: %s', (_, text) => {
    refused(() => evaluate(octets(text), [good()]))
    refused(() => publicKeyOf(octets(text)))
    refused(() => finalize(Buffer.from('a'), octets(text), good()))
  })

  it('may be as long as a length of two octets tells, and no longer', () => {
    expect(blind(new Uint8Array(65_535)).element).toHaveLength(32)
    refused(() => blind(new Uint8Array(65_536)))
  })
})

import { createPublicKey, verify } from 'node:crypto'
import * as openpgp from 'openpgp'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { keyTools } from '../../schema/wire/key-tools.ts'
import { loginText } from '../../schema/wire/login.ts'
import {
  type EvaluationOrder,
  EvaluationRequest,
  ORDER_LIFE,
  orderText,
  permitText,
} from '../../schema/wire/match.ts'
import { assignmentsAt, meantBy, personByKey, SESSION_LIFE } from '../../schema/wire/standing.ts'

/** How far the clocks of a desk, a server and an evaluator may be apart (ms). */
const SKEW = 60_000

const tools = keyTools(openpgp)

/** Whose orders are taken: those of officers of one instance, which its platform has on record. */
export type Platform = {
  instance: string
  /** Where its officers sign in, as their login statements say. */
  origin: string
  /** By which it signs permits: a raw Ed25519 public key, base64url. */
  key: string
}

/** Reads what came over the wire. It is hostile. @throws Fault BAD_INPUT, which does not say where */
export function readRequest(body: Uint8Array): EvaluationRequest {
  const parsed = EvaluationRequest.safeParse(jsonOf(body))
  const order = parsed.data?.order
  if (order !== undefined && order.elements.length === order.commitments.length) return parsed.data!
  throw new Fault(
    'BAD_INPUT',
    'expected an order with a commitment to each of its elements, got something else',
  )
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}

/** @throws Fault BAD_DATE for an order that is older than an order lives, or from the future */
export function expectYoung({ created }: EvaluationOrder, now: number): void {
  const age = now - Date.parse(created)
  if (age <= ORDER_LIFE && age >= -SKEW) return
  throw new Fault('BAD_DATE', `expected an order of the last ${ORDER_LIFE / 60_000} minutes, got another`)
}

/**
 * That the platform permitted exactly this order, that its officer's session signed it, that his own key certified the session, and
 * that he is in force what the order says. One fault for all: whoever forges learns nothing of how far he came.
 * @throws Fault AUTH
 */
export async function expectGenuine(
  request: EvaluationRequest,
  { platform, state, now }: { platform: Platform; state: DirectoryState; now: number },
): Promise<void> {
  const { order, permit, signature, login } = request
  const isGenuine =
    order.instance === platform.instance &&
    isSigned(permitText(order), permit, platform.key) &&
    isSigned(orderText(order), signature, login.statement.sessionKey) &&
    isStatedFor(request, platform, now) &&
    (await isHimself(request, state, now)) &&
    isInForce(request, state, now)
  if (!isGenuine)
    throw new Fault('AUTH', 'expected an order of an officer in session, with a permit, got another')
}

/** Ed25519 over a text, by a raw public key. */
function isSigned(text: string, signature: string, key: string): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** Whether the statement is for this instance, and no older than a session can be. */
function isStatedFor(
  { login: { statement } }: EvaluationRequest,
  { origin }: Platform,
  now: number,
): boolean {
  const age = now - Date.parse(statement.time)
  return statement.origin === origin && age <= SESSION_LIFE + SKEW && age >= -SKEW
}

/** Whether a key of the order's person, good today, signed the statement. */
async function isHimself(
  { order, login }: EvaluationRequest,
  state: DirectoryState,
  now: number,
): Promise<boolean> {
  const person = personByKey(state, login.statement.fingerprint, now)
  if (person === null || person.body.person !== order.person) return false
  const { key } = state.persons.get(person.body.person)!
  const bytes = Buffer.from(loginText(login.statement))
  const made = await tools.verify({ bytes, signature: login.signature, key: key.armored }).catch(() => null)
  return made !== null && person.signing.some(({ keyId }) => keyId === made.keyId)
}

/** Whether the session stands for the office, role and country of the order. */
function isInForce({ order, login }: EvaluationRequest, state: DirectoryState, now: number): boolean {
  const held = meantBy(assignmentsAt(state, order.person, now), login.statement)
  return (
    held !== null &&
    held.office === order.office &&
    held.role === order.role &&
    state.offices.get(held.office)?.body.country === order.country
  )
}

import { randomBytes } from 'node:crypto'
import type { Caller } from '../../../schema/wire/caller.ts'
import type { EvaluationOrder } from '../../../schema/wire/match.ts'

const octets = (length: number) => randomBytes(length).toString('base64url')

/** An order for a question; its elements are octets that nobody blinded. */
export const orderOf = (
  { person, office, role, country }: Pick<Caller, 'person' | 'office' | 'role' | 'country'>,
  count: number,
  more: Partial<EvaluationOrder> = {},
): EvaluationOrder => ({
  format: 'portolan.evaluate.1',
  ...{ id: octets(16), instance: 'test-instance', person, office, role, country },
  ...{ aim: 'MATCH', case: 'NE-2016/0117', epoch: 2026, created: new Date().toISOString() },
  elements: Array.from({ length: count }, () => octets(32)),
  commitments: Array.from({ length: count }, () => octets(32)),
  ...more,
})

/** What the function might have given: 64 octets. */
export const randomToken = () => octets(64)

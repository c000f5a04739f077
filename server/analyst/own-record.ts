import { randomBytes } from 'node:crypto'
import type { Statement } from '../../cypher/statement.ts'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import type { Audit } from '../audit/log.ts'
import type { Clock } from '../clock.ts'
import { VIEW_STATEMENTS } from './sight.ts'

export type OwnOrder = { operation: string; office: string } & { [name: string]: Json }
export type OwnEnd = {
  outcome: string
  body: Json
  shown?: string[]
  committed?: string[]
  statements?: readonly Statement[]
}

/**
 * Puts on record what the server does with a view by itself, with the auditors of the state that it is for: nobody asks at that
 * moment, so the server is the caller. Resolves when that it begins is durable, with what puts its end on record.
 */
export async function recordOwn(
  { audit, clock }: { audit: Audit; clock: Clock },
  country: string,
  order: OwnOrder,
): Promise<(end: OwnEnd) => Promise<void>> {
  const open = await audit.asked({
    caller: { person: 'server', country },
    at: clock(),
    request: Buffer.from(canonical(order)),
    // No caller's request: nothing that could come again.
    replay: randomBytes(16),
    detail: order,
  })
  const { operation } = order
  return async ({ outcome, body, shown = [], committed = [], statements: ran = VIEW_STATEMENTS }) => {
    const statements = ran.map(({ name, digest }) => ({ name, digest }))
    await audit.answered(open, {
      status: outcome === 'OK' || outcome === 'CANCELLED' ? 200 : 500,
      body: Buffer.from(canonical(body)),
      detail: { outcome, operation, statements, shown, committed },
    })
  }
}

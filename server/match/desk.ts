import type { MatchDesk } from '../../schema/context.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { allow } from '../policy.ts'
import type { DeskRequest } from '../report/acts.ts'
import type { Permits } from './permits.ts'

/** What one request can do with tokens, questions and hits. */
export function matchDesk({ permits }: { permits: Permits }, { caller, record }: DeskRequest): MatchDesk {
  const later = async (): Promise<never> => {
    throw new Fault('NOT_ALLOWED', 'expected a later version of this server')
  }
  return {
    permit(order) {
      allow('EVALUATION_ORDER', caller)
      return permits.permit(caller, order, record)
    },
    ...{ place: later, choose: later, ask: later, answer: later, hits: later, hit: later },
    ...{ announce: later, refuse: later },
  }
}

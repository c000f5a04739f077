import type { MatchDesk } from '../../schema/context.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { allow } from '../policy.ts'
import type { DeskRequest } from '../report/acts.ts'
import { type HitParts, hitDesk } from './hits.ts'
import { type QuestionParts, questionDesk } from './questions.ts'
import { type SamenessParts, samenessDesk } from './sameness.ts'
import { structureDesk } from './structure-desk.ts'
import { tokenDesk } from './tokens.ts'

/** What one request can do with permits, tokens, questions and hits. */
export function matchDesk(
  parts: QuestionParts & HitParts & SamenessParts,
  request: DeskRequest,
  purpose: Purpose | undefined,
): MatchDesk {
  const { caller, record } = request
  return {
    permit(order) {
      allow('EVALUATION_ORDER', caller)
      return parts.permits.permit(caller, order, record)
    },
    ...tokenDesk(parts, request),
    ...questionDesk(parts, request, purpose),
    ...structureDesk(parts, request, purpose),
    ...hitDesk(parts, request),
    ...samenessDesk(parts, request),
  }
}

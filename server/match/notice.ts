import type { Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { DeskRequest } from '../report/acts.ts'
import { ownHit } from './hits.ts'

/**
 * A notice of a hit goes between two offices that know each other of it, and to nobody else: a message names its sender, so
 * it may not announce who has not announced himself.
 * @throws Fault BAD_REFERENCE where the sender's office has no such hit; NOT_ALLOWED where one of the two is not announced;
 * BAD_INPUT where it goes to others.
 */
export async function checkNotice({ hit, recipients }: Envelope, request: DeskRequest): Promise<void> {
  if (hit === undefined) return
  const at = (field: keyof Envelope) => ({ path: ['input', 'envelope', field] })
  const { announced, office } = await ownHit(request, hit).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'NOT_FOUND')
      throw new Fault('BAD_REFERENCE', 'expected a hit of your office', at('hit'))
    throw error
  })
  if (!announced || !office)
    throw new Fault('NOT_ALLOWED', 'expected a hit whose offices both announced themselves', at('hit'))
  if (recipients.join() !== office)
    throw new Fault('BAD_INPUT', 'expected the other office of the hit and nobody else', at('recipients'))
}

import type { CodeList, Language } from '../../schema/wire/codes.ts'
import type { Envelope } from '../../schema/wire/envelope.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'

/** What an envelope says, for people; what it does not say is an empty cell. */
export function factRows(language: Language, envelope: Envelope): [string, string][] {
  const field = (name: string, value: string | undefined): [string, string] => [
    fieldName(language, name),
    value ?? '',
  ]
  const code = (name: string, list: CodeList, value: string | undefined): [string, string] =>
    field(name, value && coded(language, list, value))
  const { otherChannel, onwardOf, consents, dueAt } = envelope
  return [
    code('type', 'MessageType', envelope.type),
    code('reason', 'RefusalReason', envelope.refusal),
    code('offer', 'Offer', envelope.offer),
    field('hit', envelope.hit),
    field('sender', envelope.sender),
    field('recipients', envelope.recipients.join(', ')),
    code('urgency', 'Urgency', envelope.urgency),
    code('urgencyReason', 'UrgencyReason', envelope.urgencyReason),
    field('due', dueAt && moment(language, new Date(dueAt))),
    field('handling', envelope.handling.join(' ')),
    code('sensitivity', 'Sensitivity', envelope.sensitivity),
    code('evidenceUse', 'EvidenceUse', envelope.evidenceUse),
    code('onward', 'Onward', envelope.onward),
    code('necessity', 'Necessity', envelope.necessity),
    field('legalBasis', envelope.legalBasis),
    field('case', envelope.case),
    field(
      'otherChannel',
      otherChannel && `${coded(language, 'Channel', otherChannel.channel)} ${otherChannel.reference}`,
    ),
    field('concerns', envelope.concerns?.join('\n')),
    [say(language, 'cli.headPassedOn'), onwardOf ? `${onwardOf.originator}: ${onwardOf.object}` : ''],
    [say(language, 'cli.headConsents'), consents ? `${consents.object}: ${consents.to.join(', ')}` : ''],
  ]
}

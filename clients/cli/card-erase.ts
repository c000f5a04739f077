import { ERASE_REASONS } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { reasonOf } from './reason.ts'
import { tellLost } from './reseal.ts'

const QUERY = `mutation cardErase($card: ID!, $key: String!, $reason: EraseReason!) {
  eraseCard(card: $card, key: $key, reason: $reason) { card lost replayed } }`

export const cardErase: Command = {
  name: 'card erase',
  about: 'cli.aboutCardErase',
  args: ['<card>'],
  options: [{ flags: '--reason <code>', about: 'cli.optReason' }],
  examples: [{ line: 'card erase 4t2m… --reason WRONG_PERSON', about: 'cli.tryCardErase' }],
  async run(shell, [card], options) {
    const reason = reasonOf(shell, text(options, 'reason'), 'EraseReason', ERASE_REASONS)
    const { eraseCard } = await shell.ask<{ eraseCard: { lost: string[] } }>(QUERY, {
      ...{ card, key: `erase.${card}`, reason },
    })
    shell.show(eraseCard, () => {
      shell.line(say(shell.language, 'cli.cardErased', { card: card! }))
      tellLost(shell, eraseCard.lost)
    })
  },
}

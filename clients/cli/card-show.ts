import { say } from '../../schema/words/index.ts'
import type { OpenedCard } from '../core/card.ts'
import { type Card, cardsOf, opener, showCard } from './cards.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'

export const cardShow: Command = {
  name: 'card show',
  about: 'cli.aboutCardShow',
  args: ['<entity>'],
  options: [AS_OF],
  examples: [{ line: 'card show Agadez-boss-1', about: 'cli.tryCardShow' }],
  async run(shell, [name], options) {
    const { id } = await named(shell, name!)
    const cards = await cardsOf(shell, id, moment(shell, options).asOf)
    const open = await opener(shell)
    const shown: { card: Card; opened: OpenedCard | null }[] = []
    for (const card of cards) shown.push({ card, opened: await open(card) })
    shell.show(
      shown.map(({ card: { ciphertext: _, ...outside }, opened }) => ({ ...outside, opened })),
      () => {
        if (shown.length === 0) shell.line(say(shell.language, 'cli.nothing'))
        for (const { card, opened } of shown) showCard(shell, card, opened)
      },
    )
  },
}

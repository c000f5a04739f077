import { Fault } from '../../schema/wire/fault.ts'
import { CARD, type Card, opener, showCard } from './cards.ts'
import type { Command } from './command.ts'

const QUERY = `query cardOpen($id: ID!) { card(id: $id) ${CARD} }`

export const cardOpen: Command = {
  name: 'card open',
  about: 'cli.aboutCardOpen',
  args: ['<card>'],
  examples: [{ line: 'card open 4t2m…', about: 'cli.tryCardOpen' }],
  async run(shell, [id]) {
    const { card } = await shell.ask<{ card: Card | null }>(QUERY, { id })
    if (!card) throw new Fault('NOT_FOUND', `expected a card that you may see, got ${id}`)
    const opened = await (await opener(shell))(card)
    const { ciphertext: _, ...outside } = card
    shell.show({ ...outside, opened }, () => showCard(shell, card, opened))
  },
}

import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import { say } from '../../schema/words/index.ts'
import { choiceOf } from './card-tokens.ts'
import { coded } from './claims.ts'
import { type Command, text } from './command.ts'
import { matchFiles } from './matching.ts'

const CHOOSE = `mutation matchChoose($key: String!, $card: ID!, $choice: MatchChoice!) {
  setMatchChoice(key: $key, card: $card, choice: $choice) { card replayed } }`

export const matchChoose: Command = {
  name: 'match choose',
  about: 'cli.aboutMatchChoose',
  args: ['<card>', '<choice>'],
  options: [{ flags: '--key <key>', about: 'cli.optKey' }],
  examples: [{ line: 'match choose 4t2m… announce', about: 'cli.tryMatchChoose' }],
  async run(shell, [card, word], options) {
    const choice = choiceOf(shell, word!)
    const key = text(options, 'key') ?? `choice.${base32(randomBytes(10))}`
    shell.note(say(shell.language, 'cli.usingKey', { key }))
    const { setMatchChoice } = await shell.ask<{ setMatchChoice: object }>(CHOOSE, { key, card, choice })
    // A renewal of this card goes by what was chosen last.
    const { watched } = await matchFiles(shell)
    const known = await watched.get(card!)
    if (known) await watched.put(card!, { ...known, choice })
    shell.show({ ...setMatchChoice, choice }, () =>
      shell.line(
        say(shell.language, 'cli.matchChosen', {
          card: card!,
          choice: coded(shell.language, 'MatchChoice', choice),
        }),
      ),
    )
  },
}

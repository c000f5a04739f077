import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import { say } from '../../schema/words/index.ts'
import { RELEASE, releaseIn } from './card-seal.ts'
import { type Command, text } from './command.ts'
import { resealAll, tellLost } from './reseal.ts'
import { Usage } from './terminal.ts'

const QUERY = `mutation cardRelease($card: ID!, $key: String!, $release: ReleaseInput!) {
  releaseCard(card: $card, key: $key, release: $release) { card lost replayed } }`

export const cardRelease: Command = {
  name: 'card release',
  about: 'cli.aboutCardRelease',
  args: ['<card>'],
  options: [...RELEASE, { flags: '--key <key>', about: 'cli.optKey' }],
  examples: [
    {
      line: 'card release 4t2m… --to office:it-sco --transfer IT=SAFEGUARDS:MoU-2012',
      about: 'cli.tryCardRelease',
    },
  ],
  async run(shell, [card], options) {
    if (options.to === undefined)
      throw new Usage(say(shell.language, 'cli.missingOption', { option: '--to' }))
    const release = releaseIn(shell, options)
    const key = text(options, 'key') ?? `release.${base32(randomBytes(10))}`
    shell.note(say(shell.language, 'cli.usingKey', { key }))
    const { releaseCard } = await shell.ask<{ releaseCard: { lost: string[] } }>(QUERY, {
      card,
      key,
      release,
    })
    const resealed = await resealAll(shell, (task) => task.id === card)
    shell.show({ ...releaseCard, resealed }, () => {
      shell.line(say(shell.language, 'cli.cardReleased', { card: card! }))
      tellLost(shell, releaseCard.lost)
    })
  },
}

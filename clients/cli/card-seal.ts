import { Fault } from '../../schema/wire/fault.ts'
import { normalForm } from '../../schema/wire/identifiers/normal.ts'
import { Release } from '../../schema/wire/release.ts'
import { list, say } from '../../schema/words/index.ts'
import { parse } from '../core/parse.ts'
import { cardDraftOf } from './card-draft.ts'
import { cardIn, readyCard, tellUnspelled } from './card-file.ts'
import { MATCH, watchFrom, watchIn } from './card-tokens.ts'
import { versionOf } from './cards.ts'
import { type Command, type Options, text, texts } from './command.ts'
import { named } from './names.ts'
import { transfersIn } from './report-release.ts'
import { deskOf, letIn } from './sealing.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const SEAL = 'mutation cardSeal($input: SealCardInput!) { sealCard(input: $input) { card lost replayed } }'
const BEFORE = `query cardBefore($id: ID!) {
  card(id: $id) { facts release { to except countries } } }`

type Done = { sealCard: { card: string; replayed: boolean } }
type Before = { facts: string; release: Release & { countries: string[] } }

export const RELEASE = [
  { flags: '--to <principals>', about: 'cli.optCardTo' as const, many: true },
  { flags: '--except <principals>', about: 'cli.optExcept' as const, many: true },
  { flags: '--transfer <country=basis:assessment>', about: 'cli.optTransfer' as const, many: true },
]

export const cardSeal: Command = {
  name: 'card seal',
  about: 'cli.aboutCardSeal',
  args: ['[entity]'],
  options: [
    { flags: '--file <file>', about: 'cli.optCardFile' },
    ...RELEASE,
    { flags: '--corrects <card>', about: 'cli.optCorrects' },
    MATCH,
    { flags: '--draft', about: 'cli.optCardDraft' },
  ],
  examples: [
    { line: 'card seal --draft > boss.json', about: 'cli.tryCardDraft' },
    {
      line: 'card seal Agadez-boss-1 --file boss.json --to office:ml-dnlt --transfer ML=SAFEGUARDS:MoU-2011',
      about: 'cli.tryCardSeal',
    },
  ],
  async run(shell, [name], options) {
    if (options.draft === true) return void shell.terminal.stdout.write(cardDraftOf(shell.language))
    if (!name) throw new Usage(say(shell.language, 'cli.missingArgument', { name: 'entity' }))
    const file = text(options, 'file')
    if (!file) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--file' }))
    const card = await cardIn(shell, file)
    tellUnspelled(
      shell,
      card.identifiers.filter((one) => normalForm(one) === null),
    )
    const watch = await watchIn(shell, options, card)
    const { id: entity } = await named(shell, name)
    const desk = await deskOf(shell)
    const corrects = text(options, 'corrects') ?? null
    const before = corrects ? await beforeOf(shell, corrects) : null
    const release = before ? null : releaseIn(shell, options)
    const { offices, keyless } = await desk.reached(release ?? before!.release)
    if (keyless.length > 0)
      shell.note(say(shell.language, 'cli.cardKeyless', { offices: list(shell.language, keyless) }))
    shell.note(say(shell.language, 'cli.sealing', { count: offices.length }))
    const facts = {
      ...{ id: corrects, entity, kind: card.kind, office: desk.office },
      version: before ? versionOf(before) + 1 : 1,
    }
    const { input, rest } = await readyCard(shell, desk, { file, card, facts }, { release, offices })
    shell.note(say(shell.language, 'cli.sending'))
    const done = await shell.change<Done>(SEAL, { input })
    if (done && rest.length > 0) {
      const ciphertext = Buffer.from(input.sealed.ciphertext, 'base64')
      await letIn(shell, desk, { object: input.sealed.object, ciphertext }, rest)
    }
    if (watch) await watchFrom(shell, watch, { card: input.facts.id, version: facts.version }, done !== null)
    tellSealed(shell, done?.sealCard, offices)
  },
}

function tellSealed(shell: Shell, sealed: Done['sealCard'] | undefined, offices: string[]): void {
  const { language } = shell
  shell.show(sealed ?? { queued: true }, () =>
    shell.line(
      sealed
        ? say(language, 'cli.cardSealed', { card: sealed.card, offices: list(language, offices) })
        : say(language, 'cli.queued'),
    ),
  )
}

/** The release that the options state. Without one the card stays in the office. */
export function releaseIn(shell: Shell, options: Options): Release {
  return parse(
    Release,
    { to: texts(options, 'to'), except: texts(options, 'except'), transfers: transfersIn(shell, options) },
    ['release'],
  )
}

async function beforeOf(shell: Shell, id: string): Promise<Before> {
  const { card } = await shell.ask<{ card: Before | null }>(BEFORE, { id })
  if (card?.release) return card
  throw new Fault('NOT_FOUND', `expected a card of your office, got ${id}`)
}

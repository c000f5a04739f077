import { mkdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { OpenedCard } from '../core/card.ts'
import { type Input, mergeCards, type Package } from '../core/merge.ts'
import { writeWhole } from '../core/write-whole.ts'
import { packageText } from './card-package.ts'
import { cardsOf, opener } from './cards.ts'
import { type Command, text } from './command.ts'
import { badFile } from './file-fault.ts'
import { named } from './names.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

const LABELS = `query cardMerge($id: ID!) { neighbourhood(id: $id, depth: 1) { nodes { id label } } }`

export const cardMerge: Command = {
  name: 'card merge',
  about: 'cli.aboutCardMerge',
  args: ['[entities...]'],
  options: [
    { flags: '--file <file>', about: 'cli.optEntities' },
    { flags: '--out <folder>', about: 'cli.optOut' },
  ],
  examples: [{ line: 'card merge Agadez-boss-1 Gao-boss-2 --out case-117', about: 'cli.tryCardMerge' }],
  async run(shell, entities, options) {
    const names = [...entities, ...(await namesIn(shell, text(options, 'file')))]
    if (names.length === 0) throw new Usage(say(shell.language, 'cli.missingArgument', { name: 'entities' }))
    const { inputs, unread } = await gathered(shell, [...new Set(names)])
    const { caller, now } = await shell.link()
    const whole = mergeCards(inputs, { made: new Date(now()), by: caller.person })
    const folder = await kept(
      shell,
      whole,
      text(options, 'out') ?? `cards-${whole.made.replace(/[:.]/g, '-')}`,
    )
    if (unread > 0) shell.note(say(shell.language, 'cli.cardsUnread', { count: unread }))
    const summary = summaryOf(whole)
    shell.show({ folder, unread, ...summary }, () => {
      shell.line(say(shell.language, 'cli.cardsMerged', { count: summary.cards, folder }))
      table(
        shell,
        [
          say(shell.language, 'cli.headEntity'),
          say(shell.language, 'cli.headCards'),
          say(shell.language, 'cli.headContradictions'),
        ],
        whole.entities.map((one) => [
          one.label ?? one.entity,
          one.cards.length,
          one.contradictions.map(({ kind }) => kind).join(' '),
        ]),
      )
    })
  },
}

/** Ids or code names, one a line; what stands behind a # is a remark. */
async function namesIn(shell: Shell, file: string | undefined): Promise<string[]> {
  if (file === undefined) return []
  const lines = await readFile(resolve(shell.terminal.cwd, file), 'utf8').catch((error: unknown) => {
    throw badFile(shell, file, error)
  })
  return lines
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

/** The server is asked for ids, and gives what is sealed: every name is read here. */
async function gathered(shell: Shell, names: string[]): Promise<{ inputs: Input[]; unread: number }> {
  const open = await opener(shell)
  const inputs: Input[] = []
  let unread = 0
  const bar = progress(shell, say(shell.language, 'cli.merging'), names.length)
  try {
    for (const [i, name] of names.entries()) {
      const { id } = await named(shell, name)
      const opened: OpenedCard[] = []
      for (const card of await cardsOf(shell, id)) {
        const found = await open(card)
        if (found) opened.push(found)
        else unread += 1
      }
      inputs.push({ entity: id, label: await labelOf(shell, id), cards: opened })
      bar.step(i + 1)
    }
  } finally {
    bar.stop()
  }
  return { inputs, unread }
}

async function labelOf(shell: Shell, id: string): Promise<string | null> {
  type Answer = { neighbourhood: { nodes: { id: string; label: string | null }[] } | null }
  const { neighbourhood } = await shell.ask<Answer>(LABELS, { id })
  return neighbourhood?.nodes.find((node) => node.id === id)?.label ?? null
}

/** For programs and for people, in a folder that only the officer opens. Nothing that stands is overwritten. */
async function kept(shell: Shell, whole: Package, out: string): Promise<string> {
  const folder = resolve(shell.terminal.cwd, out)
  if (await stat(folder).catch(() => null))
    throw new Fault('BAD_INPUT', `expected a new folder, got ${folder}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeWhole(join(folder, 'cards.json'), JSON.stringify(whole, null, 2))
  await writeWhole(join(folder, 'cards.md'), packageText(shell.language, whole))
  return folder
}

const summaryOf = ({ entities, shared }: Package) => ({
  entities: entities.length,
  cards: entities.reduce((sum, one) => sum + one.cards.length, 0),
  identifiers: entities.reduce((sum, one) => sum + one.identifiers.length, 0),
  contradictions: entities.reduce((sum, one) => sum + one.contradictions.length, 0),
  shared: shared.length,
})

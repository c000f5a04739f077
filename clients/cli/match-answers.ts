import { Fault } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import type { Asked } from '../core/match/asked.ts'
import type { SealedFiles } from '../core/match/sealed-files.ts'
import { coded } from './claims.ts'
import type { Command } from './command.ts'
import { giveNotice } from './match-notice.ts'
import { matchFiles } from './matching.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

const ANSWER = `query matchAnswers($id: ID!) {
  matchAnswer(id: $id) { state due answers { type outcome hits { id office } } } }`

type Answer = {
  state: 'PENDING' | 'ANSWERED'
  due: string
  answers: { type: string; outcome: string; hits: { id: string; office: string }[] }[]
}
type Row = {
  case: string
  type: string
  normal: string
  outcome: 'HIT' | 'NO_HIT' | 'PENDING' | 'WAITING' | 'EXPIRED'
  hits: { id: string; office: string }[]
}

export const matchAnswers: Command = {
  name: 'match answers',
  about: 'cli.aboutMatchAnswers',
  examples: [{ line: 'match answers', about: 'cli.tryMatchAnswers' }],
  async run(shell) {
    const { asked: files } = await matchFiles(shell)
    const answered: { asked: Asked; some: Row[] }[] = []
    const over: string[] = []
    for (const name of await files.names()) {
      const asked = (await files.get(name))!
      const some = await answersTo(shell, asked)
      answered.push({ asked, some })
      if (some.every(({ outcome }) => outcome === 'EXPIRED')) over.push(name)
    }
    const rows = answered.flatMap(({ some }) => some)
    shell.show(rows, () => show(shell, rows))
    // An answer is shown whatever becomes of the notice.
    for (const { asked, some } of answered) await notify(shell, files, asked, some)
    // Told once that it is over: what was asked is kept no longer than what came of it.
    for (const name of over) await files.drop(name)
  },
}

/** Selectors stand on this machine alone: the answer has them in the order in which they were asked. */
async function answersTo(shell: Shell, asked: Asked): Promise<Row[]> {
  const answers = new Map<string, Answer | null>()
  for (const question of new Set(asked.items.flatMap(({ question }) => question ?? [])))
    answers.set(
      question,
      (await shell.ask<{ matchAnswer: Answer | null }>(ANSWER, { id: question })).matchAnswer,
    )
  const places = new Map<string, number>()
  return asked.items.map(({ type, normal, question }): Row => {
    const row = { case: asked.case, type, normal, hits: [] }
    if (question === null) return { ...row, outcome: 'WAITING' }
    const place = places.get(question) ?? 0
    places.set(question, place + 1)
    const answer = answers.get(question)
    if (!answer) return { ...row, outcome: 'EXPIRED' }
    if (answer.state === 'PENDING') return { ...row, outcome: 'PENDING' }
    const one = answer.answers[place]
    if (!one || one.type !== type)
      throw new Fault('INTERNAL', 'expected an answer to each selector in its order, got something else')
    return { ...row, outcome: one.outcome as 'HIT' | 'NO_HIT', hits: one.hits }
  })
}

/** Gives notice of each new hit, where the officer said with his question what is to be written. */
async function notify(shell: Shell, files: SealedFiles<Asked>, asked: Asked, rows: Row[]): Promise<void> {
  const { notice } = asked
  if (notice === null) return
  const noticed = new Set(asked.noticed)
  const found = new Map(rows.flatMap(({ hits }) => hits.map(({ id, office }) => [id, office] as const)))
  for (const [hit, office] of found) {
    if (noticed.has(hit)) continue
    if (await giveNotice(shell, hit, { text: notice, case: asked.case }))
      shell.note(say(shell.language, 'cli.hitNoticed', { hit, office }))
    noticed.add(hit)
    // Cut off before this, it is asked for again: the hit itself says that notice was given.
    await files.put(asked.id, { ...asked, noticed: [...noticed] })
  }
}

function show(shell: Shell, rows: Row[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headIdentifier'),
    say(language, 'cli.headNormal'),
    say(language, 'cli.headState'),
    say(language, 'cli.headHit'),
    say(language, 'cli.headOffice'),
  ]
  table(
    shell,
    head,
    rows.map(({ type, normal, outcome, hits }) => [
      coded(language, 'SelectorType', type),
      plain(normal),
      say(language, `cli.match${outcome}` as 'cli.matchHIT'),
      hits.map(({ id }) => id).join('\n'),
      hits.map(({ office }) => office).join('\n'),
    ]),
  )
}

import { CardFacts } from '../../schema/wire/card.ts'
import type { ResealCause } from '../../schema/wire/codes.ts'
import { NoteFacts, newObjectId } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { list, say } from '../../schema/words/index.ts'
import { openCard } from '../core/card.ts'
import { openNote } from '../core/open.ts'
import { sealNote } from '../core/seal.ts'
import { sealedFor } from './card-file.ts'
import { coded } from './claims.ts'
import type { Command } from './command.ts'
import { progress } from './progress.ts'
import { type Release, recipientsOf, signersIn } from './recipients.ts'
import { type Desk, deskOf, groupsOf, letIn } from './sealing.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

// What an office sealed and is to seal again: whom its release reaches has changed, or a key has.

export type Task = {
  sealed: 'CARD' | 'NOTE'
  id: string
  object: string
  causes: ResealCause[]
  missing: string[]
  lost: string[]
  keyless: string[]
}
const TASKS = `query resealTasks($first: Int) {
  resealTasks(first: $first) { sealed id object causes missing lost keyless } }`
const CARD = `query resealCard($id: ID!) {
  card(id: $id) { id object facts ciphertext release { to except countries } } }`
const NOTE = `query resealNote($id: ID!) {
  report(id: $id) { release { to except countries } note { id facts ciphertext } } }`
const RESEAL = 'mutation reseal($input: ResealInput!) { reseal(input: $input) { id lost } }'

type Thing = { facts: string; object: string; ciphertext: string; release: Release }

export type Resealed = { sealed: string; id: string; causes: string[]; done: boolean; lost: string[] }

export const reseal: Command = {
  name: 'reseal',
  about: 'cli.aboutReseal',
  examples: [{ line: 'reseal', about: 'cli.tryReseal' }],
  async run(shell) {
    const done = await resealAll(shell, () => true)
    shell.show(done, () => {
      const { language } = shell
      table(
        shell,
        [
          say(language, 'cli.headSealed'),
          'id',
          say(language, 'cli.headCauses'),
          say(language, 'cli.headLost'),
        ],
        done.map((one) => [
          coded(language, 'SealedKind', one.sealed),
          one.id,
          one.causes.map((cause) => coded(language, 'ResealCause', cause)).join('\n'),
          one.lost.join('\n'),
        ]),
      )
      tellLost(shell, [...new Set(done.flatMap(({ lost }) => lost))].sort())
    })
  },
}

/** Said wherever somebody loses what he had: nothing that was read can be called back. */
export function tellLost(shell: Shell, lost: string[]): void {
  if (lost.length > 0) shell.line(say(shell.language, 'cli.lost', { offices: list(shell.language, lost) }))
}

const DECISIONS: readonly string[] = ['PROTECTED', 'ENTITY_GONE']

/**
 * Does the tasks of the caller's office that `wanted` picks, and gives what it did. Each stands for itself: cut off anywhere,
 * the next run finds what is left by the same comparison. What asks for a decision is told, and left as it is.
 */
export async function resealAll(shell: Shell, wanted: (task: Task) => boolean): Promise<Resealed[]> {
  const done: Resealed[] = []
  const seen = new Set<string>()
  for (;;) {
    const { resealTasks } = await shell.ask<{ resealTasks: Task[] }>(TASKS, { first: 100 })
    const tasks = resealTasks.filter((task) => wanted(task) && !seen.has(`${task.sealed} ${task.id}`))
    if (tasks.length === 0) return done
    const desk = await deskOf(shell)
    const bar = progress(shell, say(shell.language, 'cli.resealing'), tasks.length)
    try {
      for (const [i, task] of tasks.entries()) {
        seen.add(`${task.sealed} ${task.id}`)
        const causes = task.causes.filter((cause) => !DECISIONS.includes(cause))
        const lost = causes.length > 0 ? await resealOne(shell, desk, task, causes) : task.lost
        done.push({ sealed: task.sealed, id: task.id, causes: task.causes, done: causes.length > 0, lost })
        bar.step(i + 1)
      }
    } finally {
      bar.stop()
    }
  }
}

/** Wider only: the session key is wrapped for the new ones. Else a new session key, and the former object is deleted. */
async function resealOne(shell: Shell, desk: Desk, task: Task, causes: string[]): Promise<string[]> {
  const thing = await thingOf(shell, task)
  const { offices } = await desk.reached(thing.release)
  const ciphertext = Buffer.from(thing.ciphertext, 'base64')
  if (causes.every((cause) => cause === 'WIDENED')) {
    const missing = offices.filter((office) => task.missing.includes(office))
    const groups = groupsOf(desk, missing).map((group) => group.filter((office) => office !== desk.office))
    await letIn(
      shell,
      desk,
      { object: thing.object, ciphertext },
      groups.filter((group) => group.length > 0),
    )
    return []
  }
  const [first, ...rest] = groupsOf(desk, offices)
  const sealed = await sealedAnew(shell, desk, task, thing, first!)
  const input = { kind: task.sealed, id: task.id, sealed }
  const { reseal } = await shell.ask<{ reseal: { lost: string[] } }>(RESEAL, { input })
  await letIn(
    shell,
    desk,
    { object: sealed.object, ciphertext: Buffer.from(sealed.ciphertext, 'base64') },
    rest,
  )
  // What did not fit into the first object is let in again at once, and has lost nothing.
  return reseal.lost.filter((office) => !offices.includes(office))
}

async function thingOf(shell: Shell, { sealed, id }: Task): Promise<Thing> {
  if (sealed === 'CARD') {
    const { card } = await shell.ask<{ card: (Thing & { ciphertext: string | null }) | null }>(CARD, { id })
    if (card?.ciphertext) return card
  } else {
    type Answer = {
      report: { release: Release; note: { id: string; facts: string; ciphertext: string } | null } | null
    }
    const { report } = await shell.ask<Answer>(NOTE, { id })
    if (report?.note) return { ...report.note, object: report.note.id, release: report.release }
  }
  throw new Fault('NOT_FOUND', `expected something that your office sealed, got ${id}`)
}

/** Opened and verified here, and sealed again as it was: the same facts, the same content, another session key. */
async function sealedAnew(shell: Shell, desk: Desk, { sealed }: Task, thing: Thing, offices: string[]) {
  const { caller } = await shell.link()
  const keys = await shell.officeKeys([desk.office])
  const outside = JSON.parse(thing.facts) as Record<string, unknown>
  const reader = {
    ciphertext: Buffer.from(thing.ciphertext, 'base64'),
    decryptWith: keys.map(({ key }) => key),
    verifyWith: signersIn(desk.state, desk.office),
    at: desk.at,
  }
  if (sealed === 'CARD') {
    const { content } = await openCard({ ...reader, facts: outside, offices: [desk.office] })
    return sealedFor(shell, desk, { facts: CardFacts.parse(outside), content, offices })
  }
  const facts = NoteFacts.parse(outside)
  const { content } = await openNote({ ...reader, facts })
  const { privateKey: signWith } = await shell.key(caller.person)
  const to = await recipientsOf(desk.state, offices, desk.now, facts.profile)
  const object = newObjectId()
  const made = await sealNote({ facts, content, to, signWith, at: desk.at, object })
  return {
    object,
    audience: offices,
    ciphertext: Buffer.from(made.ciphertext).toString('base64'),
    signature: made.uploadSignature,
  }
}

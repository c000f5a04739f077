import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { plain, say } from '../../schema/words/index.ts'
import { TOUR, type TourStep } from '../scenario/tour.ts'
import { type Command, text } from './command.ts'
import type { Shell } from './shell.ts'
import { EXIT, Usage } from './terminal.ts'

export const tour: Command = {
  name: 'tour',
  about: 'cli.aboutTour',
  options: [
    { flags: '--scene <number>', about: 'cli.optScene' },
    { flags: '--yes', about: 'cli.optYes' },
  ],
  examples: [{ line: 'tour --scene 2', about: 'cli.tryTour' }],
  async run(shell, _, options) {
    const chosen = text(options, 'scene')
    if (chosen !== undefined && !TOUR[Number(chosen) - 1])
      throw new Usage(say(shell.language, 'cli.noScene', { count: TOUR.length }))
    const scenes = chosen === undefined ? TOUR : [TOUR[Number(chosen) - 1]!]
    const waits = options.yes !== true && shell.terminal.stdin.isTTY === true
    const folder = text(options, 'home')
    for (const { title, steps } of scenes) {
      shell.terminal.stdout.write(`\n${title[shell.language]}\n${'═'.repeat(title[shell.language].length)}\n`)
      for (const step of steps) await play(shell, step, folder, waits)
    }
  },
}

/** One step as its officer would type it. A refusal is part of what there is to see, so the tour goes on. */
async function play(shell: Shell, step: TourStep, folder: string | undefined, waits: boolean): Promise<void> {
  const { language, terminal } = shell
  terminal.stdout.write(`\n${step.say[language]}\n$ portolan ${plain(step.command.join(' '))}\n`)
  if (waits) await enter(shell)
  const justification = say(language, 'cli.tourJustification')
  const code = step.command[0] === 'audit' ? 'OVERSIGHT' : 'OPERATIONAL'
  const stated = ['--purpose', code, '--justification', justification, '--lang', language]
  const argv = [...step.command, ...stated, ...(folder ? ['--home', folder] : [])]
  if (step.writes) await written(shell, argv, step.writes)
  else await shell.again(argv, terminal)
}

/** Runs what writes a package, shows one file of it, and deletes it: it holds in plain text what was sealed. */
async function written({ again, terminal }: Shell, argv: string[], file: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'portolan-tour-'))
  try {
    const out = join(scratch, 'package')
    const code = await again([...argv, '--out', out], terminal)
    if (code === EXIT.ok) terminal.stdout.write(`\n${await readFile(join(out, file), 'utf8')}`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function enter({ terminal, language }: Shell): Promise<void> {
  const lines = createInterface({ input: terminal.stdin, output: terminal.stderr as NodeJS.WriteStream })
  await lines.question(say(language, 'cli.pressEnter')).finally(() => lines.close())
}

import { readFile } from 'node:fs/promises'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'

const QUERY = 'mutation directoryEnter($entry: Json!) { enterDirectory(entry: $entry) }'

export const directoryEnter: Command = {
  name: 'directory enter',
  about: 'cli.aboutDirectoryEnter',
  args: ['<file>'],
  examples: [{ line: 'directory enter assignment.json', about: 'cli.tryDirectoryEnter' }],
  async run(shell, [file]) {
    const entry = await readFile(file!, 'utf8')
      .then((text) => JSON.parse(text))
      .catch(() => {
        throw new Fault('BAD_INPUT', 'expected a readable file of JSON')
      })
    const { enterDirectory: index } = await shell.ask<{ enterDirectory: number }>(QUERY, { entry })
    shell.show({ index }, () => shell.line(say(shell.language, 'cli.directoryEntered', { index })))
  },
}

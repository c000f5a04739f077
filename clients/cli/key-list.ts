import { moment, say } from '../../schema/words/index.ts'
import { fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

export const keyList: Command = {
  name: 'key list',
  about: 'cli.aboutKeyList',
  examples: [{ line: 'key list', about: 'cli.tryKeyList' }],
  async run(shell) {
    const keys = await (await shell.keys()).listKeys()
    const { language } = shell
    shell.show(keys, () => {
      const head = [
        say(language, 'cli.headName'),
        fieldName(language, 'fingerprint'),
        say(language, 'cli.headMade'),
        say(language, 'cli.headLocked'),
      ]
      const rows = keys.map((key) => [
        key.name,
        key.fingerprint,
        moment(language, key.created),
        say(language, key.isProtected ? 'cli.yes' : 'cli.no'),
      ])
      table(shell, head, rows)
    })
  },
}

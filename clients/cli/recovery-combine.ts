import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { recoveryKey } from './desk.ts'

export const recoveryCombine: Command = {
  name: 'recovery combine',
  about: 'cli.aboutRecoveryCombine',
  args: ['<shares...>'],
  examples: [{ line: 'recovery combine one.asc two.asc three.asc', about: 'cli.tryRecoveryCombine' }],
  async run(shell, files) {
    const { compat } = await recoveryKey(shell, await shell.directory(), files)
    shell.show({ fingerprint: compat.fingerprint }, () =>
      shell.line(say(shell.language, 'cli.recoveryCombined', { fingerprint: compat.fingerprint })),
    )
  },
}

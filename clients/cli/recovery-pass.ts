import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say } from '../../schema/words/index.ts'
import { passShare } from '../core/recovery.ts'
import { type Command, text } from './command.ts'
import { shareIn } from './desk.ts'
import { shareHolder } from './recovery-split.ts'
import { Usage } from './terminal.ts'

export const recoveryPass: Command = {
  name: 'recovery pass',
  about: 'cli.aboutRecoveryPass',
  args: ['<share>'],
  options: [
    { flags: '--to <person>', about: 'cli.optShareTo' },
    { flags: '--out <file>', about: 'cli.optShareFile' },
  ],
  examples: [
    {
      line: 'recovery pass recovery-NE-2-ne-proc.omar.asc --to ne-dst.aicha --out for-aicha.asc',
      about: 'cli.tryRecoveryPass',
    },
  ],
  async run(shell, [file], options) {
    const { language, terminal } = shell
    const [person, out] = [text(options, 'to'), text(options, 'out')]
    if (!person) throw new Usage(say(language, 'cli.missingOption', { option: '--to' }))
    const { caller, now } = await shell.link()
    const holder = await shareHolder(await shell.directory(), person)
    const { privateKey } = await shell.key(caller.person)
    const share = await passShare(await shareIn(shell, file!), privateKey, holder, new Date(now()))
    if (out !== undefined) await writeFile(resolve(terminal.cwd, out), share, { mode: 0o600, flag: 'wx' })
    shell.show({ person, share }, () => {
      if (out === undefined) shell.line(share)
      else shell.line(say(language, 'cli.sharePassed', { person, file: out }))
    })
  },
}

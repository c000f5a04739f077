import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { text } from './command.ts'
import { passphrasesFrom } from './passphrase.ts'
import { Usage } from './terminal.ts'

const LEAST_PASSPHRASE = 12

export const keyNew: Command = {
  name: 'key new',
  about: 'cli.aboutKeyNew',
  args: ['<name>'],
  examples: [
    { line: 'key new ne-dst.aicha', about: 'cli.tryKeyNew' },
    { line: 'key new office:ne-dst', about: 'cli.tryKeyNewOffice' },
  ],
  async run(shell, [name], options) {
    const { language, terminal } = shell
    const fd = text(options, 'passphraseFd')
    const ask = passphrasesFrom(terminal, language, fd === undefined ? null : Number(fd))
    const passphrase = await ask(name!)
    if ([...passphrase].length < LEAST_PASSPHRASE)
      throw new Usage(say(language, 'cli.shortPassphrase', { least: String(LEAST_PASSPHRASE) }))
    // A slip of the fingers would lock the key for good.
    if (fd === undefined && (await ask(say(language, 'cli.onceMore', { name: name! }))) !== passphrase)
      throw new Usage(say(language, 'cli.passphrasesDiffer'))
    const key = await (await shell.keys()).newKey({ person: name!, passphrase })
    const { folder } = await shell.home()
    shell.show({ name: key.name, fingerprint: key.fingerprint, publicKey: key.publicKey }, () => {
      shell.line(say(language, 'cli.keyCreated', { fingerprint: key.fingerprint, folder }))
      shell.line(key.publicKey.trim())
    })
  },
}

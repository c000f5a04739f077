import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { say } from '../../schema/words/index.ts'
import { wkdFiles } from '../core/wkd.ts'
import { type Command, text } from './command.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

const DOMAIN = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/

export const directoryWkd: Command = {
  name: 'directory wkd',
  about: 'cli.aboutDirectoryWkd',
  options: [
    { flags: '--domain <domain>', about: 'cli.optDomain' },
    { flags: '--out <folder>', about: 'cli.optWebFolder' },
  ],
  examples: [{ line: 'directory wkd --domain police.example --out /srv/www', about: 'cli.tryDirectoryWkd' }],
  async run(shell, _, options) {
    const { language, terminal } = shell
    const domain = text(options, 'domain')?.toLowerCase()
    if (domain === undefined || !DOMAIN.test(domain)) throw new Usage(say(language, 'cli.badDomain'))
    const out = text(options, 'out')
    if (out === undefined) throw new Usage(say(language, 'cli.missingOption', { option: '--out' }))
    const now = (await shell.link()).now()
    const files = await wkdFiles(await shell.directory(), domain, now)
    const folder = resolve(terminal.cwd, out)
    // gpg asks for it first: an empty one says that the domain has a key directory.
    const policy = join(folder, '.well-known', 'openpgpkey', domain, 'policy')
    await mkdir(join(dirname(policy), 'hu'), { recursive: true })
    await writeFile(policy, '')
    for (const { path, bytes } of files) await writeFile(join(folder, ...path), bytes)
    const written = files.map(({ office, mail, path }) => ({ office, mail, file: join(folder, ...path) }))
    shell.show(written, () => {
      const head = ['cli.headHolder', 'cli.headMail', 'cli.headFile'] as const
      const rows = written.map(({ office, mail, file }) => [office, mail, file])
      table(
        shell,
        head.map((one) => say(language, one)),
        rows,
      )
    })
  },
}

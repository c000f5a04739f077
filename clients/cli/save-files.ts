import { join, resolve } from 'node:path'
import type { PrivateKey } from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { fetchFile } from '../core/fetch-attachment.ts'
import type { OpenedMessage } from '../core/open.ts'
import { MIB } from './attach.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

/** Fetches the large files of a message into a folder. One that was cut off goes on; one that is there is not overwritten. */
export async function saveFiles(
  shell: Shell,
  { envelope, content }: OpenedMessage,
  { folder, keys }: { folder: string; keys: PrivateKey[] },
): Promise<void> {
  const { language } = shell
  const link = await shell.link()
  for (const file of content.files ?? []) {
    const { name, size } = file
    const target = join(resolve(shell.terminal.cwd, folder), name)
    const bar = progress(shell, say(language, 'cli.fetching', { file: name }), Math.ceil(size / MIB), 'MiB')
    await fetchFile({
      file,
      message: envelope.id,
      target,
      decryptWith: keys,
      at: new Date(link.now()),
      purpose: await shell.purpose(),
      ask: link.object,
      step: (done) => bar.step(Math.ceil(done / MIB)),
    })
      .catch((error: unknown) => {
        if (!(error instanceof Fault) || error.code !== 'UNREACHABLE') throw error
        throw new Fault('UNREACHABLE', `expected a link to fetch ${name}, got none`)
      })
      .finally(() => bar.stop())
    shell.note(say(language, 'cli.saved', { file: target }))
  }
}

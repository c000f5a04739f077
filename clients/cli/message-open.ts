import { access, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import type { OpenedMessage } from '../core/open.ts'
import { type Command, text } from './command.ts'
import { factRows } from './message-facts.ts'
import { type Receipt, readMessage } from './message-read.ts'
import { acknowledge } from './message-reply.ts'
import { saveFiles } from './save-files.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

export const messageOpen: Command = {
  name: 'message open',
  about: 'cli.aboutMessageOpen',
  args: ['<message>'],
  options: [
    { flags: '--save <folder>', about: 'cli.optSave' },
    { flags: '--receipt', about: 'cli.optReceipt' },
  ],
  examples: [{ line: 'message open 4t2m… --save .', about: 'cli.tryMessageOpen' }],
  async run(shell, [id], options) {
    const { opened, keys, receipts, missing } = await readMessage(shell, id!)
    if (missing > 0)
      shell.note(say(shell.language, 'cli.withheld', { count: missing, sender: opened.envelope.sender }))
    const folder = text(options, 'save')
    if (folder !== undefined) {
      // Those that may take several runs come first: what is inside is kept once.
      await saveFiles(shell, opened, { folder, keys })
      await save(shell, opened, folder)
    }
    shell.show({ ...opened, missing }, () => showOpened(shell, opened))
    if (options.receipt === true || opened.envelope.type === 'LIFE_AT_RISK')
      await receipt(shell, opened, receipts)
  },
}

/** Tells the sender that this officer has read it, once; nothing is owed for one's own message. */
async function receipt(shell: Shell, { envelope }: OpenedMessage, receipts: Receipt[]): Promise<void> {
  const { caller } = await shell.link()
  const isMine = envelope.recipients.includes(caller.office)
  if (!isMine || receipts.some(({ signer }) => signer === caller.person)) return
  await acknowledge(shell, envelope)
  shell.note(say(shell.language, 'cli.acknowledged', { office: envelope.sender }))
}

/** Nothing that stands in the folder is overwritten. */
async function save(shell: Shell, { content }: OpenedMessage, folder: string): Promise<void> {
  for (const { name, bytes } of content.attachments) {
    const file = join(resolve(shell.terminal.cwd, folder), name)
    const isThere = await access(file).then(
      () => true,
      () => false,
    )
    if (isThere) throw new Fault('BAD_INPUT', `expected a folder without ${name}, got one with it`)
    await writeFile(file, Buffer.from(bytes, 'base64'), { mode: 0o600, flag: 'wx' })
    shell.note(say(shell.language, 'cli.saved', { file }))
  }
}

function showOpened(shell: Shell, { envelope, content, signer }: OpenedMessage): void {
  const { language } = shell
  const { person, office } = signer
  shell.line(say(language, 'cli.messageOpened', { person: person ?? office, office }))
  const rows: [string, string][] = [
    ...factRows(language, envelope),
    [say(language, 'cli.headRestriction'), content.handlingText ?? ''],
    [say(language, 'cli.headNecessity'), content.necessityText ?? ''],
    [
      say(language, 'cli.headAttached'),
      [...content.attachments, ...(content.files ?? [])].map(({ name }) => name).join('\n'),
    ],
  ]
  table(
    shell,
    [say(language, 'cli.headMessage'), envelope.id],
    rows.filter(([, value]) => value !== ''),
  )
  for (const line of content.text.split('\n')) shell.line(`  ${plain(line)}`)
}

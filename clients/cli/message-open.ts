import { access, readdir, writeFile } from 'node:fs/promises'
import { join, parse, resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import type { OpenedMessage } from '../core/open.ts'
import { type Command, text } from './command.ts'
import { badFile } from './file-fault.ts'
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
      await expectFolder(shell, folder)
      const named = withOwnNames(opened)
      await expectFree(shell, named, folder)
      // Those that may take several runs come first: what is inside is kept once.
      await saveFiles(shell, named, { folder, keys })
      await save(shell, named, folder)
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

/** The folder is the reader's to make: a slip of the fingers would hide the files in a new one. */
async function expectFolder(shell: Shell, folder: string): Promise<void> {
  await readdir(resolve(shell.terminal.cwd, folder)).catch((error: unknown) => {
    throw badFile(shell, folder, error)
  })
}

/** Where two files of a message are called alike, the second becomes `name-2.jpg`: neither hides the other. */
function withOwnNames(opened: OpenedMessage): OpenedMessage {
  const taken = new Set<string>()
  const own = <T extends { name: string }>(file: T): T => {
    const { name: stem, ext } = parse(file.name)
    let name = file.name
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}${ext}`
    taken.add(name)
    return { ...file, name }
  }
  const { files, attachments, ...rest } = opened.content
  const content = { ...rest, ...(files && { files: files.map(own) }), attachments: attachments.map(own) }
  return { ...opened, content }
}

/** Nothing that stands in the folder is overwritten, and nothing is written where something is in the way. */
async function expectFree(shell: Shell, { content }: OpenedMessage, folder: string): Promise<void> {
  for (const { name } of content.attachments) {
    const isThere = await access(join(resolve(shell.terminal.cwd, folder), name)).then(
      () => true,
      () => false,
    )
    if (isThere) throw new Fault('BAD_INPUT', `expected a folder without ${name}, got one with it`)
  }
}

async function save(shell: Shell, { content }: OpenedMessage, folder: string): Promise<void> {
  for (const { name, bytes } of content.attachments) {
    const file = join(resolve(shell.terminal.cwd, folder), name)
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

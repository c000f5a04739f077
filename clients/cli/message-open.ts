import { access, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { withAncestors } from '../../schema/wire/directory-state.ts'
import { audienceOf, Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import { type OpenedMessage, openMessage } from '../core/open.ts'
import { coded, fieldName } from './claims.ts'
import { type Command, text } from './command.ts'
import { signersIn } from './recipients.ts'
import { saveFiles } from './save-files.ts'
import { envelopes, type Mail, withheld } from './sequences.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

type Message = Mail & { ciphertext: string | null }

const QUERY = `query messageOpen($id: ID!) { message(id: $id) { id envelope sender signer received signature ciphertext } }`

export const messageOpen: Command = {
  name: 'message open',
  about: 'cli.aboutMessageOpen',
  args: ['<message>'],
  options: [{ flags: '--save <folder>', about: 'cli.optSave' }],
  examples: [{ line: 'message open 4t2m… --save .', about: 'cli.tryMessageOpen' }],
  async run(shell, [id], options) {
    const { message } = await shell.ask<{ message: Message | null }>(QUERY, { id })
    if (!message?.ciphertext) throw new Fault('NOT_FOUND', `expected a message of your office, got ${id}`)
    const outside = JSON.parse(message.envelope) as Record<string, unknown>
    const { opened, office, key } = await unsealed(shell, message.ciphertext, outside)
    const missing = await missingBefore(shell, opened, office)
    if (missing > 0)
      shell.note(say(shell.language, 'cli.withheld', { count: missing, sender: opened.envelope.sender }))
    const folder = text(options, 'save')
    if (folder !== undefined) {
      // Those that may take several runs come first: what is inside is kept once.
      await saveFiles(shell, opened, { folder, key })
      await save(shell, opened, folder)
    }
    shell.show({ ...opened, missing }, () => showOpened(shell, opened))
  },
}

/** Opened with the key of one of the offices that it is for, and matched with its envelope. */
async function unsealed(shell: Shell, ciphertext: string, outside: Record<string, unknown>) {
  const { caller, now } = await shell.link()
  const state = await shell.directory()
  const envelope = Envelope.parse(outside)
  const audience = audienceOf(envelope)
  const mine = withAncestors(state, caller.office, now()).filter((office) => audience.includes(office))
  const [own] = await shell.officeKeys(mine)
  if (!own)
    throw new Fault(
      'NOT_FOUND',
      `expected the private key of ${mine.join(' or ') || caller.office} on this machine, got none`,
    )
  const opened = await openMessage({
    ciphertext: Buffer.from(ciphertext, 'base64'),
    decryptWith: [own.key],
    verifyWith: signersIn(state, envelope.sender),
    at: new Date(now()),
    envelope: outside,
    office: own.office,
    // With nothing seen before, a number above 1 is told: the inbox says below whether that many were shown.
    last: 0,
  })
  return { opened, ...own }
}

async function missingBefore(
  shell: Shell,
  { envelope, warnings }: OpenedMessage,
  office: string,
): Promise<number> {
  const number = warnings[0]?.got ?? 1
  return number === 1 || !envelope.recipients.includes(office)
    ? 0
    : withheld(await envelopes(shell), envelope, office, number)
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
    [fieldName(language, 'type'), coded(language, 'MessageType', envelope.type)],
    [fieldName(language, 'sender'), envelope.sender],
    [fieldName(language, 'recipients'), envelope.recipients.join(', ')],
    [fieldName(language, 'handling'), envelope.handling.join(' ')],
    [fieldName(language, 'evidenceUse'), coded(language, 'EvidenceUse', envelope.evidenceUse)],
    [fieldName(language, 'case'), envelope.case ?? ''],
    [say(language, 'cli.headRestriction'), content.handlingText ?? ''],
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

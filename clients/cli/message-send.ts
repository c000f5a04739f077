import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { ACCESSES, EVIDENCE_USES, MESSAGE_TYPES, URGENCIES } from '../../schema/wire/codes.ts'
import { type Attachment, audienceOf, Envelope, newObjectId } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { parse } from '../core/parse.ts'
import { sealMessage } from '../core/seal.ts'
import { type Attached, attach, weigh } from './attach.ts'
import { type Command, type Options, text, texts } from './command.ts'
import { mediaType } from './media-type.ts'
import { reasonOf } from './reason.ts'
import { recipientsOf } from './recipients.ts'
import { badFile } from './report-file.ts'
import { nextNumbers } from './sequences.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const QUERY = 'mutation messageSend($input: SendInput!) { sendMessage(input: $input) { id received } }'
const ANSWERED = 'query messageAnswered($id: ID!) { message(id: $id) { envelope } }'

export const messageSend: Command = {
  name: 'message send',
  about: 'cli.aboutMessageSend',
  options: [
    { flags: '--to <offices>', about: 'cli.optTo2', many: true },
    { flags: '--type <code>', about: 'cli.optMessageType' },
    { flags: '--text <text>', about: 'cli.optText' },
    { flags: '--file <file>', about: 'cli.optTextFile' },
    { flags: '--attach <files>', about: 'cli.optAttach', many: true },
    { flags: '--in-reply-to <message>', about: 'cli.optInReplyTo' },
    { flags: '--urgency <code>', about: 'cli.optUrgency' },
    { flags: '--access <code>', about: 'cli.optAccess' },
    { flags: '--due <time>', about: 'cli.optDue' },
    { flags: '--handling <codes>', about: 'cli.optHandling', many: true },
    { flags: '--restriction <text>', about: 'cli.optRestriction' },
    { flags: '--evidence-use <code>', about: 'cli.optEvidenceUse' },
  ],
  examples: [
    {
      line: 'message send --to it-sco,ml-dnlt --type REQUEST --text "…" --attach photo.jpg',
      about: 'cli.tryMessageSend',
    },
    {
      line: 'message send --to ne-dst --type ANSWER --in-reply-to 4t2m… --file answer.txt',
      about: 'cli.tryMessageAnswer',
    },
  ],
  async run(shell, _, options) {
    const { inside, large } = await weigh(shell, texts(options, 'attach'))
    const content = await contentOf(shell, options, inside)
    const envelope = await envelopeOf(shell, options)
    const link = await shell.link()
    const state = await shell.directory()
    const offices = audienceOf(envelope)
    shell.note(say(shell.language, 'cli.sealing', { count: offices.length }))
    const to = await recipientsOf(state, offices, link.now())
    const attached = await attach(shell, large, { to, audience: offices, profile: envelope.profile })
    if (attached.sentWith !== null) return sentBefore(shell, attached)
    const sequence = await nextNumbers(shell, envelope.sender, envelope.recipients)
    const { privateKey } = await shell.key(link.caller.person)
    const routing = withFiles(envelope, attached)
    const sealed = await sealMessage({
      envelope: routing,
      content: attached.files.length > 0 ? { ...content, files: attached.files } : content,
      sequence,
      to,
      signWith: privateKey,
      at: new Date(link.now()),
    })
    shell.note(say(shell.language, 'cli.sending'))
    const done = await shell.change<{ sendMessage: { id: string } }>(QUERY, {
      input: {
        envelope: JSON.stringify(routing),
        ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
        signature: sealed.uploadSignature,
      },
    })
    if (done === null)
      return shell.show({ id: envelope.id, queued: true }, () =>
        shell.line(say(shell.language, 'cli.queued')),
      )
    await attached.done()
    shell.show(done.sendMessage, () =>
      shell.line(
        say(shell.language, 'cli.messageSent', { message: envelope.id, offices: envelope.recipients }),
      ),
    )
  },
}

/** An earlier run had sent the message and was cut off before it could tell. */
async function sentBefore(shell: Shell, { sentWith, done }: Attached): Promise<void> {
  await done()
  shell.show({ id: sentWith }, () =>
    shell.line(say(shell.language, 'cli.alreadySent', { message: sentWith! })),
  )
}

const withFiles = (envelope: Envelope, { files }: Attached): Envelope =>
  files.length === 0 ? envelope : { ...envelope, attachments: files.map(({ object }) => object) }

async function contentOf(shell: Shell, options: Options, inside: string[]) {
  const [written, file] = [text(options, 'text'), text(options, 'file')]
  const body =
    written ??
    (file === undefined ? undefined : await read(shell, file).then((bytes) => bytes.toString('utf8')))
  if (body === undefined) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--text' }))
  const handlingText = text(options, 'restriction')
  const attachments = await Promise.all(inside.map((name) => attachment(shell, name)))
  return { language: shell.language, text: body, attachments, ...(handlingText && { handlingText }) }
}

async function attachment(shell: Shell, file: string): Promise<Attachment> {
  const bytes = await read(shell, file)
  return { name: basename(file), type: mediaType(file), bytes: bytes.toString('base64') }
}

function read(shell: Shell, file: string): Promise<Buffer> {
  return readFile(resolve(shell.terminal.cwd, file)).catch((error: unknown) => {
    throw badFile(shell, file, error)
  })
}

/** The routing facts, which the server reads. */
async function envelopeOf(shell: Shell, options: Options): Promise<Envelope> {
  const recipients = texts(options, 'to')
  if (recipients.length === 0) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--to' }))
  const chosen = (
    name: string,
    list: 'MessageType' | 'Urgency' | 'Access' | 'EvidenceUse',
    codes: readonly string[],
    otherwise?: string,
  ) => reasonOf(shell, text(options, name) ?? otherwise, list, codes, `--${name.replace('U', '-u')}`)
  const type = chosen('type', 'MessageType', MESSAGE_TYPES)
  const urgency = chosen('urgency', 'Urgency', URGENCIES, 'NORMAL')
  const access = text(options, 'access') === undefined ? undefined : chosen('access', 'Access', ACCESSES)
  const evidenceUse = chosen('evidenceUse', 'EvidenceUse', EVIDENCE_USES, 'NOT_CONSENTED')
  const { caller, now } = await shell.link()
  const { code, case: reference } = await shell.purpose()
  const id = newObjectId()
  const answers = text(options, 'inReplyTo')
  const handling = texts(options, 'handling')
  const due = text(options, 'due')
  return parse(
    Envelope,
    {
      id,
      type,
      thread: answers ? await threadOf(shell, answers) : id,
      ...(answers && { inReplyTo: answers }),
      urgency,
      ...(access && { access }),
      ...(due && { dueAt: due }),
      sender: caller.office,
      recipients,
      handling: handling.length > 0 ? handling : ['H0'],
      evidenceUse,
      purpose: code,
      ...(reference && { case: reference }),
      created: new Date(now()).toISOString(),
      profile: 'compat',
    },
    ['envelope'],
  )
}

async function threadOf(shell: Shell, id: string): Promise<string> {
  const { message } = await shell.ask<{ message: { envelope: string } | null }>(ANSWERED, { id })
  if (!message) throw new Fault('NOT_FOUND', `expected a message of your office, got ${id}`)
  return Envelope.parse(JSON.parse(message.envelope)).thread
}

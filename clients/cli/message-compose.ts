import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { z } from 'zod'
import { CODES, type CodeList } from '../../schema/wire/codes.ts'
import { profileFor } from '../../schema/wire/directory-state.ts'
import { leastDue } from '../../schema/wire/due.ts'
import {
  type Attachment,
  audienceOf,
  type Content,
  Envelope,
  FileName,
  newObjectId,
} from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { plain, say } from '../../schema/words/index.ts'
import { parse } from '../core/parse.ts'
import { type LargeFile, weigh } from './attach.ts'
import { type Option, type Options, text, texts } from './command.ts'
import { badFile } from './file-fault.ts'
import { PROFILE, profileIn } from './key-new.ts'
import { mediaType } from './media-type.ts'
import { timeOf } from './page.ts'
import { reasonOf } from './reason.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

// What an officer types becomes an envelope and its content.

/** How whatever is sent may be handled, and what goes with it. */
export const HANDLING_OPTIONS: Option[] = [
  { flags: '--handling <codes>', about: 'cli.optHandling', many: true },
  { flags: '--restriction <text>', about: 'cli.optRestriction' },
  { flags: '--sensitivity <code>', about: 'cli.optSensitivity' },
  { flags: '--evidence-use <code>', about: 'cli.optEvidenceUse' },
  { flags: '--onward <code>', about: 'cli.optOnward' },
  { flags: '--channel <code:reference>', about: 'cli.optChannel' },
  PROFILE,
]
export const TEXT_OPTIONS: Option[] = [
  { flags: '--text <text>', about: 'cli.optText' },
  { flags: '--file <file>', about: 'cli.optTextFile' },
  { flags: '--attach <files>', about: 'cli.optAttach', many: true },
]

type Drafted = z.input<typeof Envelope>
/** What a command decides; the rest is filled in from what the officer typed and stated. */
export type Draft = Pick<Drafted, 'type' | 'recipients'> & Partial<Drafted>

/**
 * An envelope that is ready to be sealed. What is not typed is the most careful: routine, no evidence, passed on with consent
 * only, due when the rule says. Throws every fault of it.
 */
export async function envelopeOf(shell: Shell, options: Options, draft: Draft): Promise<Envelope> {
  const { caller, now } = await shell.link()
  const { code, case: reference, legalBasis } = await shell.purpose()
  await expectKnown(shell, draft.recipients)
  const id = newObjectId()
  const handling = texts(options, 'handling')
  const created = new Date(now()).toISOString()
  const urgency = draft.urgency ?? 'NORMAL'
  const least = leastDue({ ...draft, urgency, created })
  const due = text(options, 'due')
  const dueAt = due ? timeOf(shell, due, '--due', 'T23:59:59.999Z') : least && new Date(least).toISOString()
  return parse(
    Envelope,
    {
      id,
      thread: id,
      urgency,
      ...(dueAt && { dueAt }),
      sender: caller.office,
      handling: ['H0'],
      sensitivity: 'S1_ROUTINE',
      evidenceUse: 'NOT_CONSENTED',
      onward: 'WITH_CONSENT',
      purpose: code,
      ...(reference && { case: reference }),
      ...(legalBasis && { legalBasis }),
      ...draft,
      ...(handling.length > 0 && { handling }),
      ...given(shell, options, 'sensitivity', 'Sensitivity'),
      ...given(shell, options, 'evidenceUse', 'EvidenceUse', '--evidence-use'),
      ...given(shell, options, 'onward', 'Onward'),
      ...channelOf(shell, options),
      created,
      profile: await chosenProfile(shell, options, { sender: caller.office, ...draft }),
    },
    ['envelope'],
  )
}

/** All that are not in the directory at once. Throws Usage. */
async function expectKnown(shell: Shell, offices: string[]): Promise<void> {
  const { offices: known } = await shell.directory()
  const unknown = offices.filter((office) => !known.has(office))
  if (unknown.length > 0)
    throw new Usage(say(shell.language, 'cli.unknownOffices', { offices: unknown.map(plain) }))
}

/** As typed; else the best that every holder reads. */
async function chosenProfile(
  shell: Shell,
  options: Options,
  { sender, recipients }: { sender: string; recipients: string[] },
): Promise<Profile> {
  const typed = profileIn(shell, options)
  if (typed !== undefined) return typed
  const { now } = await shell.link()
  return profileFor(await shell.directory(), audienceOf({ sender, recipients }), now())
}

/** The code that an option names, under the option's name; nothing where it was not typed. */
export function given(
  shell: Shell,
  options: Options,
  name: string,
  list: CodeList,
  flag = `--${name}`,
): Record<string, string> {
  const typed = text(options, name)
  return typed === undefined ? {} : { [name]: reasonOf(shell, typed, list, CODES[list], flag) }
}

/** `SIENA:2026-1876` */
function channelOf(shell: Shell, options: Options) {
  const typed = text(options, 'channel')
  if (typed === undefined) return {}
  const [code, reference = ''] = typed.split(/:(.*)/s)
  const channel = reasonOf(shell, code, 'Channel', CODES.Channel, '--channel')
  return { otherChannel: { channel, reference } }
}

/** What is written: the sealed content, and the files that are too large for it and are uploaded before. */
export type Written = z.input<typeof Content> & { large?: LargeFile[] }

/** The sealed part. Throws Usage where there is no text and none was given as `otherwise`. */
export async function contentOf(shell: Shell, options: Options, otherwise?: string): Promise<Written> {
  const file = text(options, 'file')
  const body =
    text(options, 'text') ?? (file === undefined ? otherwise : (await read(shell, file)).toString('utf8'))
  if (body === undefined)
    throw new Usage(say(shell.language, 'cli.missingOption', { option: '--text | --file' }))
  const handlingText = text(options, 'restriction')
  const { inside, large } = await weigh(shell, [...new Set(texts(options, 'attach'))])
  if (body.trim() === '' && inside.length + large.length === 0)
    throw new Usage(say(shell.language, 'cli.emptyMessage'))
  const attachments = await Promise.all(inside.map((name) => attachment(shell, name)))
  return { language: shell.language, text: body, attachments, large, ...(handlingText && { handlingText }) }
}

async function attachment(shell: Shell, file: string): Promise<Attachment> {
  const bytes = await read(shell, file)
  if (!FileName.safeParse(basename(file)).success)
    throw new Usage(say(shell.language, 'cli.badFileName', { file: plain(file) }))
  return { name: basename(file), type: mediaType(file), bytes: bytes.toString('base64') }
}

function read(shell: Shell, file: string): Promise<Buffer> {
  return readFile(resolve(shell.terminal.cwd, file)).catch((error: unknown) => {
    throw badFile(shell, file, error)
  })
}

const FACTS = 'query messageFacts($id: ID!) { message(id: $id) { envelope } }'

/** The envelope of a message that the officer's office has. Throws NOT_FOUND. */
export async function factsOf(shell: Shell, id: string): Promise<Envelope> {
  const { message } = await shell.ask<{ message: { envelope: string } | null }>(FACTS, { id })
  if (!message) throw new Fault('NOT_FOUND', `expected a message of your office, got ${id}`)
  return Envelope.parse(JSON.parse(message.envelope))
}

/** What a message takes from the one that it answers: the thread, the case, and how it is to be handled. */
export function inReplyTo({ id, thread, urgency, handling, sensitivity, ...rest }: Envelope) {
  const reference = rest.case
  return { inReplyTo: id, thread, urgency, handling, sensitivity, ...(reference && { case: reference }) }
}

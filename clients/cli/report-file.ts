import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { base32, canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { faultOf } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { checkReport, type NoteInput } from '../../schema/wire/report.ts'
import { say } from '../../schema/words/index.ts'
import { sealNote } from '../core/seal.ts'
import { writeWhole } from '../core/write-whole.ts'
import { readJson } from '../gateway/home.ts'
import { type Options, text } from './command.ts'
import { badFile } from './file-fault.ts'
import { officesReached, type Release, recipientsOf, type Team } from './recipients.ts'
import { withoutRemarks } from './report-draft.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/** What stands beside a report's file once it was sent, so that sending it again is the same sending. */
const Sent = z.strictObject({
  key: z.string(),
  noteOf: z.string().nullable(),
  note: z.custom<NoteInput>().nullable(),
})
type Sent = z.infer<typeof Sent>

export type ReportFile = Record<string, unknown>

/** Reads a report in JSON. Throws Usage where there is none to read. */
export async function reportIn(shell: Shell, file: string): Promise<ReportFile> {
  const path = resolve(shell.terminal.cwd, file)
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(withoutRemarks(await readFile(path, 'utf8'))))
  } catch (error) {
    throw badFile(shell, file, error)
  }
}

/** The narrative, from a file or a descriptor; null where none is given. Throws Usage where it says nothing. */
export async function noteText(shell: Shell, options: Options): Promise<string | null> {
  const [file, fd] = [text(options, 'note'), text(options, 'noteFd')]
  if (fd === undefined && file === undefined) return null
  const note = await (fd === undefined
    ? readFile(resolve(shell.terminal.cwd, file!), 'utf8')
    : Promise.try(() => readFileSync(Number(fd), 'utf8'))
  ).catch((error: unknown) => {
    throw badFile(shell, file ?? `--note-fd ${fd}`, error)
  })
  if (note.trim() === '') throw new Usage(say(shell.language, 'cli.emptyNote'))
  return note.trim()
}

/**
 * A report ready to be sent: checked here with all its faults, its note sealed. Key and sealed note are kept in
 * `FILE.sent` before anything leaves, for a note sealed twice is two texts and would be another report.
 * @throws Fault with every fault of the report and its path
 */
export async function readyReport(
  shell: Shell,
  file: string,
  draft: ReportFile,
  sealing: { note: string | null; release: Release; profile?: Profile | undefined },
): Promise<ReportFile> {
  const { note, release, profile = 'compat' } = sealing
  const beside = `${resolve(shell.terminal.cwd, file)}.sent`
  const former = await readJson(beside, Sent)
  const { office } = (await shell.link()).caller
  const key =
    typeof draft.key === 'string' ? draft.key : (former?.key ?? `${office}.${base32(randomBytes(10))}`)
  const report = { ...draft, key }
  judge(report, note !== null)
  const noteOf =
    note === null ? null : sha256(canonical([key, note, release, profile] as unknown as Json)).toString('hex')
  const kept = former?.key === key && former.noteOf === noteOf ? former.note : null
  const sealed = note === null ? null : (kept ?? (await sealedNote(shell, { key, note, release, profile })))
  const whole = { ...report, ...(sealed && { note: sealed }) }
  judge(whole, false)
  await writeWhole(beside, JSON.stringify({ key, noteOf, note: sealed } satisfies Sent))
  return whole
}

/** All faults at once. A note that is still to be sealed is not missed. A correction has no release of its own. */
function judge(report: ReportFile, noteToCome: boolean): void {
  const whole = 'release' in report ? report : { ...report, release: { to: [] } }
  const faults = checkReport(whole).faults.filter(({ path }) => !(noteToCome && path?.[0] === 'note'))
  if (faults.length > 0) throw faultOf(faults)
}

type Unsealed = { key: string; note: string; release: Release; profile: Profile }

/** Without a word the profile is compat: an office that the report is released to later may read nothing else. */
async function sealedNote(shell: Shell, { key, note, release, profile }: Unsealed): Promise<NoteInput> {
  const { caller, now: clock } = await shell.link()
  const state = await shell.directory()
  const now = clock()
  const audience = await audienceOfNote(shell, release)
  shell.note(say(shell.language, 'cli.sealing', { count: audience.length }))
  const at = new Date(now)
  const facts = {
    id: newObjectId(),
    report: key,
    office: caller.office,
    created: at.toISOString(),
    profile,
  }
  const { privateKey } = await shell.key(caller.person)
  const sealed = await sealNote({
    facts,
    content: { language: shell.language, text: note, identifiers: [] },
    to: await recipientsOf(state, audience, now, profile),
    signWith: privateKey,
    at,
  })
  return {
    facts,
    audience,
    ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
    signature: sealed.uploadSignature,
  }
}

/** The offices that a note is sealed to, by the directory as it is now. */
export async function audienceOfNote(shell: Shell, release: Release): Promise<string[]> {
  const { caller, now } = await shell.link()
  const state = await shell.directory()
  const teams = release.to.some((one) => one.startsWith('team:')) ? await teamsOf(shell) : []
  return officesReached(state, release, { ...caller, teams, now: now() })
}

/** The teams that the officer's office signed; asked for at login as well, for days without a link. */
export async function teamsOf(shell: Shell): Promise<Team[]> {
  const { me } = await shell.ask<{ me: { teams: Team[] } }>(
    'query myTeams { me { teams { team signatories } } }',
  )
  return me.teams
}

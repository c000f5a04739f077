import { resolve } from 'node:path'
import { readKey } from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import { say } from '../../schema/words/index.ts'
import { type Commitment, commitmentLog } from '../core/match/commitments.ts'
import {
  expectOwnAuditor,
  type Openings,
  openingsOf,
  sealOpenings,
  unlessSeal,
} from '../core/match/openings.ts'
import type { Sample } from '../core/match/sample.ts'
import { writeWhole } from '../core/write-whole.ts'
import { openVault } from '../gateway/vault.ts'
import { readSample } from './audit-match-read.ts'
import { type Command, text } from './command.ts'
import { envelopeOf } from './message-compose.ts'
import { dispatch } from './message-dispatch.ts'
import type { Shell } from './shell.ts'

export const matchOpenSample: Command = {
  name: 'match open-sample',
  about: 'cli.aboutMatchOpenSample',
  args: ['<file>'],
  options: [{ flags: '--save <file>', about: 'cli.optMatchOpenSave' }],
  examples: [
    {
      line: 'match open-sample ne-dst.aicha-2026-11.json --legal-basis EU-2016/680-art.25',
      about: 'cli.tryMatchOpenSample',
    },
    {
      line: 'match open-sample ne-dst.aicha-2026-11.json --save openings.pgp',
      about: 'cli.tryMatchOpenSave',
    },
  ],
  async run(shell, [file], options) {
    const sample = await readSample(shell, file!)
    const { openings, sealed } = await opened(shell, sample)
    const save = text(options, 'save')
    if (save === undefined)
      await sendOpenings(shell, { openings, sealed, legalBasis: text(options, 'legalBasis') })
    else {
      const kept = resolve(shell.terminal.cwd, save)
      await writeWhole(kept, sealed)
      shell.show(told(openings, { file: kept }), () =>
        shell.line(say(shell.language, 'cli.saved', { file: kept })),
      )
    }
  },
}

/** Nothing is looked up before it is certain to whom it goes. */
async function opened(shell: Shell, sample: Sample): Promise<{ openings: Openings; sealed: Uint8Array }> {
  const { caller, now } = await shell.link()
  const { auditor, instance, month } = sample
  const { armored } = expectOwnAuditor(await shell.directory(), sample, caller.country, now())
  const { person } = caller
  const found = await openingsOf(sample, person, await logOf(shell, person))
  if (found.openings.length + found.missing.length === 0)
    throw new Fault('NOT_FOUND', `expected entries of ${person} in this sample, got none`)
  const at = new Date(now())
  const openings = { instance, month, auditor, person, made: at.toISOString(), ...found }
  const { privateKey: signWith } = await shell.key(person)
  const to = { holder: officeHolder(auditor), key: await readKey({ armoredKey: armored }) }
  const sealed = await sealOpenings(openings, { to, signWith, at })
  const { language } = shell
  shell.note(say(language, 'cli.matchOpened', { count: found.openings.length, office: auditor }))
  if (found.missing.length > 0)
    shell.note(say(language, 'cli.matchOpenMissing', { count: found.missing.length }))
  return { openings: { format: 'portolan.match-openings.1', ...openings, padding: '' }, sealed }
}

/** The officer's log, by every key that he has had here: a month is opened after he has renewed his. */
async function logOf(
  shell: Shell,
  person: string,
): Promise<{ get(order: string): Promise<Commitment[] | null> }> {
  const [home, { now }] = [await shell.home(), await shell.link()]
  const own = (await (await shell.keys()).listKeys()).filter(({ name }) => name === person)
  const keys = await shell.keysNamed(
    person,
    own.map(({ fingerprint }) => fingerprint),
  )
  const folder = home.path('match', person, 'commitments')
  const logs = keys.map((key) => commitmentLog(folder, openVault(key, now)))
  return {
    async get(order) {
      const found = await Promise.all(logs.map((log) => log.get(order).catch(unlessSeal)))
      return found.find((one) => one !== null) ?? null
    },
  }
}

/** What is opened stays out of sight here too: the command tells how many, and to whom. */
const told = ({ auditor, openings, missing }: Openings, more: object) => ({
  ...{ auditor, opened: openings.length, missing: missing.length },
  ...more,
})

/** The message is for the own office as well, as every message; what it carries is for the auditor alone. */
async function sendOpenings(
  shell: Shell,
  {
    openings,
    sealed,
    legalBasis,
  }: { openings: Openings; sealed: Uint8Array; legalBasis: string | undefined },
): Promise<void> {
  const { language } = shell
  const { auditor, month, person, missing } = openings
  const draft = {
    type: 'SPONTANEOUS_INFO' as const,
    recipients: [auditor],
    ...(legalBasis && { legalBasis }),
  }
  const envelope = await envelopeOf(shell, {}, draft)
  const words = [
    say(language, 'cli.matchOpeningsText', { person, month, count: openings.openings.length }),
    ...(missing.length > 0 ? [say(language, 'cli.matchOpenMissing', { count: missing.length })] : []),
  ]
  const attachment = {
    name: `match-openings-${person}-${month}.pgp`,
    type: 'application/pgp-encrypted',
    bytes: Buffer.from(sealed).toString('base64'),
  }
  const sent = await dispatch(shell, envelope, {
    language,
    text: words.join('\n'),
    attachments: [attachment],
  })
  const { id } = envelope
  shell.show(told(openings, { message: id, ...(sent === null && { queued: true }) }), () =>
    shell.line(
      sent === null
        ? say(language, 'cli.queued')
        : say(language, 'cli.messageSent', { message: id, offices: [auditor] }),
    ),
  )
}

import { z } from 'zod'
import { CountryCode } from '../../schema/wire/directory.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { OfficeCode, PersonId } from '../../schema/wire/principal.ts'
import { plain, say } from '../../schema/words/index.ts'
import type { Command, Option, Options } from './command.ts'
import { text } from './command.ts'
import { passphrasesFrom } from './passphrase.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const LEAST_PASSPHRASE = 12
/** Length of a fingerprint of the modern profile. */
const MODERN_FINGERPRINT = 64
const NAMES = [
  PersonId,
  z.templateLiteral([z.enum(['office:', 'custodian:']), OfficeCode]),
  z.templateLiteral([z.enum(['anchor:', 'recovery:']), CountryCode]),
]
const MAIL = /^[^\s<>()@,;:"]{1,64}@[A-Za-z0-9.-]{1,190}$/

export const PROFILE: Option = { flags: '--profile <profile>', about: 'cli.optProfile' }

/** What `--profile` says. Throws Usage. */
export function profileIn({ language }: Shell, options: Options): Profile | undefined {
  const typed = text(options, 'profile')
  if (typed === undefined || typed === 'compat' || typed === 'modern') return typed
  throw new Usage(say(language, 'cli.badProfile'))
}

export const keyNew: Command = {
  name: 'key new',
  about: 'cli.aboutKeyNew',
  args: ['<name>'],
  options: [
    PROFILE,
    { flags: '--mail <address>', about: 'cli.optMail' },
    { flags: '--again', about: 'cli.optKeyAgain' },
  ],
  examples: [
    { line: 'key new ne-dst.aicha', about: 'cli.tryKeyNew' },
    { line: 'key new office:ne-dst --mail dst@police.example', about: 'cli.tryKeyNewOffice' },
    { line: 'key new office:ne-dst --profile modern', about: 'cli.tryKeyNewModern' },
  ],
  async run(shell, [name], options) {
    const { language } = shell
    const profile = profileIn(shell, options)
    const mail = text(options, 'mail')
    if (mail !== undefined && !MAIL.test(mail)) throw new Usage(say(language, 'cli.badMail'))
    if (!NAMES.some((form) => form.safeParse(name).success))
      throw new Usage(say(language, 'cli.badKeyName', { name: plain(name!) }))
    if (options.again !== true) await expectNone(shell, name!, profile)
    const passphrase = await chosenPassphrase(shell, options, name!)
    const key = await (await shell.keys()).newKey({
      person: name!,
      passphrase,
      ...(profile && { profile }),
      ...(mail && { mail }),
    })
    const { folder } = await shell.home()
    shell.show({ name: key.name, fingerprint: key.fingerprint, publicKey: key.publicKey }, () => {
      shell.line(say(language, 'cli.keyCreated', { fingerprint: key.fingerprint, folder }))
      shell.line(key.publicKey.trim())
    })
  },
}

/** A passphrase for what is new: long enough, and at a terminal typed twice. Throws Usage. */
export async function chosenPassphrase(
  { language, terminal }: Shell,
  options: Options,
  name: string,
): Promise<string> {
  const fd = text(options, 'passphraseFd')
  const ask = passphrasesFrom(terminal, language, fd === undefined ? null : Number(fd))
  const passphrase = await ask(name)
  if ([...passphrase].length < LEAST_PASSPHRASE)
    throw new Usage(say(language, 'cli.shortPassphrase', { least: String(LEAST_PASSPHRASE) }))
  // A slip of the fingers would lock it for good.
  if (fd === undefined && (await ask(say(language, 'cli.onceMore', { name }))) !== passphrase)
    throw new Usage(say(language, 'cli.passphrasesDiffer'))
  return passphrase
}

/** The newest key of a name is the one that is used: a second one locks its owner out until the directory has it. */
async function expectNone(shell: Shell, name: string, profile: Profile = 'compat'): Promise<void> {
  const all = await (await shell.keys()).listKeys()
  const same = all.find(
    (one) => one.name === name && (one.fingerprint.length === MODERN_FINGERPRINT) === (profile === 'modern'),
  )
  if (same) throw new Usage(say(shell.language, 'cli.keyThere', { name, fingerprint: same.fingerprint }))
}

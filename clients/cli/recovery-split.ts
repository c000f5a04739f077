import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readKey } from 'openpgp'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { type ShareHolder, splitRecovery } from '../core/recovery.ts'
import { type Command, text, texts } from './command.ts'
import { Usage } from './terminal.ts'

export const recoverySplit: Command = {
  name: 'recovery split',
  about: 'cli.aboutRecoverySplit',
  options: [
    { flags: '--holders <persons>', about: 'cli.optShareHolders', many: true },
    { flags: '--threshold <count>', about: 'cli.optThreshold' },
    { flags: '--out <folder>', about: 'cli.optShareFolder' },
  ],
  examples: [
    {
      line: 'recovery split --holders ne-dst.aicha,ne-proc.omar,ne-audit.mariama,ne-dst.issa,ne-proc.ali --out shares',
      about: 'cli.tryRecoverySplit',
    },
  ],
  async run(shell, _, options) {
    const { language } = shell
    const persons = texts(options, 'holders')
    const threshold = text(options, 'threshold') ?? '3'
    if (persons.length === 0) throw new Usage(say(language, 'cli.missingOption', { option: '--holders' }))
    if (!/^\d{1,2}$/.test(threshold))
      throw new Usage(say(language, 'cli.badCount', { option: '--threshold' }))
    const { caller, now } = await shell.link()
    const { country } = caller
    const state = await shell.directory()
    const holders = await Promise.all(persons.map((person) => shareHolder(state, person)))
    const made = await splitRecovery({ country, holders, threshold: Number(threshold), at: new Date(now()) })
    const folder = resolve(shell.terminal.cwd, text(options, 'out') ?? '.')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const write = async (name: string, content: string) => {
      // Nothing is overwritten: a share of an earlier split may be the only one.
      await writeFile(join(folder, name), content, { mode: 0o600, flag: 'wx' })
      return join(folder, name)
    }
    const files: string[] = []
    for (const [i, share] of made.shares.entries())
      files.push(await write(`recovery-${country}-${i + 1}-${persons[i]}.asc`, share))
    const { key, modern, fingerprint } = made
    const body = {
      type: 'recovery',
      country,
      key,
      modern,
      shares: persons.length,
      threshold: Number(threshold),
    }
    const entry = await write(`recovery-${country}.json`, `${JSON.stringify(body, null, 2)}\n`)
    shell.show({ fingerprint, files, entry }, () => {
      shell.line(say(language, 'cli.recoverySplit', { fingerprint, count: persons.length }))
      for (const file of [...files, entry]) shell.line(`  ${file}`)
    })
  },
}

/** A person whom the directory knows, with the key that it gives. */
export async function shareHolder(state: DirectoryState, person: string): Promise<ShareHolder> {
  const known = state.persons.get(person)
  if (!known) throw new Fault('DIRECTORY', `expected a person in the directory, got ${person}`)
  return { person, key: await readKey({ armoredKey: known.key.armored }) }
}

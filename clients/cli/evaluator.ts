import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Epoch } from '../../schema/wire/match.ts'
import { say } from '../../schema/words/index.ts'
import { writeWhole } from '../core/write-whole.ts'
import { identityIn } from '../evaluator/state.ts'
import { hasVault, openVault, type Vault } from '../evaluator/vault.ts'
import { type Option, type Options, text } from './command.ts'
import { chosenPassphrase } from './key-new.ts'
import { readGiven, WITHOUT_SERVER } from './log-trust.ts'
import { needed } from './needed.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

// What the commands of a state's evaluator have in common: a folder with its secrets, and a passphrase.

/** An evaluator is nobody's officer: it has no server, no identity and no reason to state, but a passphrase. */
export const WITHOUT_OFFICER = WITHOUT_SERVER.filter((name) => name !== 'passphraseFd')

export const STATE: Option = { flags: '--state <folder>', about: 'cli.optEvaluatorState' }
export const EPOCH: Option = { flags: '--epoch <year>', about: 'cli.optEpoch' }
export const OUT: Option = { flags: '--out <folder>', about: 'cli.optCeremonyOut' }

export function epochIn(shell: Shell, options: Options): number {
  const epoch = Epoch.safeParse(Number(needed(shell, options, 'epoch')))
  if (epoch.success) return epoch.data
  throw new Usage(say(shell.language, 'cli.badCount', { option: '--epoch' }))
}

export const stateIn = (shell: Shell, options: Options): string =>
  resolve(shell.terminal.cwd, needed(shell, options, 'state'))

/** Opens the secrets of an evaluator's folder, which has some. */
export async function openedVault(shell: Shell, folder: string): Promise<Vault> {
  if (!(await hasVault(folder))) throw new Usage(say(shell.language, 'cli.noEvaluator', { folder }))
  const { name } = (await identityIn(folder)) ?? { name: folder }
  return openVault(folder, await shell.passphrase(name))
}

/** The same, or new ones under a passphrase that is chosen now. */
export async function chosenVault(
  shell: Shell,
  options: Options,
  folder: string,
  name: string,
): Promise<Vault> {
  if (await hasVault(folder)) return openedVault(shell, folder)
  return openVault(folder, await chosenPassphrase(shell, options, name))
}

/** Reads files of a ceremony that others handed over; what they hold is judged by whoever reads on. */
export async function readFiles(shell: Shell, files: readonly string[]): Promise<unknown[]> {
  const read = files.map(async (file) => {
    const octets = await readGiven(shell, file)
    try {
      return JSON.parse(octets.toString('utf8'))
    } catch {
      return null
    }
  })
  return Promise.all(read)
}

/** Writes a file that is to be handed on, and gives its path. */
export async function handOut(
  shell: Shell,
  options: Options,
  name: string,
  content: string,
): Promise<string> {
  const folder = resolve(shell.terminal.cwd, text(options, 'out') ?? '.')
  await mkdir(folder, { recursive: true })
  await writeWhole(join(folder, name), content)
  return join(folder, name)
}

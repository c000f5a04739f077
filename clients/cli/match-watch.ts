import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import { MATCH_CHOICES } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { chosen } from './choices.ts'
import { type Command, type Options, texts } from './command.ts'
import { type NetworkTraits, showTraits, traitsAt } from './match-traits.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const WATCH = `mutation matchWatch($key: String!, $input: WatchStructureInput!) {
  watchStructure(key: $key, input: $input) { network replayed } }`
const UNWATCH = `mutation matchUnwatch($key: String!, $network: ID!) {
  unwatchStructure(key: $key, network: $network) { network replayed } }`

/** Without a choice nothing is changed: an officer sees what would be compared, and then approves it. */
export const matchWatch: Command = {
  name: 'match watch',
  about: 'cli.aboutMatchWatch',
  args: ['<network>'],
  options: [
    { flags: '--choice <code>', about: 'cli.optMatchChoice' },
    { flags: '--only <traits>', about: 'cli.optMatchOnly', many: true },
    { flags: '--end', about: 'cli.optMatchEnd' },
  ],
  examples: [
    { line: 'match watch Agadez-transport-2', about: 'cli.tryMatchWatchShow' },
    { line: 'match watch Agadez-transport-2 --choice announce-to-me-first', about: 'cli.tryMatchWatch' },
    { line: 'match watch Agadez-transport-2 --end', about: 'cli.tryMatchWatchEnd' },
  ],
  async run(shell, [name], options) {
    const choice = chosen(shell, options, 'choice', MATCH_CHOICES)?.[0]
    if (choice && options.end === true) throw new Usage(say(shell.language, 'cli.tooMany'))
    const found = await traitsAt(shell, name!)
    const key = `structure.${base32(randomBytes(10))}`
    if (options.end === true) {
      await shell.ask(UNWATCH, { key, network: found.network })
      return tell(shell, { ...found, watched: null })
    }
    if (!choice) return tell(shell, found)
    const traits = approved(options, found)
    await shell.ask(WATCH, { key, input: { network: found.network, choice, traits } })
    tell(shell, { ...found, watched: { choice, traits } })
  },
}

/** Those that the officer names, which the server judges; else all that count. */
function approved(options: Options, { traits }: NetworkTraits): string[] {
  const only = texts(options, 'only')
  return only.length > 0 ? only : traits.flatMap(({ trait, counts }) => (counts ? [trait] : []))
}

const tell = (shell: Shell, found: NetworkTraits) => shell.show(found, () => showTraits(shell, found))

import { resolve } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import { Octets32 } from '../../schema/wire/match.ts'
import { moment, plain, say } from '../../schema/words/index.ts'
import { readGenesis, watchDirectory } from '../evaluator/directory.ts'
import { listenEvaluator } from '../evaluator/listen.ts'
import { openEvaluator } from '../evaluator/open.ts'
import { type Command, type Options, text } from './command.ts'
import { openedVault, STATE, stateIn, WITHOUT_OFFICER } from './evaluator.ts'
import { needed } from './needed.ts'
import type { Shell } from './shell.ts'
import { stopped } from './stopped.ts'
import { Usage } from './terminal.ts'

export const evaluatorServe: Command = {
  name: 'evaluator serve',
  about: 'cli.aboutEvaluatorServe',
  options: [
    STATE,
    { flags: '--genesis <file>', about: 'cli.optGenesisFile' },
    { flags: '--directory <folder>', about: 'cli.optDirectoryFolder' },
    { flags: '--server <url>', about: 'cli.optEvaluatorServer' },
    { flags: '--platform-key <key>', about: 'cli.optPlatformKey' },
    { flags: '--port <number>', about: 'cli.optPort' },
  ],
  without: WITHOUT_OFFICER,
  examples: [
    {
      line: 'evaluator serve --state evaluator --genesis genesis.json --directory client-home --server https://portolan.example --platform-key WGsE… --port 4380',
      about: 'cli.tryEvaluatorServe',
    },
  ],
  async run(shell, _, options) {
    const { language, terminal } = shell
    const given = givenIn(shell, options)
    const folder = stateIn(shell, options)
    const complain = (error: unknown) =>
      shell.note(`${moment(language, new Date(terminal.clock()))} ${plain(String((error as Error).message))}`)
    const genesis = await readGenesis(given.genesis)
    const vault = await openedVault(shell, folder)
    const directory = await watchDirectory({
      ...{ folder: given.directory, state: folder, genesis: genesis.hash },
      ...{ clock: terminal.clock, complain },
    })
    const platform = { instance: genesis.instance, origin: given.origin, key: given.key }
    const opened = await openEvaluator(folder, vault, { platform, directory, clock: terminal.clock })
    const { url, close } = await listenEvaluator(opened.evaluator, { port: given.port, complain })
    const health = await opened.evaluator.health()
    shell.show({ url, ...health }, () => {
      const epochs = health.epochs.map(String)
      shell.line(say(language, 'cli.evaluatorUp', { url, epochs, instance: genesis.instance }))
    })
    if (!health.ready) shell.note(say(language, 'cli.evaluatorNotReady'))
    await stopped()
    shell.note(say(language, 'cli.interrupted'))
    await close()
    await opened.close()
  },
}

function givenIn(shell: Shell, options: Options) {
  const { language, terminal } = shell
  const port = text(options, 'port') ?? '0'
  if (!/^\d{1,5}$/.test(port)) throw new Usage(say(language, 'cli.badCount', { option: '--port' }))
  const key = Octets32.safeParse(needed(shell, options, 'platformKey'))
  if (!key.success) throw new Usage(say(language, 'cli.badPlatformKey'))
  const server = z.url({ protocol: /^https?$/ }).safeParse(needed(shell, options, 'server'))
  if (!server.success) throw new Fault('BAD_INPUT', 'expected the address of a server, got something else')
  return {
    port: Number(port),
    key: key.data,
    origin: new URL(server.data).origin,
    genesis: resolve(terminal.cwd, needed(shell, options, 'genesis')),
    directory: resolve(terminal.cwd, needed(shell, options, 'directory')),
  }
}

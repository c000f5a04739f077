import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say } from '../../schema/words/index.ts'
import { type Cosigner, cosignerOf, drawCosignerKey } from '../core/log/cosign.ts'
import { isKeyName } from '../core/log/note.ts'
import { parseKeys } from '../core/log/policy.ts'
import { writeWhole } from '../core/write-whole.ts'
import { openKept } from '../witness/kept.ts'
import { listenWitness } from '../witness/listen.ts'
import { witnessOf } from '../witness/witness.ts'
import { type Command, text } from './command.ts'
import { readGiven, WITHOUT_SERVER } from './log-trust.ts'
import { needed } from './needed.ts'
import { stopped } from './stopped.ts'
import { Usage } from './terminal.ts'

export const witness: Command = {
  name: 'witness',
  about: 'cli.aboutWitness',
  options: [
    { flags: '--name <name>', about: 'cli.optWitnessName' },
    { flags: '--logs <file>', about: 'cli.optWitnessLogs' },
    { flags: '--key <file>', about: 'cli.optWitnessKey' },
    { flags: '--state <folder>', about: 'cli.optWitnessState' },
    { flags: '--port <number>', about: 'cli.optPort' },
  ],
  without: WITHOUT_SERVER,
  examples: [
    {
      line: 'witness --name witness.example/ml --logs sahel.keys --key witness.pem --state seen --port 4379',
      about: 'cli.tryWitness',
    },
  ],
  async run(shell, _, options) {
    const { language, terminal } = shell
    const name = needed(shell, options, 'name')
    if (!isKeyName(name)) throw new Usage(say(language, 'cli.badWitnessName'))
    const port = text(options, 'port') ?? '0'
    if (!/^\d{1,5}$/.test(port)) throw new Usage(say(language, 'cli.badCount', { option: '--port' }))
    const { logs } = parseKeys(await readGiven(shell, needed(shell, options, 'logs')))
    const [keyFile, state] = [needed(shell, options, 'key'), needed(shell, options, 'state')]
    const cosigner = await loadCosigner(name, resolve(terminal.cwd, keyFile))
    const kept = await openKept(resolve(terminal.cwd, state))
    const { url, close } = await listenWitness(witnessOf({ cosigner, logs, kept, clock: terminal.clock }), {
      port: Number(port),
      complain: (error) => shell.note(String((error as Error).message)),
    })
    shell.show({ url, key: cosigner.verifierKey, logs: logs.map((log) => log.name) }, () => {
      shell.line(say(language, 'cli.witnessUp', { name, url, logs: logs.map((log) => log.name) }))
      shell.line(say(language, 'cli.witnessKey'))
      shell.line(`  ${cosigner.verifierKey}`)
    })
    await stopped()
    shell.note(say(language, 'cli.interrupted'))
    await close()
  },
}

/** Draws the key where the file is not there yet: a witness begins by being started. */
async function loadCosigner(name: string, file: string): Promise<Cosigner> {
  const pem = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (pem !== null) return cosignerOf(name, pem)
  const drawn = drawCosignerKey()
  await writeWhole(file, drawn)
  return cosignerOf(name, drawn)
}

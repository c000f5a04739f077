import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../../clients/cli/run.ts'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { entryHash } from '../../../schema/wire/directory.ts'
import type { InstanceOptions } from '../../../server/instance.ts'
import { type Cast, type CastOptions, makeCast, type Part } from '../../cast.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { type Login, testNeo4j } from '../../neo4j.ts'
import { ended, type Ran, type RunOptions, startCli } from './program.ts'

export { ended, type Ran, type RunOptions, startCli } from './program.ts'

// A real server, and officers' machines: client homes with real keys, and the command line as a child process.

/** Waited for at the top: the queue for the shared Neo4j may be longer than any hook may take. */
await testNeo4j()

export const LAUNCHER = fileURLToPath(new URL('../../../clients/cli/portolan', import.meta.url))
export const WHY = ['--purpose', 'OPERATIONAL', '--justification', 'case 2013-117: routes through Agadez']

export type Site = {
  cast: Cast
  portolan: TestPortolan
  genesisHash: string
  /** Runs a command line to its end. */
  run(args: string[], options?: RunOptions): Promise<Ran>
  /** The same in this process, where many are run. `clock` is the desk's. */
  here(args: string[], options?: { home?: string; cwd?: string; clock?: () => number }): Promise<Ran>
  /** As `run`, and its data. Throws where the command failed. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has data of its own shape
  data(args: string[], options?: RunOptions): Promise<any>
  /** A home with the keys named. */
  makeHome(names: string[], url?: string): Promise<string>
  home: string
  close(): Promise<void>
}

type SiteOptions = Partial<InstanceOptions>

/**
 * `more` offices take part besides those below; `login` is another Neo4j than the shared one. What the instance is opened
 * with may depend on who takes part.
 */
export async function openSite(
  given: SiteOptions | ((cast: Cast) => Promise<SiteOptions>) = {},
  { more = [], login, ...castOptions }: CastOptions & { more?: Part[]; login?: Login } = {},
): Promise<Site> {
  const cast = await makeCast(
    [
      { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
      { office: 'it-sco', persons: { paola: 'ANALYST' } },
      { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
      { office: 'ne-audit', kind: 'AUDITOR', persons: { mariama: 'AUDITOR' } },
      ...more,
    ],
    [{ team: 'sahel-1', signatories: ['ne-dst', 'it-sco'], members: ['ne-dst.aicha', 'it-sco.paola'] }],
    castOptions,
  )
  const options = typeof given === 'function' ? await given(cast) : given
  const portolan = await openPortolan(login ?? (await testNeo4j()), cast, options)
  const genesisHash = entryHash({ index: 0, previous: null, ...cast.genesis[0]! })
  const homes: string[] = []

  async function makeHome(names: string[], url = portolan.url): Promise<string> {
    const home = await mkdtemp(join(tmpdir(), 'portolan-client-'))
    homes.push(home)
    await writeFile(join(home, 'client.json'), JSON.stringify({ url, genesisHash }), { mode: 0o600 })
    // The store makes the folder; the cast's keys are put where it looks for them.
    await openKeyStore(join(home, 'keys'))
    for (const name of names) {
      const folder = join(home, 'keys', name.replace(':', '+'))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      for (const key of [cast.key(name), cast.key(name, 'modern')].filter(Boolean))
        await writeFile(join(folder, `${key.fingerprint}.asc`), key.privateKey.armor(), { mode: 0o600 })
    }
    return home
  }

  const offices = ['ne-dst', 'it-sco', 'ml-dnlt', 'ne-audit'].map((office) => `office:${office}`)
  const persons = ['ne-dst.aicha', 'ne-dst.salif', 'it-sco.paola', 'ml-dnlt.fatoumata', 'ne-audit.mariama']
  const home = await makeHome([...offices, ...persons])

  const asProgram: Site['run'] = (args, options = {}) =>
    ended(startCli(args, { home, ...options }), options.input)

  return {
    cast,
    portolan,
    genesisHash,
    home,
    makeHome,
    run: asProgram,
    here: (args, { home: folder = home, cwd = tmpdir(), clock = Date.now } = {}) =>
      runHere(args, { home: folder, cwd, clock }),
    async data(args, options) {
      const { code, out, err } = await asProgram([...args, '--json'], options)
      if (code !== 0) throw new Error(`portolan ${args.join(' ')}: ${code}\n${err}`)
      return JSON.parse(out)
    },
    async close() {
      await portolan.close()
      await Promise.all(homes.map((one) => rm(one, { recursive: true, force: true })))
    },
  }
}

type Here = { home: string; cwd: string; clock: () => number }

async function runHere(args: string[], { home, cwd, clock }: Here): Promise<Ran> {
  const said = { out: '', err: '' }
  const to = (stream: 'out' | 'err') => ({
    write(text: string | Uint8Array) {
      said[stream] += String(text)
      return true
    },
  })
  const stdin = { isTTY: false } as NodeJS.ReadStream
  const env = { PORTOLAN_CLIENT_HOME: home }
  const code = await run(args, { stdin, stdout: to('out'), stderr: to('err'), env, cwd, clock })
  return { code, ...said }
}

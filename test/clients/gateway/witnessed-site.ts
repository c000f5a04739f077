import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entryHash } from '../../../schema/wire/directory.ts'
import { keepSigningKey } from '../../../server/audit/tree/key-file.ts'
import { listenLogs } from '../../../server/audit/tree/listen.ts'
import { halfYearOf } from '../../../server/audit/tree/shard.ts'
import { witnessPolicyOf } from '../../../server/audit/tree/witness-policy.ts'
import type { Cast } from '../../cast.ts'
import { openSite, type Site, startCli } from '../cli/site.ts'

// A real server whose log two states and an authority co-sign, each by the real program; what lies open is served.

const NAMES = ['ml', 'ne', 'authority'] as const
type Name = (typeof NAMES)[number]

export type WitnessedSite = {
  site: Site
  /** Where the audit log is read. */
  log: string
  /** What an office puts into its desk's home. */
  policy: string
  /** How far the clocks of server and desks are ahead of the machine's from now on (ms). */
  setAhead(ms: number): void
  now(): number
  stopWitnesses(): Promise<void>
  /** With clocks that are as far ahead as those of the server. */
  startWitnesses(): Promise<void>
  close(): Promise<void>
}

export async function openWitnessedSite(): Promise<WitnessedSite> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-witnessed-'))
  const running = new Map<Name, { child: ChildProcess; port: string; vkey: string }>()
  const listening = await listenLogs([], { port: 0 })
  let ahead = 0
  const now = () => Date.now() + ahead
  const shard = halfYearOf(now())
  const log = `${listening.url}/audit/${shard}`
  let policy = ''

  async function start(name: Name): Promise<void> {
    const port = running.get(name)?.port ?? '0'
    const files = ['--logs', 'log.keys', '--key', `${name}.pem`, '--state', name]
    const args = ['witness', '--name', `witness.example/${name}`, ...files, '--port', port, '--json']
    const under = ahead === 0 ? [] : ['faketime', '-f', `+${Math.round(ahead / 1_000)}s`]
    const child = startCli(args, { cwd: folder, under })
    const [said] = await once(child.stdout!, 'data')
    const { url, key: vkey } = JSON.parse(String(said))
    running.set(name, { child, port: new URL(url).port, vkey })
  }

  async function stop(name: Name): Promise<void> {
    const { child } = running.get(name)!
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    // faketime waits for the program that it started, and would leave it behind.
    const started = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    const pids = started.split(' ').filter(Boolean).map(Number)
    for (const pid of pids.length > 0 ? pids : [child.pid!]) process.kill(pid, 'SIGKILL')
    await gone
  }

  /** Both logs' keys are drawn before the server starts, as an operator does who writes the policy first. */
  async function options({ genesis }: Cast) {
    const home = join(folder, 'server')
    const genesisHash = entryHash({ index: 0, previous: null, ...genesis[0]! })
    const draw = (name: string, of: string) =>
      keepSigningKey(join(home, 'keys', name), `${genesisHash.slice(0, 12)}.portolan/${of}`)
    await mkdir(home, { mode: 0o700 })
    const [audit, directory] = [
      await draw(`audit-${shard}`, `audit/${shard}`),
      await draw('directory-whole', 'directory/whole'),
    ]
    await writeFile(join(folder, 'log.keys'), `${audit.vkey}\n${directory.vkey}\n`)
    await Promise.all(NAMES.map(start))
    const witnesses = NAMES.map((name) => {
      const { vkey, port } = running.get(name)!
      return `witness ${name} ${vkey} http://127.0.0.1:${port}`
    })
    const logs = [`log ${audit.vkey} ${log}`, `log ${directory.vkey} ${listening.url}/directory/whole`]
    const groups = ['group states any ml ne', 'group enough all states authority', 'quorum enough', '']
    policy = [...logs, ...witnesses, ...groups].join('\n')
    return { home, clock: now, witnesses: witnessPolicyOf(Buffer.from(policy)) }
  }

  const site = await openSite(options)
  site.portolan.instance.logs.watch(listening.serve)
  return {
    ...{ site, log, policy, now },
    setAhead(ms) {
      ahead = ms
    },
    stopWitnesses: async () => void (await Promise.all(NAMES.map(stop))),
    startWitnesses: async () => void (await Promise.all(NAMES.map(start))),
    async close() {
      await Promise.all(NAMES.map(stop))
      await site.close()
      await listening.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

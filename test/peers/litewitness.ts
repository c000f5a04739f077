import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { freePort, killed } from '../served.ts'

// The witness of Filippo Valsorda's torchwood, from its Go module. It shares nothing with us but the specification.

const run = promisify(execFile)

const MODULE = 'filippo.io/torchwood/cmd/litewitness'
const VERSION = 'v0.9.0'
/** Kept between runs, outside of what git sees. */
const PROGRAMS = join(import.meta.dirname, '../../.portolan/programs', `torchwood-${VERSION}`)
/** On an empty cache and a busy machine it took two minutes and a half. */
const BUILD_LIMIT = 600_000

/** Builds the witness where this has not been done yet; throws where there is no Go, or it takes too long. */
export async function buildLitewitness(): Promise<string> {
  const program = join(PROGRAMS, 'litewitness')
  if (existsSync(program)) return program
  mkdirSync(PROGRAMS, { recursive: true })
  const env = { ...process.env, GOBIN: PROGRAMS }
  await run('go', ['install', `${MODULE}@${VERSION}`], { env, timeout: BUILD_LIMIT })
  return program
}

export type Litewitness = {
  /** As a policy names it. */
  vkey: string
  url: string
  kill(): Promise<void>
}

/** What it keeps of itself: a key that an agent holds, and what it has seen. */
export type LitewitnessHome = { dir: string; fingerprint: string; port: number; close(): void }

/** Draws its key and starts its agent; `origin` and `vkey` are of the log that it watches. */
export async function litewitnessHome(dir: string, origin: string, vkey: string): Promise<LitewitnessHome> {
  const agent = spawn('ssh-agent', ['-D', '-a', join(dir, 'agent')], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(agent.stdout, 'data')
  const file = join(dir, 'key')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  await run('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: join(dir, 'agent') } })
  const { stdout } = await run('ssh-keygen', ['-l', '-f', `${file}.pub`])
  watch(join(dir, 'seen.db'), origin, vkey)
  return { dir, fingerprint: stdout.split(' ')[1]!, port: await freePort(), close: () => void agent.kill() }
}

/** As its own `witnessctl add-log` and `add-key` do: their module needs one that is not to be had everywhere. */
function watch(file: string, origin: string, vkey: string): void {
  const db = new DatabaseSync(file)
  db.exec('CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL)')
  db.exec(
    'CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin))',
  )
  const emptyRoot = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  db.prepare('INSERT INTO log VALUES (?, 0, ?)').run(origin, emptyRoot)
  db.prepare('INSERT INTO key VALUES (?, ?)').run(origin, vkey)
  db.close()
}

export async function startLitewitness(program: string, home: LitewitnessHome): Promise<Litewitness> {
  const { dir, fingerprint, port } = home
  const place = [
    '-db',
    join(dir, 'seen.db'),
    '-ssh-agent',
    join(dir, 'agent'),
    '-listen',
    `127.0.0.1:${port}`,
  ]
  const args = ['-name', 'witness.example/litewitness', '-key', fingerprint, ...place]
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const url = `http://127.0.0.1:${port}`
  let vkey = ''
  for await (const line of createInterface(child.stderr)) {
    vkey = /vkey="?([^\s"]+)/.exec(line)?.[1] ?? vkey
    if (line.includes('listening')) break
  }
  child.stderr.resume()
  // It says so a moment before it does.
  while (!(await fetch(url).catch(() => null)));
  return {
    vkey,
    url,
    kill: () => killed(child),
  }
}

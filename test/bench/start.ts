import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { TEST_JARS } from '../neo4j-instance.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Seconds from `npm start` to the line that says where it listens, on a home that an orderly first start has left. */
export async function startSecond(): Promise<{ name: 'start.second'; value: number; unit: string }[]> {
  const bench = join(ROOT, '.portolan/bench')
  mkdirSync(bench, { recursive: true })
  const home = mkdtempSync(join(bench, 'start-'))
  mkdirSync(TEST_JARS, { recursive: true })
  symlinkSync(TEST_JARS, join(home, 'jars'))
  try {
    await started(home)
    return [{ name: 'start.second', value: await started(home), unit: 's' }]
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** Starts and stops it; how many seconds it took to listen. */
async function started(home: string): Promise<number> {
  const begun = performance.now()
  const env = { ...process.env, PORTOLAN_HOME: home, PORTOLAN_PORT: '0' }
  const server = spawn('npm', ['start'], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'close')
  try {
    await listening(server)
    return (performance.now() - begun) / 1_000
  } finally {
    // As Ctrl-C does: npm and the server are told together.
    process.kill(-server.pid!, 'SIGINT')
    await ended
  }
}

async function listening(server: ChildProcess): Promise<void> {
  let said = ''
  for await (const bytes of server.stdout!.iterator({ destroyOnReturn: false })) {
    said += bytes
    if (said.includes('Portolan listens at')) break
  }
  if (!said.includes('Portolan listens at')) throw new Error(said)
  server.stdout!.resume()
}

import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { SignedBody } from '../schema/wire/directory.ts'
import type { Login } from './neo4j-instance.ts'

export type Serving = { login: Login; genesis: SignedBody[]; home: string; port: number }

export type Served = {
  url: string
  pid: number
  /** As a power cut ends a program. */
  kill(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('served-program.ts', import.meta.url))

/** Starts a server as a program of its own, on a home and at a port that outlive it. */
export async function serve(serving: Serving): Promise<Served> {
  const child = fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send(serving)
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('no server'))),
  ])
  return { url: `http://127.0.0.1:${serving.port}`, pid: child.pid!, kill: () => killed(child) }
}

/** Ends a process at once, whatever it is doing. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Below those that the kernel gives to whoever asks for any: it is still free when a server that was killed comes back to it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + randomInt(22_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((settle) => {
      probe.once('error', () => settle(false)).listen(port, '127.0.0.1', () => settle(true))
    })
    if (!isFree) continue
    await new Promise((done) => probe.close(done))
    return port
  }
}

/** Octets of memory that a process has had resident at most, and has now. */
export async function residentOf(pid: number): Promise<{ peak: number; now: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]) * 1_024
  return { peak: field('VmHWM'), now: field('VmRSS') }
}

/** Lets the peak count from now on. */
export async function forgetPeak(pid: number): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

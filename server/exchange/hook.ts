import { spawn } from 'node:child_process'
import type { Json } from '../../schema/wire/canonical.ts'

/** How long a program may take (ms) before it counts as failed. */
const MOST_MS = 20_000

/**
 * Runs a program without a shell, with one line of JSON on its stdin and nothing of the server's environment but the search
 * path. Resolves when it ended well. Rejects where it could not be started, ended with another code, or took too long; then
 * it was ended.
 */
export function runHook(program: string, said: Json): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, [], {
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: MOST_MS,
      killSignal: 'SIGKILL',
    })
    child.on('error', () => failed(new Error('expected a program that starts, got none')))
    child.on('close', (code, signal) => {
      if (code === 0) done()
      else failed(new Error(`expected an end with code 0, got ${code ?? signal}`))
    })
    // A program that does not read its input has its own reasons: its code tells.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${JSON.stringify(said)}\n`)
  })
}

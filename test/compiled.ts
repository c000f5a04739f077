import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * For the environment of programs that tests start: what Node has compiled of this house is kept from one start to the
 * next. Half of a short program's life, and of a server's start, is spent on that. Kept by content, so nothing grows stale.
 */
export const COMPILED = { NODE_COMPILE_CACHE: `${ROOT}.portolan/compiled` }

/** Lets Node keep the server: one that is killed keeps nothing, and one without its settings ends by itself. */
export async function compileServer(): Promise<void> {
  const env = { PATH: process.env.PATH, PORTOLAN_MODE: 'production', ...COMPILED }
  await once(spawn(process.execPath, ['server/start.ts'], { cwd: ROOT, env, stdio: 'ignore' }), 'exit')
}

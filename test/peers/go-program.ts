import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

/** Kept between runs, outside of what git sees. */
const PROGRAMS = join(import.meta.dirname, '../../.portolan/programs')
/** On an empty cache those that we use took a minute and a half. */
const BUILD_LIMIT = 600_000

/**
 * The path of a program from its Go module, built where this has not been done yet; throws where there is no Go, or it takes
 * too long. Test files that run at the same time may both build it: each gets a whole one.
 */
export async function buildGoProgram(module: string, version: string): Promise<string> {
  const folder = join(PROGRAMS, version)
  const program = join(folder, basename(module))
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const made = mkdtempSync(join(folder, 'new-'))
  try {
    const env = { ...process.env, GOBIN: made }
    await promisify(execFile)('go', ['install', `${module}@${version}`], { env, timeout: BUILD_LIMIT })
    renameSync(join(made, basename(module)), program)
  } finally {
    rmSync(made, { recursive: true })
  }
  return program
}

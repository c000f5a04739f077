import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

/** Kept between runs, outside of what git sees. */
const PROGRAMS = join(import.meta.dirname, '../../.portolan/programs')
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')

/**
 * The path of a Python that has what `requirements.txt` names, set up where this has not been done yet; throws where there is no
 * Python with venv, or pip gets nothing. Test files that run at the same time may both set it up: each gets a whole one.
 */
export async function openPython(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16)
  const folder = join(PROGRAMS, `python-${digest}`)
  const python = join(folder, 'bin', 'python')
  if (existsSync(python)) return python
  mkdirSync(PROGRAMS, { recursive: true })
  const made = mkdtempSync(join(PROGRAMS, 'new-'))
  try {
    await run('python3', ['-m', 'venv', made])
    const quiet = ['--quiet', '--disable-pip-version-check']
    await run(join(made, 'bin', 'python'), ['-m', 'pip', 'install', ...quiet, '-r', REQUIREMENTS])
    renameSync(made, folder)
  } catch (error) {
    // Whoever was quicker has put a whole one there.
    if (!existsSync(python))
      throw new Error(
        'expected python3 3.11 or newer with venv (Debian: apt install python3-venv) and pip with what test/peers/requirements.txt names',
        { cause: error },
      )
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
  return python
}

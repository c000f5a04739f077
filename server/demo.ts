import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../schema/wire/fault.ts'

/** Marks a home whose keys anybody could have: production refuses it. */
const DEMO = 'DEMO'
const SCENARIO = fileURLToPath(new URL('../clients/scenario/main.ts', import.meta.url))

export type Undo = () => Promise<unknown> | unknown

/** A demo home stays one: its keys were made here, unprotected, and never guard anything real. */
export async function checkMark(home: string, demo: boolean): Promise<void> {
  const mark = join(home, DEMO)
  const marked = await exists(mark)
  if (marked && !demo)
    throw new Fault(
      'CONFIG',
      'PORTOLAN_HOME: expected a home of its own in production, got one of a demonstration',
    )
  if (marked || !demo) return
  if (await exists(join(home, 'directory')))
    throw new Fault('CONFIG', 'PORTOLAN_MODE: expected production, for this home was opened in production')
  await writeFile(mark, 'The keys of this home are for demonstration. Production refuses it.\n', {
    mode: 0o600,
    flush: true,
  })
}

/** Gives the file of the demonstration's directory, which its own process draws once. */
export async function prepareDemo(home: string, undo: Undo[]): Promise<string> {
  const directory = join(home, 'demo', 'directory.json')
  if (!(await exists(directory))) await runScenario(['prepare', home], undo)
  return directory
}

/** Loads what is not loaded yet, and tells the demonstration's clients where the server is. */
export async function loadDemo(home: string, url: string, genesisHash: string, undo: Undo[]): Promise<void> {
  const told = await readFile(join(home, 'demo', 'client.json'), 'utf8').catch(() => '')
  const isLoaded = await exists(join(home, 'demo', 'loaded.json'))
  // To start a process that finds nothing to do takes most of a second.
  if (isLoaded && told === JSON.stringify({ url, genesisHash })) return
  await runScenario(['load', home, url, genesisHash], undo)
}

/** Evaluators of three states beside the demonstration, until this process ends. What fails there costs nothing but matching. */
export function serveDemoEvaluators(home: string, url: string, genesisHash: string, undo: Undo[]): void {
  void runScenario(['evaluate', home, url, genesisHash], undo).catch(() => undefined)
}

/** The scenario is a client with private keys, so it is a process of its own. It is ended with this one; also by a kill, which closes its input. */
async function runScenario(args: string[], undo: Undo[]): Promise<void> {
  const child = spawn(process.execPath, [SCENARIO, ...args], { stdio: ['pipe', 'inherit', 'inherit'] })
  const ended = once(child, 'exit')
  undo.push(() => {
    child.kill('SIGTERM')
    return ended
  })
  const [code] = await ended
  if (code !== 0)
    throw new Fault(
      'CONFIG',
      `expected the scenario to ${args[0]}, got ${code === null ? 'its end' : `exit code ${code}`}`,
    )
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

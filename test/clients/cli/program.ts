import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { COMPILED } from '../../compiled.ts'

// The command line as a program of its own.

const MAIN = fileURLToPath(new URL('../../../clients/cli/main.ts', import.meta.url))

export type Ran = { code: number | null; out: string; err: string }
export type RunOptions = {
  home?: string
  cwd?: string
  env?: NodeJS.ProcessEnv
  input?: string
  /** A program that starts it, such as faketime. */
  under?: string[]
}

/** Starts the command line as a program of its own. */
export function startCli(
  args: string[],
  { home, cwd, env, input, under = [] }: RunOptions = {},
): ChildProcess {
  const [program, ...before] = [...under, process.execPath]
  return spawn(program!, [...before, MAIN, ...args], {
    cwd: cwd ?? tmpdir(),
    env: {
      ...{ PATH: process.env.PATH, LANG: 'C', ...COMPILED },
      ...(home && { PORTOLAN_CLIENT_HOME: home }),
      ...env,
    },
    // Descriptor 3 is for passphrases.
    stdio: ['ignore', 'pipe', 'pipe', input === undefined ? 'ignore' : 'pipe'],
  })
}

export function ended(child: ChildProcess, input?: string): Promise<Ran> {
  return new Promise((settle, fail) => {
    const [out, err] = [gather(child.stdout!), gather(child.stderr!)]
    if (input !== undefined) (child.stdio[3] as NodeJS.WritableStream).end(input)
    child.on('error', fail).on('close', (code) => settle({ code, out: out(), err: err() }))
  })
}

function gather(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

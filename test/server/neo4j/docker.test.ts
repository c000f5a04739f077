import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testNeo4j } from '../../neo4j.ts'

// What the Dockerfile says, without an engine: its files, its install and its commands, in a folder of their own.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const START = 240_000
const PORT = 40_000 + (process.pid % 10_000)

let image: string
let home: string
let server: ChildProcess | undefined
const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
const lineOf = (word: string) => new RegExp(`${word} (\\[.*\\]|.*)$`, 'm').exec(dockerfile)![1]!
const commandOf = (word: string) => JSON.parse(lineOf(word)) as [string, ...string[]]

/** The image's variables, with what a test must have of its own in their place. */
function environment(neo4j: Record<string, string> = {}): NodeJS.ProcessEnv {
  const set = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs]) =>
    pairs!.split(' ').map((pair) => pair.split('=') as [string, string]),
  )
  const inside = Object.fromEntries(
    set.map(([name, value]) => [name, value.replace('/var/lib/portolan', home)]),
  )
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
  return {
    PATH,
    HOME: process.env.HOME,
    ...inside,
    PORTOLAN_PORT: String(PORT),
    PORTOLAN_LOG_PORT: '0',
    ...neo4j,
  }
}

beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'portolan-image-'))
  home = await mkdtemp(join(tmpdir(), 'portolan-volume-'))
  const shipped = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n')
  expect(shipped[0]).toBe('*')
  for (const name of shipped.filter((line) => line.startsWith('!')))
    await cp(join(ROOT, name.slice(1)), join(image, name.slice(1)), { recursive: true })
  const [install, ...args] = lineOf('RUN').split(' && ')[0]!.split(' ') as [string, ...string[]]
  // The packages are in npm's cache: whoever runs this has installed them.
  await promisify(execFile)(install, [...args, '--prefer-offline'], { cwd: image, env: environment() })
}, START)
afterAll(async () => {
  server?.kill('SIGKILL')
  await rm(image, { recursive: true, force: true })
  await rm(home, { recursive: true, force: true })
})

test(
  'the server starts from what the image holds, is healthy, answers its command line, and ends when told',
  async () => {
    const { uri, user, password } = await testNeo4j()
    const env = environment({ NEO4J_URI: uri, NEO4J_USER: user, NEO4J_PASSWORD: password })
    const [program, ...args] = commandOf('^CMD')
    server = spawn(program, args, { cwd: image, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [server.stdout!, server.stderr!])
      stream.on('data', (bytes) => {
        said += bytes
      })
    const ended = once(server, 'exit')
    const run = promisify(execFile)
    const [check, ...checkArgs] = commandOf('^ {2}CMD')
    await expect(run(check, checkArgs, { env })).rejects.toMatchObject({ code: 1 })
    while (!said.includes('npx portolan tour') && server.exitCode === null) await sleep(50)
    expect(said).toMatch(/Portolan listens at/)
    await run(check, checkArgs, { env })

    const { stdout } = await run(
      'clients/cli/portolan',
      ['whoami', '--as', 'it-sco.paola', '--json', ...WHY],
      {
        cwd: image,
        env,
      },
    )
    expect(JSON.parse(stdout)).toMatchObject({ person: 'it-sco.paola', office: 'it-sco' })
    server.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  },
  START,
)

const WHY = ['--purpose', 'OPERATIONAL', '--justification', 'a look inside the container']

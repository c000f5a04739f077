import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import neo4j from 'neo4j-driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeHome } from '../../../server/neo4j/home-lock.ts'
import { launchNeo4j, type Neo4j } from '../../../server/neo4j/launch.ts'
import { endLeftover } from '../../../server/neo4j/leftover.ts'
import { ping, SHORT_LIFE, TEST_JARS } from '../../neo4j-instance.ts'

// The tests run in order on one home and tell one story: each start finds what the one before left.
const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
// On a new machine Maven fetches 116 MB first.
const FETCH_MS = 600_000
let home: string
let running: Neo4j | undefined

const KEPT = 'MATCH (k:Kept) RETURN k.word AS value'

const launch = () =>
  launchNeo4j({
    home,
    jars: TEST_JARS,
    say: () => {},
    ping,
    heap: '512m',
    pageCache: '64m',
    java: SHORT_LIFE,
  })

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portolan launch '))
  running = await launch()
}, FETCH_MS)

afterAll(async () => {
  await running?.stop()
  await rm(home, { recursive: true, force: true })
})

test('answers its own password and refuses another', async () => {
  await ping(running!.uri, running!.user, running!.password)
  await expect(ping(running!.uri, 'neo4j', 'neo4j')).rejects.toThrow(/unauthorized/)
  await expect(ping(running!.uri, 'neo4j', '')).rejects.toThrow()
})

test('listens on loopback, with Bolt alone', async () => {
  const port = Number(new URL(running!.uri).port)
  expect(await listeningSockets(running!.pid)).toEqual([`127.0.0.1:${port}`])
})

test('keeps its home and all in it to its own user', async () => {
  const mode = async (path: string) => ((await stat(join(home, 'neo4j', path))).mode & 0o777).toString(8)
  expect(await mode('.')).toBe('700')
  for (const file of [
    'password',
    'pid',
    'conf/neo4j.conf',
    'data/dbms/auth.ini',
    'data/server_id',
    'logs/neo4j.log',
  ]) {
    expect([file, await mode(file)]).toEqual([file, '600'])
  }
})

test('shows the password to nobody who lists processes, and runs with bounded memory', async () => {
  const command = (await readFile(`/proc/${running!.pid}/cmdline`, 'utf8')).split('\0')
  expect(command).toContain('-Xmx512m')
  expect(command).toContain('-XX:+UseParallelGC')
  expect(command.join(' ')).not.toContain(running!.password)
  expect(await readFile(`/proc/${running!.pid}/environ`, 'utf8')).not.toContain('VITEST')
})

test('runs in a process group of its own, out of the reach of Ctrl-C', async () => {
  expect(await processGroup(running!.pid)).not.toBe(await processGroup(process.pid))
})

test('after a kill -9 of Java the next start has the data and the password', async () => {
  const before = running!
  await query(before, 'CREATE (:Kept {word: "harbour"})')
  process.kill(before.pid, 'SIGKILL')
  await before.exited
  running = await launch()
  expect(running.password).toBe(before.password)
  expect(await query(running, KEPT)).toEqual(['harbour'])
})

test('a kill -9 of the keeper ends Neo4j too, in good order', async () => {
  const { pid, exited, stop } = running!
  process.kill(await parentOf(pid), 'SIGKILL')
  await exited
  await stop()
  running = undefined
  expect(await isAlive(pid)).toBe(false)
  expect(await readFile(join(home, 'neo4j/logs/console.log'), 'utf8')).toMatch(/INFO {2}Stopped\.\s*$/)
})

test('a kill -9 of the parent ends Neo4j, and the next start recovers', async () => {
  const first = startChild()
  const { pid, password } = await first.line
  const second = startChild()
  expect(await second.line).toEqual({
    code: 'HOME_BUSY',
    message: `expected a free home, got one in use by process ${first.process.pid}`,
  })
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')
  const held = await takeHome(home)
  // At once, while the keeper is still stopping the old one.
  running = await launch()
  expect(running.pid).not.toBe(pid)
  expect(running.password).toBe(password)
  expect(await isAlive(pid!)).toBe(false)
  expect(await query(running, KEPT)).toEqual(['harbour'])
  await held.release()
})

test('stops within seconds when asked, and asking twice is harmless', async () => {
  const { pid } = running!
  const begun = performance.now()
  await Promise.all([running!.stop(), running!.stop()])
  running = undefined
  expect(performance.now() - begun).toBeLessThan(8_000)
  expect(await isAlive(pid)).toBe(false)
})

test('a start that fails says why, and where to read on', async () => {
  const start = launchNeo4j({ home, jars: TEST_JARS, say: () => {}, ping, heap: '1k' })
  await expect(start).rejects.toMatchObject({
    code: 'NEO4J_UNAVAILABLE',
    message: expect.stringMatching(
      /^expected neo4j to start, got ".*heap.*"; see neo4j\/logs\/console\.log$/,
    ),
  })
})

test('a pid that has passed to a stranger is left alone', async () => {
  const stranger = spawn('sleep', ['60'])
  await writeFile(join(home, 'neo4j/pid'), `${stranger.pid}\n`)
  await endLeftover(join(home, 'neo4j'))
  expect(await isAlive(stranger.pid!)).toBe(true)
  stranger.kill()
})

type Line = { uri?: string; password?: string; pid?: number; code?: string; message?: string }

function startChild(): { process: ChildProcess; line: Promise<Line> } {
  const child = spawn(process.execPath, [CHILD, home, TEST_JARS], { stdio: ['pipe', 'pipe', 'ignore'] })
  const line = once(createInterface({ input: child.stdout }), 'line').then(
    ([text]) => JSON.parse(text) as Line,
  )
  return { process: child, line }
}

async function query(at: Neo4j, text: string): Promise<unknown[]> {
  const driver = neo4j.driver(at.uri, neo4j.auth.basic(at.user, at.password))
  try {
    return (await driver.executeQuery(text)).records.map((record) => record.get('value'))
  } finally {
    await driver.close()
  }
}

/** `address:port` of every listening socket of the machine that belongs to process `pid`. */
async function listeningSockets(pid: number): Promise<string[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  )
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')))
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[3] === '0A' && links.includes(`socket:[${row[9]}]`))
    .map((row) => {
      const [address, port] = row[1]!.split(':') as [string, string]
      return `${address.endsWith('0100007F') ? '127.0.0.1' : address}:${Number.parseInt(port, 16)}`
    })
}

/** Fields of /proc/<pid>/stat after the command: state, parent, process group … */
async function statOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
const parentOf = async (pid: number) => Number((await statOf(pid))[1])
const processGroup = async (pid: number) => Number((await statOf(pid))[2])

/** Gives the machine a second to bury it. */
async function isAlive(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const state = await statOf(pid).catch(() => ['gone'])
    if (state[0] === 'gone' || state[0] === 'Z') return false
    await sleep(50)
  }
  return true
}

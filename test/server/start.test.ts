import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../clients/core/keys.ts'
import { login } from '../../clients/core/session.ts'
import { SCENARIO } from '../../clients/scenario/scenario.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import { makeCast } from '../cast.ts'
import { ended, startCli } from '../clients/cli/program.ts'
import { COMPILED } from '../compiled.ts'
import { PURPOSE } from '../instance.ts'
import { type Login, testNeo4j } from '../neo4j.ts'
import { TEST_JARS } from '../neo4j-instance.ts'
import { freePort } from '../served.ts'

// Real processes, on homes of their own. The homes tell one story each: every start finds what the one before left.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const HOMES = join(ROOT, '.portolan', 'test-start')
const START = 240_000
const SUBMITS = SCENARIO.filter(({ act }) => act === 'submit').length
const ERASES = SCENARIO.filter(({ act }) => act === 'erase').length
const CORRECTS = SCENARIO.filter(({ act }) => act === 'correct').length

let neo4j: Login
let graph: Graph
const running = new Set<ChildProcess>()

beforeAll(async () => {
  neo4j = await testNeo4j()
  graph = await openGraph(neo4j)
  await rm(HOMES, { recursive: true, force: true })
  await mkdir(HOMES, { recursive: true })
}, START)
afterEach(async () => {
  for (const child of running) child.kill('SIGTERM')
  await Promise.all([...running].map((child) => once(child, 'exit').catch(() => {})))
})
afterAll(async () => {
  await graph?.close()
  await rm(HOMES, { recursive: true, force: true })
})

type Server = {
  process: ChildProcess
  out: () => string
  /** Resolves with what it printed once it listens; rejects with what it printed when it ends first. */
  listening: Promise<string>
  /** Exit code, and all that it printed. */
  ended: Promise<{ code: number | null; text: string }>
}

function start(home: string, environment: Record<string, string> = {}): Server {
  const { PATH, HOME, LANG = 'C.UTF-8', JAVA_HOME } = process.env
  const env = {
    ...COMPILED,
    PATH,
    HOME,
    LANG,
    ...(JAVA_HOME && { JAVA_HOME }),
    PORTOLAN_HOME: join(HOMES, home),
    PORTOLAN_PORT: '0',
    PORTOLAN_LOG_PORT: '0',
    ...environment,
  }
  const child = spawn(process.execPath, ['server/start.ts'], {
    cwd: ROOT,
    env,
    // A group of its own, as a terminal gives it: `ctrlC` reaches all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  child.stdout.on('data', (bytes) => {
    text += bytes
  })
  child.stderr.on('data', (bytes) => {
    text += bytes
  })
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return { code: code as number | null, text }
  })
  const listening = (async () => {
    let over = false
    void ended.then(() => {
      over = true
    })
    while (!/listens at http\S+/.test(text)) {
      if (over) throw new Error(text)
      await sleep(50)
    }
    await sleep(100)
    return text
  })()
  listening.catch(() => {})
  return { process: child, out: () => text, listening, ended }
}

/** As a terminal and npm do it together: every process of the group is told, the server twice. */
function ctrlC(server: Server): void {
  process.kill(-server.process.pid!, 'SIGINT')
  server.process.kill('SIGINT')
}

const shared = () => ({ NEO4J_URI: neo4j.uri, NEO4J_USER: neo4j.user, NEO4J_PASSWORD: neo4j.password })
const urlIn = (text: string) => /listens at (http:\S+?)\.? /.exec(text.replaceAll('\n', ' '))![1]!

async function ask(home: string, url: string, person: string, query: string, variables = {}) {
  const key = await (await openKeyStore(join(HOMES, home, 'demo', 'keys'))).loadKey(person, async () => '')
  const session = await login({ url, key })
  const { body } = await session.request({ query, variables, extensions: { purpose: PURPOSE } })
  return JSON.parse(Buffer.from(body).toString())
}

const cli = (args: string[], home: string) => ended(startCli(args, { home }))

type Sent = { headers: Record<string, string>; body: Buffer<ArrayBuffer> }

/** Every body that this process posts from now on, with its headers as they are signed. */
function overhearing(): { sent: Sent[]; stop(): void } {
  const sent: Sent[] = []
  const { request } = http
  const put = (made: typeof request) => {
    http.request = made
    syncBuiltinESMExports()
  }
  put(((url: string, options: http.RequestOptions, ...rest: []) => {
    const call = request(url, options, ...rest)
    const end = call.end.bind(call) as (body: Sent['body']) => typeof call
    call.end = ((body: Sent['body']) => {
      const { 'content-length': _, ...headers } = options.headers as Record<string, string>
      sent.push({ headers, body })
      return end(body)
    }) as typeof call.end
    return call
  }) as typeof request)
  return { sent, stop: () => put(request) }
}

/** How many acts and reports of the scenario stand, and how many of them are of one key. What puts cards on watch comes later, or not yet. */
async function standing(on: Graph) {
  const [row] = await on.setup(`
    RETURN COUNT { MATCH (a:Act) WHERE a.kind <> 'CARD_TOKENS' } AS acts,
      COUNT { MATCH (a:Act) WHERE a.kind <> 'CARD_TOKENS' RETURN DISTINCT a.officeKey } AS keys,
      COUNT { (:Report) } AS reports, COUNT { MATCH (r:Report) RETURN DISTINCT r.id } AS ids`)
  return row as { acts: number; keys: number; reports: number; ids: number }
}

async function expectWholeScenario(on: Graph) {
  const { acts, keys, reports, ids } = await standing(on)
  const changes = SCENARIO.filter(({ act }) => act !== 'message').length
  expect({ acts, keys }).toEqual({ acts: changes, keys: changes })
  expect(reports).toBe(ids)
  expect(reports).toBeLessThanOrEqual(SUBMITS + CORRECTS)
  expect(reports).toBeGreaterThanOrEqual(SUBMITS + CORRECTS - 2 * ERASES)
}

/** Processes whose command line names a home. */
async function processesOf(home: string): Promise<number[]> {
  const { readdir } = await import('node:fs/promises')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return pids.filter((_, i) => lines[i]!.includes(join(HOMES, home)))
}

/** How many answers and sealed texts the loader of a home has kept. */
async function sentBy(home: string): Promise<number> {
  const text = await readFile(join(HOMES, home, 'demo', 'sent.jsonl'), 'utf8').catch(() => '')
  return text.split('\n').length
}

async function sentMore(home: string, than: number): Promise<void> {
  for (const until = Date.now() + START; Date.now() < until; await sleep(20))
    if ((await sentBy(home)) > than + 8) return
  throw new Error('expected the loader to send something')
}

async function gone(home: string): Promise<number[]> {
  for (let tries = 0; tries < 400 && (await processesOf(home)).length > 0; tries += 1) await sleep(50)
  return processesOf(home)
}

describe('a start that cannot be', () => {
  it('names every variable that is wrong, in one line', async () => {
    const { code, text } = await start('config', { PORTOLAN_PORT: 'Hunter2', NEO4J_HEAP: 'much' }).ended
    expect(code).toBe(1)
    expect(text.trim().split('\n')).toHaveLength(1)
    expect(text).toMatch(/^CONFIG: .*PORTOLAN_PORT.*NEO4J_HEAP/)
    expect(text).not.toContain('Hunter2')
  }, 60_000)

  it('in production wants a genesis, and takes none of a demonstration', async () => {
    expect((await start('bare', { PORTOLAN_MODE: 'production' }).ended).text).toMatch(
      /^CONFIG: PORTOLAN_GENESIS: /,
    )
    const absent = await start('bare', {
      ...shared(),
      PORTOLAN_MODE: 'production',
      PORTOLAN_GENESIS: join(HOMES, 'none.json'),
    }).ended
    expect([absent.code, absent.text]).toEqual([1, expect.stringMatching(/^CONFIG: PORTOLAN_GENESIS: /)])
    const { genesis } = await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }])
    const file = join(HOMES, 'demo-genesis.json')
    await writeFile(file, JSON.stringify(genesis))
    const demo = await start('bare', { ...shared(), PORTOLAN_MODE: 'production', PORTOLAN_GENESIS: file })
      .ended
    expect([demo.code, demo.text]).toEqual([
      1,
      expect.stringMatching(/^CONFIG: PORTOLAN_GENESIS: .*demonstration/),
    ])
    await writeFile(file, '{"not": "a list"}')
    expect(
      (await start('bare', { ...shared(), PORTOLAN_MODE: 'production', PORTOLAN_GENESIS: file }).ended).text,
    ).toMatch(/^CONFIG: PORTOLAN_GENESIS: /)
  }, 120_000)

  it('without Java says in one line what to do', async () => {
    const bin = join(HOMES, 'only-node')
    await mkdir(bin, { recursive: true })
    await symlink(process.execPath, join(bin, 'node'))
    const { code, text } = await start('no-java', { PATH: bin, JAVA_HOME: '' }).ended
    expect(code).toBe(1)
    const line = text.trim().split('\n').at(-1)
    expect(line).toMatch(
      /^NEO4J_UNAVAILABLE: expected Java 17 or newer and Maven, got none: .*NEO4J_URI.*docker compose up$/,
    )
    expect(text).not.toMatch(/\n\s+at /)
  }, 120_000)

  it('with a store that does not answer says so', async () => {
    const { code, text } = await start('no-store', {
      NEO4J_URI: 'bolt://127.0.0.1:9',
      NEO4J_PASSWORD: 'Hunter2-x',
    }).ended
    expect([code, text.trim().split('\n').at(-1)]).toEqual([1, expect.stringMatching(/^NEO4J_UNAVAILABLE: /)])
    expect(text).not.toContain('Hunter2')
  }, 120_000)
})

describe('a demonstration on a given Neo4j', () => {
  it(
    'is loaded once although it is stopped and killed midway, and says where it listens and what to try',
    async () => {
      // Ended while the first reports are sent: by Ctrl-C, by a kill -9 of the loader, and of the server itself.
      for (const victim of ['everybody', 'loader', 'server'] as const) {
        const before = (await standing(graph)).acts
        const first = start('demo', shared())
        while ((await standing(graph)).acts < before + 8) await sleep(20)
        const loader = (await processesOf('demo')).filter((pid) => pid !== first.process.pid)
        expect(loader).toHaveLength(1)
        if (victim === 'everybody') ctrlC(first)
        else process.kill(victim === 'loader' ? loader[0]! : first.process.pid!, 'SIGKILL')
        const { code, text } = await first.ended
        if (victim === 'everybody') expect([code, text]).toEqual([0, 'Loading the worked scenario\n'])
        if (victim === 'loader')
          expect([code, text]).toEqual([1, expect.stringContaining('CONFIG: expected the scenario to load')])
        expect(await gone('demo')).toEqual([])
        expect(text).not.toContain('listens at')
      }
      const server = start('demo', shared())
      const text = await server.listening
      expect(text.match(/^ {2}npx portolan .+$/gm)).toHaveLength(7)
      await expectWholeScenario(graph)

      // The home is taken: a second start says so, and ends.
      const second = await start('demo', shared()).ended
      expect([second.code, second.text.trim()]).toEqual([
        1,
        `HOME_BUSY: expected a free home, got one in use by process ${server.process.pid}`,
      ])

      // What somebody writes into Neo4j by hand makes nobody an officer and nothing visible.
      const url = urlIn(text)
      const reports = async () =>
        (await ask('demo', url, 'it-sco.paola', '{ reports { totalCount } offices { office } }')).data
      const seen = await reports()
      await graph.setup(
        "CREATE (:Office {office: 'xx-forged', country: 'XX', key: 'forged'}), (:Person {person: 'it-sco.paola', key: 'forged'})",
      )
      await graph.setup(
        "CREATE (:Compartment {number: 100000, key: 'forged', to: ['all'], except: [], countries: ['IT']})",
      )
      expect(await reports()).toEqual(seen)

      // Ctrl-C ends it and all that it started.
      ctrlC(server)
      expect((await server.ended).code).toBe(0)
      expect(await gone('demo')).toEqual([])
    },
    2 * START,
  )

  it(
    'is started again within seconds, sends nothing again, and still knows nothing of what was written by hand',
    async () => {
      const begun = performance.now()
      const server = start('demo', { ...shared(), PORTOLAN_LANG: 'fr', PORTOLAN_MODE: 'development' })
      while (!/http:\/\/127/.test(server.out())) {
        if (performance.now() - begun > START) throw new Error(server.out())
        await sleep(50)
      }
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.out())![0]
      await expectWholeScenario(graph)
      const { data } = await ask(
        'demo',
        url,
        'it-sco.paola',
        '{ offices { office } __schema { queryType { name } } }',
      )
      expect(data.offices.map(({ office }: { office: string }) => office)).not.toContain('xx-forged')
      expect(data.__schema).toEqual({ queryType: { name: 'Query' } })
      // The home that the start made is an officer's as it is: he seals from it and opens with it.
      const home = join(HOMES, 'demo', 'demo')
      const why = ['--purpose', 'EXCHANGE', '--justification', 'the first letter']
      const letter = ['--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--case', 'NE-1', '--text', 'Bonjour']
      const sent = await cli(['message', 'send', ...letter, '--as', 'ne-dst.aicha', ...why], home)
      expect(sent).toMatchObject({ code: 0, err: expect.not.stringContaining('CONFIG') })
      const inbox = await cli(['message', 'inbox', '--json', '--as', 'it-sco.paola', ...why], home)
      const [{ id }] = JSON.parse(inbox.out).nodes
      const opened = await cli(['message', 'open', id, '--as', 'it-sco.paola', ...why], home)
      expect(opened).toMatchObject({ code: 0, out: expect.stringContaining('Bonjour') })
      server.process.kill('SIGTERM')
      expect((await server.ended).code).toBe(0)
    },
    START,
  )

  it(
    'answers no request again that it answered before a kill -9, and goes on with the session',
    async () => {
      const port = await freePort()
      const place = { ...shared(), PORTOLAN_PORT: String(port) }
      const first = start('demo', place)
      const url = urlIn(await first.listening)
      const key = await (await openKeyStore(join(HOMES, 'demo', 'demo', 'keys'))).loadKey(
        'it-sco.paola',
        async () => '',
      )
      const session = await login({ url, key })
      const { sent, stop } = overhearing()
      const asked = () => session.request({ query: '{ me { person } }', extensions: { purpose: PURPOSE } })
      try {
        expect((await asked()).status).toBe(200)
        // The answer has come: that is all that anybody knows of when it dies.
        first.process.kill('SIGKILL')
        await first.ended
        const second = start('demo', place)
        await second.listening
        const again = async (init: Sent) =>
          (await fetch(`${url}/graphql`, { method: 'POST', ...init })).status
        expect(await again(sent[0]!)).toBe(401)
        const before = session.login().session
        expect((await asked()).status).toBe(200)
        expect(session.login().session).toBe(before)
        expect(await again(sent.at(-1)!)).toBe(401)
        second.process.kill('SIGINT')
        await second.ended
      } finally {
        stop()
      }
    },
    START,
  )

  it(
    'is refused by production, and names a port that is taken',
    async () => {
      const genesis = join(HOMES, 'demo', 'demo', 'directory.json')
      const refused = await start('demo', {
        ...shared(),
        PORTOLAN_MODE: 'production',
        PORTOLAN_GENESIS: genesis,
      }).ended
      expect([refused.code, refused.text]).toEqual([
        1,
        expect.stringMatching(/^CONFIG: PORTOLAN_HOME: .*demonstration/),
      ])
      const taken = createServer()
      await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
      const { port } = taken.address() as { port: number }
      const busy = await start('demo', { ...shared(), PORTOLAN_PORT: String(port) }).ended
      taken.close()
      expect([busy.code, busy.text]).toEqual([1, expect.stringContaining('PORTOLAN_PORT')])
    },
    START,
  )
})

describe('a demonstration with a Neo4j of its own', () => {
  const own = { NEO4J_HEAP: '512m', NEO4J_PAGE_CACHE: '64m' }
  const pidOfJava = async () =>
    Number(await readFile(join(HOMES, 'own', 'neo4j', 'pid'), 'utf8').catch(() => Number.NaN))
  const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const parentOf = async (pid: number) =>
    Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1])

  it(
    'survives Ctrl-C and a kill -9 of Java, of its keeper and of the server: the next start has every report once',
    async () => {
      await mkdir(join(HOMES, 'own'), { recursive: true, mode: 0o700 })
      await symlink(TEST_JARS, join(HOMES, 'own', 'jars'))
      // Ctrl-C while Java starts: nothing was wrong, so nothing is said.
      const hasty = start('own', own)
      while (!(await commandOf(await pidOfJava())).includes(HOMES)) await sleep(20)
      ctrlC(hasty)
      expect(await hasty.ended).toEqual({ code: 0, text: '' })
      expect(await gone('own')).toEqual([])

      // Java, its keeper and the server are killed while the scenario is sent, one after the other.
      const killed = async (victim: (server: Server) => number | Promise<number>) => {
        const server = start('own', own)
        await sentMore('own', await sentBy('own'))
        process.kill(await victim(server), 'SIGKILL')
        return server.ended
      }
      const ofNeo4j = [1, expect.stringContaining('NEO4J_UNAVAILABLE: Neo4j ended by itself')]
      for (const victim of [pidOfJava, async () => parentOf(await pidOfJava())]) {
        const { code, text } = await killed(victim)
        expect([code, text]).toEqual(ofNeo4j)
        expect(await gone('own')).toEqual([])
      }
      await killed(({ process: { pid } }) => pid!)
      // Nothing outlives it by more than an orderly stop; the next start need not wait for that.
      const third = start('own', own)
      const url = urlIn(await third.listening)
      expect(
        (await ask('own', url, 'it-sco.paola', '{ reports { totalCount } }')).data.reports.totalCount,
      ).toBeGreaterThan(10)
      const password = (await readFile(join(HOMES, 'own', 'neo4j', 'password'), 'utf8')).trim()
      const conf = await readFile(join(HOMES, 'own', 'neo4j', 'conf', 'neo4j.conf'), 'utf8')
      const inside = await openGraph({
        uri: `bolt://${/listen_address=(127\.0\.0\.1:\d+)/.exec(conf)![1]}`,
        user: 'neo4j',
        password,
      })
      await expectWholeScenario(inside)
      await inside.close()

      // And once more when all is loaded: it ends by itself, and the next start is whole.
      process.kill(await parentOf(await pidOfJava()), 'SIGKILL')
      const { code, text } = await third.ended
      expect([code, text]).toEqual(ofNeo4j)
      const fourth = start('own', own)
      const again = urlIn(await fourth.listening)
      expect(fourth.out()).not.toContain('Loading')
      expect((await ask('own', again, 'it-sco.paola', '{ me { person } }')).data.me.person).toBe(
        'it-sco.paola',
      )
      const java = await pidOfJava()
      ctrlC(fourth)
      expect((await fourth.ended).code).toBe(0)
      expect(await gone('own')).toEqual([])
      expect(await commandOf(java)).not.toContain(HOMES)
    },
    6 * START,
  )
})

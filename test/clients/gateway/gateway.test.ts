import type { ChildProcess } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readReceipts } from '../../../clients/gateway/kept-receipts.ts'
import { report as reportOf } from '../../report.ts'
import { openSite, type Site, startCli, WHY } from '../cli/site.ts'

// The gateway as a real program between real programs and a real server.

type Running = {
  child: ChildProcess
  url: string
  token: string
  socket: string
  tokenFile: string
  err(): string
}
// biome-ignore lint/suspicious/noExplicitAny: each question has an answer of its own shape
type Told = { status: number; body: any; headers: NodeJS.Dict<string | string[]> }

let site: Site
let home: string
const started: Running[] = []

beforeAll(async () => {
  site = await openSite()
  home = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
}, 1_500_000)
afterEach(async () => {
  for (const one of started.splice(0)) await kill(one, 'SIGTERM')
})
afterAll(() => site?.close())

async function start(args: string[] = WHY): Promise<Running> {
  const child = startCli(['gateway', '--as', 'ne-dst.aicha', '--json', ...args], { home })
  let [out, err] = ['', '']
  child.stderr!.on('data', (chunk) => {
    err += chunk
  })
  const up = await new Promise<Omit<Running, 'child' | 'err'>>((settle, fail) => {
    child.stdout!.on('data', (chunk) => {
      out += chunk
      if (out.trimEnd().endsWith('}')) settle(JSON.parse(out))
    })
    child.once('exit', (code) => fail(new Error(`the gateway ended: ${code} ${err}`)))
  })
  const running = { child, ...up, err: () => err }
  started.push(running)
  return running
}

function kill({ child }: Running, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => {
    child.once('exit', () => done())
    child.kill(signal)
  })
}

type Call = {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string
  socketPath?: string
}

/** Plain node:http, which lets a test lie about every header. */
function call(
  gateway: Running,
  { method = 'POST', path = '/graphql', headers = {}, body = '', socketPath }: Call,
): Promise<Told> {
  const { hostname, port } = new URL(gateway.url)
  return new Promise((settle, fail) => {
    const sent = request(
      { ...(socketPath ? { socketPath } : { hostname, port }), method, path, headers },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () =>
          settle({
            status: answer.statusCode!,
            body: text ? JSON.parse(text) : null,
            headers: answer.headers,
          }),
        )
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })
}

const JSON_TYPE = { 'content-type': 'application/json' }
const withToken = ({ token }: Running) => ({ ...JSON_TYPE, authorization: `Bearer ${token}` })
const ME = JSON.stringify({ query: '{ me { person } }' })
const ask = (gateway: Running, query: string, variables = {}) =>
  call(gateway, { headers: withToken(gateway), body: JSON.stringify({ query, variables }) })
const receipts = async () => (await readReceipts([join(home, 'receipts')])).receipts.length

describe('the door of the gateway', () => {
  it('lets in who holds the token of this start, and states the purpose for him', async () => {
    const gateway = await start()
    const { status, body, headers } = await ask(gateway, '{ me { person } }')
    expect([status, body]).toEqual([200, { data: { me: { person: 'ne-dst.aicha' } } }])
    expect(headers['portolan-receipt']).toContain('asked=:')
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(gateway.token).toHaveLength(43)
    expect((await stat(gateway.tokenFile)).mode & 0o777).toBe(0o600)
    expect((await readFile(gateway.tokenFile, 'utf8')).trim()).toBe(gateway.token)
  })

  it('turns everything else away, and nothing of it reaches the server', async () => {
    const gateway = await start()
    await ask(gateway, '{ me { person } }')
    const before = await receipts()
    const good = withToken(gateway)
    const { host } = new URL(gateway.url)
    const attacks: [string, Call, number][] = [
      ['no token', { headers: JSON_TYPE, body: ME }, 401],
      ['a wrong token', { headers: { ...good, authorization: 'Bearer x' }, body: ME }, 401],
      [
        'a name rebound to this machine',
        { headers: { ...good, host: `evil.example:${new URL(gateway.url).port}` }, body: ME },
        421,
      ],
      [
        'localhost for 127.0.0.1',
        { headers: { ...good, host: host.replace('127.0.0.1', 'localhost') }, body: ME },
        421,
      ],
      ['a page of another site', { headers: { ...good, origin: 'https://evil.example' }, body: ME }, 403],
      ['a page of our own', { headers: { ...good, origin: `http://${host}` }, body: ME }, 403],
      ['a sandboxed page', { headers: { ...good, origin: 'null' }, body: ME }, 403],
      ['GET', { method: 'GET', path: '/graphql?query={me{person}}', headers: good }, 404],
      ['GET without a query', { method: 'GET', headers: good }, 405],
      ['a preflight', { method: 'OPTIONS', headers: { ...good, origin: 'https://evil.example' } }, 403],
      [
        'a form',
        {
          headers: { ...good, 'content-type': 'application/x-www-form-urlencoded' },
          body: 'query={me{person}}',
        },
        415,
      ],
      [
        'plain text, which a page may send unasked',
        { headers: { ...good, 'content-type': 'text/plain' }, body: ME },
        415,
      ],
      [
        'multipart',
        { headers: { ...good, 'content-type': 'multipart/form-data; boundary=x' }, body: ME },
        415,
      ],
      ['several operations at once', { headers: good, body: `[${ME}]` }, 400],
      ['no JSON', { headers: good, body: '{' }, 400],
      ['more than a MiB', { headers: good, body: ' '.repeat((1 << 20) + 1) }, 413],
      ['another path', { path: '/login', headers: good, body: ME }, 404],
    ]
    for (const [what, attack, expected] of attacks) {
      const { status, headers } = await call(gateway, attack)
      expect(status, what).toBe(expected)
      expect(
        Object.keys(headers).filter((name) => name.startsWith('access-control')),
        what,
      ).toEqual([])
    }
    expect(await receipts()).toBe(before)
  })

  it('draws another token at each start, and refuses a second gateway of the same officer', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(/HOME_BUSY/)
    await kill(first, 'SIGTERM')
    const second = await start()
    expect(second.token).not.toBe(first.token)
    expect((await call(second, { headers: withToken(first), body: ME })).status).toBe(401)
  })

  it('gives the command line a socket that only its owner can open', async () => {
    const gateway = await start()
    expect((await stat(gateway.socket)).mode & 0o777).toBe(0o600)
    const told = await call(gateway, { socketPath: gateway.socket, headers: JSON_TYPE, body: ME })
    expect(told.body.data.me.person).toBe('ne-dst.aicha')
    const bad = await call(gateway, {
      socketPath: gateway.socket,
      headers: { 'content-type': 'text/plain' },
      body: ME,
    })
    expect(bad.status).toBe(415)
    // The CLI goes this way: the receipt is kept once, by the gateway.
    const before = await receipts()
    const { person } = await site.data(['whoami', '--as', 'ne-dst.aicha', ...WHY], { home })
    expect([person, await receipts()]).toEqual(['ne-dst.aicha', before + 1])
  })

  it('serves GraphiQL when told to: a page that brings all it needs, holds no token, and may ask with one', async () => {
    const gateway = await start([...WHY, '--graphiql'])
    const { host, origin } = new URL(gateway.url)
    const page = await fetch(gateway.url)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'")
    expect(html).toContain('renderYogaGraphiQL')
    expect(html).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="(?:https?:)?\/\//)
    expect(html).not.toContain(gateway.token)
    const asked = await call(gateway, { headers: { ...withToken(gateway), origin }, body: ME })
    expect(asked.status).toBe(200)
    const other = await call(gateway, {
      headers: { ...withToken(gateway), origin: 'http://127.0.0.1:1' },
      body: ME,
    })
    expect(other.status).toBe(403)
    const rebound = await fetch(gateway.url.replace('127.0.0.1', 'localhost'))
    expect(rebound.status).toBe(421)
    expect(host).toMatch(/^127\.0\.0\.1:/)
  })

  it('passes the server’s refusals through as they are', async () => {
    const gateway = await start([])
    const { status, body } = await ask(gateway, '{ me { person } }')
    expect([status, body.errors[0].extensions.code]).toEqual([200, 'PURPOSE_REQUIRED'])
    expect((await ask(gateway, '{ nonsense }')).status).toBe(200)
  })
})

describe('without a link', () => {
  const SUBMIT = 'mutation($input: ReportInput!) { submitReport(input: $input) { replayed report { id } } }'
  const COUNT = 'query count { reports { totalCount } }'

  /** Stops the server's listener, and starts it again at the same port. */
  const cut = () =>
    new Promise<void>((done) => {
      site.portolan.server.close(() => done())
      site.portolan.server.closeAllConnections()
    })
  const mend = () =>
    new Promise<void>(
      (done) => void site.portolan.server.listen(Number(new URL(site.portolan.url).port), '127.0.0.1', done),
    )

  it('reports wait sealed on disk through kill -9 and are sent in order when it is back', async () => {
    const gateway = await start()
    const { body: before } = await ask(gateway, COUNT)
    await cut()
    const keys = ['offline-first', 'offline-second', 'offline-third']
    for (const [i, key] of keys.entries()) {
      const { status, body } = await ask(gateway, SUBMIT, { input: reportOf(key) })
      expect([status, body.queued, body.extensions]).toEqual([202, true, { queued: true, waiting: i + 1 }])
    }
    const offline = await ask(gateway, COUNT)
    expect(offline.body).toMatchObject({
      ...before,
      extensions: { offline: { since: expect.stringMatching(/^\d{4}-/) } },
    })
    const never = await ask(gateway, '{ offices { office } }')
    expect([never.status, never.body.errors[0].extensions.code]).toEqual([503, 'UNREACHABLE'])
    const withdrawal =
      'mutation { withdrawReport(report: "x", key: "withdraw.1", reason: ERROR) { replayed } }'
    expect((await ask(gateway, withdrawal)).status).toBe(503)

    await kill(gateway, 'SIGKILL')
    const outbox = join(home, 'gateway', 'ne-dst.aicha', 'outbox')
    const files = (await readdir(outbox)).filter((name) => name.endsWith('.pgp')).sort()
    expect(files).toHaveLength(3)
    for (const file of files) {
      expect((await stat(join(outbox, file))).mode & 0o777).toBe(0o600)
      expect((await readFile(join(outbox, file))).includes('offline-')).toBe(false)
    }

    // It starts without a link as well, and what was asked once is still known.
    const again = await start()
    expect((await ask(again, COUNT)).body.extensions.offline).toBeDefined()
    await mend()
    await expect.poll(() => again.err(), { timeout: 30_000 }).toMatch(/(?:submitReport[\s\S]*){3}/)
    expect((await readdir(outbox)).filter((name) => name.endsWith('.pgp'))).toEqual([])
    const after = await ask(again, 'query { reports(first: 3) { totalCount nodes { id } } }')
    expect(after.body.data.reports.totalCount).toBe(before.data.reports.totalCount + 3)
    const replay = await ask(again, SUBMIT, { input: reportOf('offline-third') })
    expect(replay.body.data.submitReport).toMatchObject({
      replayed: true,
      report: { id: after.body.data.reports.nodes[0].id },
    })
  })

  it('what was kept is forgotten when something is taken back, by oneself or as an answer tells', async () => {
    const gateway = await start()
    const made = await ask(gateway, SUBMIT, { input: reportOf('taken-back-1') })
    const id = made.body.data.submitReport.report.id
    const withoutLink = async () => {
      await cut()
      const { status } = await ask(gateway, COUNT)
      await mend()
      return status
    }
    // What is answered is kept a moment later.
    const keep = async () => {
      await ask(gateway, COUNT)
      return withoutLink()
    }
    await expect.poll(keep, { timeout: 30_000 }).toBe(200)
    const withdrawal = `mutation { withdrawReport(report: "${id}", key: "withdraw.2", reason: ERROR) { replayed } }`
    expect((await ask(gateway, withdrawal)).body).toEqual({ data: { withdrawReport: { replayed: false } } })
    expect(await withoutLink()).toBe(503)

    await expect.poll(keep, { timeout: 30_000 }).toBe(200)
    const acts = await ask(gateway, `{ report(id: "${id}") { acts { kind time } } }`)
    expect(acts.body.data.report.acts).toMatchObject([{ kind: 'SUBMIT' }, { kind: 'WITHDRAW' }])
    expect(await withoutLink()).toBe(503)
  })

  it('the command line says that a report waits, and ends with 0', async () => {
    const gateway = await start()
    await site.data(['whoami', '--as', 'ne-dst.aicha', ...WHY], { home })
    await cut()
    const file = join(home, 'report.json')
    const { writeFile } = await import('node:fs/promises')
    await writeFile(file, JSON.stringify(reportOf('offline-cli-1')))
    const said = await site.run(['report', 'submit', file, '--as', 'ne-dst.aicha', ...WHY], { home })
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('kept sealed on this machine') })
    const known = await site.run(['whoami', '--as', 'ne-dst.aicha', ...WHY], { home })
    expect(known).toMatchObject({ code: 0, err: expect.stringContaining('this is the answer of') })
    expect(known.err.match(/this is the answer of/g)).toHaveLength(1)
    await mend()
    await expect.poll(() => gateway.err(), { timeout: 30_000 }).toMatch(/submitReport/)
  })
})

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeHeader, frameSize } from '../../schema/wire/audit-frame.ts'
import { signRequest } from '../../schema/wire/http-signature.ts'
import { type LoginAnswer, loginText } from '../../schema/wire/login.ts'
import { type Answered, type Audit, type Open, openAudit } from '../../server/audit/log.ts'
import { fileShelf, type Shelf, type Store } from '../../server/audit/storage.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 2: a durable record stands before anything runs, and a second one before the first byte of the answer leaves.

/** Every call that writes counts; from the n-th on the storage is dead. */
function mortal(shelf: Shelf) {
  const state = { dieAt: Number.POSITIVE_INFINITY, calls: 0 }
  const live = () => {
    if (++state.calls >= state.dieAt) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
  }
  const store = (inner: Store): Store => ({
    ...inner,
    size: () => inner.size(),
    async append(bytes) {
      live()
      await inner.append(bytes)
    },
    async sync() {
      live()
      await inner.sync()
    },
  })
  const dying: Shelf = {
    ...shelf,
    names: () => shelf.names(),
    open: async (name) => store(await shelf.open(name)),
    async replace(name, bytes) {
      live()
      await shelf.replace(name, bytes)
    },
  }
  return { dying, state }
}

/** The kinds of what stands about callers in a log that nobody has repaired. */
async function kindsOnDisk(home: string): Promise<string[]> {
  const details = await readFile(join(home, '00000000.details'))
  const kinds: string[] = []
  for (let at = 0; ; ) {
    const header = decodeHeader(details, at)
    if (!header) return kinds
    if (header.kind !== 'PERIOD') kinds.push(header.kind)
    at += frameSize(header.bodyLength, header.tokens)
  }
}

let portolan: TestPortolan
let graph: Graph
let cast: Cast
let ran = 0
const homes: string[] = []
const honest: { audit?: Audit } = {}

beforeAll(async () => {
  const login = await testNeo4j()
  graph = await openGraph(login)
  const counted: Graph = {
    ...graph,
    read(statement, params, deadline) {
      ran += 1
      return graph.read(statement, params, deadline)
    },
    write(statement, params, deadline) {
      ran += 1
      return graph.write(statement, params, deadline)
    },
  }
  cast = await makeStage()
  portolan = await openPortolan(login, cast, { graph: counted })
  honest.audit = portolan.instance.audit
  await portolan.session('ne-dst.aicha')
}, 1_500_000)
afterAll(async () => {
  if (honest.audit) portolan.instance.audit = honest.audit
  await portolan?.close()
  await graph?.close()
  for (const home of homes) await rm(home, { recursive: true, force: true })
})

/** One signed request over a bare socket: every byte that comes back, and whether the server closed it. */
async function raw(body: unknown, cut?: 'AT_ONCE' | 'AFTER_SENDING'): Promise<Buffer> {
  const session = await rawSession()
  const bytes = Buffer.from(JSON.stringify(body))
  const { headers } = signRequest({
    ...{
      method: 'POST',
      targetUri: `${portolan.url}/graphql`,
      contentType: 'application/json',
      body: bytes,
      session: session.answer.session,
    },
    ...{
      privateKey: session.privateKey,
      created: Math.floor(Date.now() / 1_000),
      nonce: randomBytes(16).toString('base64url'),
    },
  })
  const { port, host } = new URL(portolan.url)
  const lines = [
    'POST /graphql HTTP/1.1',
    `host: ${host}`,
    `content-length: ${bytes.length}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return new Promise((done, failed) => {
    const socket = connect(Number(port), '127.0.0.1')
    const got: Buffer[] = []
    socket.on('data', (chunk: Buffer) => got.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? undefined : failed(error),
    )
    socket.on('close', () => done(Buffer.concat(got)))
    socket.on('connect', () => {
      socket.write(`${lines.join('\r\n')}\r\n\r\n`)
      if (cut === 'AT_ONCE') return void socket.destroy()
      socket.write(bytes, () => cut === 'AFTER_SENDING' && socket.destroy())
    })
  })
}

let live:
  | Promise<{ answer: LoginAnswer; privateKey: ReturnType<typeof generateKeyPairSync>['privateKey'] }>
  | undefined
/** A session whose key this test holds, so that it can sign for a bare socket. */
function rawSession() {
  live ??= (async () => {
    const post = async (path: string, body: unknown) =>
      (
        await fetch(`${portolan.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()
    const { nonce, time } = (await post('/login/nonce', {})) as { nonce: string; time: string }
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const key = cast.key('ne-dst.aicha')
    const statement = {
      origin: portolan.url,
      nonce,
      time,
      fingerprint: key.fingerprint,
      sessionKey: publicKey.export({ format: 'jwk' }).x!,
      office: null,
      role: null,
    }
    const signature = await key.sign(Buffer.from(loginText(statement)), new Date(time))
    return { answer: (await post('/login', { statement, signature })) as LoginAnswer, privateKey }
  })()
  return live
}

/** What was recorded, in order, beside the real log. */
function recorded() {
  const asked: number[] = []
  const answered: { asked: number; answer: Answered }[] = []
  const real = honest.audit!
  portolan.instance.audit = {
    ...bound(real),
    async asked(one) {
      const open = await real.asked(one)
      asked.push(open.index)
      return open
    },
    async answered(open: Open, answer) {
      const receipt = await real.answered(open, answer)
      answered.push({ asked: open.index, answer })
      return receipt
    },
  }
  return { asked, answered }
}

const bound = (audit: Audit): Audit => ({
  asked: (one) => audit.asked(one),
  answered: (open, answer) => audit.answered(open, answer),
  replays: (since) => audit.replays(since),
  periods: (country, from, to) => audit.periods(country, from, to),
  search: (country, question) => audit.search(country, question),
  failure: () => audit.failure(),
  close: () => audit.close(),
})

const until = async (what: () => boolean) => {
  for (let wait = 0; wait < 500 && !what(); wait++) await new Promise((go) => setTimeout(go, 10))
  expect(what()).toBe(true)
}

const body = (query: string, variables: object = {}) => ({
  query,
  variables,
  extensions: { purpose: PURPOSE },
})
const input = (key: string) => report(key, { release: releaseTo([], 'NE') })

describe('when the audit storage dies at its n-th call', () => {
  it('not one byte leaves, for every n, and nothing runs before the question is on record', async () => {
    await rawSession()
    const { auditorsOf } = portolan.instance.directory
    let answeredWhole = 0
    for (let n = 1; answeredWhole === 0; n++) {
      expect(n).toBeLessThan(40)
      const home = await mkdtemp(join(tmpdir(), 'portolan-mortal-'))
      homes.push(home)
      const { dying, state } = mortal(await fileShelf(home))
      const audit = await openAudit({ store: dying, clock: Date.now, auditorsOf })
      portolan.instance.audit = audit
      Object.assign(state, { calls: 0, dieAt: n })
      let recordedFirst = false
      portolan.instance.audit = {
        ...bound(audit),
        asked: async (one) => {
          const open = await audit.asked(one)
          recordedFirst = true
          return open
        },
      }
      ran = 0
      const bytes = await raw(body('{ networks { totalCount } }'))
      if (state.calls < n) answeredWhole = n
      await audit.close().catch(() => {})
      const kinds = await kindsOnDisk(home)
      // What was said is on the disk: question and answer. A leaf alone may be lost, and is made again from its detail.
      if (bytes.length > 0) {
        expect(bytes.toString()).toMatch(/^HTTP\/1\.1 200 /)
        expect(kinds).toEqual(['ASKED', 'ANSWERED'])
      } else if (!recordedFirst) expect(ran).toBe(0)
    }
    // The question, the answer and the keys of the hour: several calls could have died.
    expect(answeredWhole).toBeGreaterThan(3)
    portolan.instance.audit = honest.audit!
  }, 120_000)

  it('health says down, and nothing else', async () => {
    portolan.instance.audit = {
      ...bound(honest.audit!),
      failure: () => honest.audit!.failure() ?? (new Error('dead') as never),
    }
    const answer = await fetch(`${portolan.url}/health`)
    expect([answer.status, await answer.text()]).toEqual([503, '{"status":"down"}'])
    portolan.instance.audit = honest.audit!
  })
})

describe('both records exist', () => {
  it.each([
    ['a syntax error', '{ networks { ', 'SYNTAX'],
    ['a field that is not there', '{ suspects { name } }', 'SYNTAX'],
    [
      'a refusal of depth',
      `{ networks { edges { node { ${'relations { from { id } } '.repeat(1)} ... on Network { routes { legs { leg { from { departures { from { id } } } } } } } } } } }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a refusal of width',
      `{ ${Array.from({ length: 21 }, (_, i) => `a${i}: me { person }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['{__typename}', '{__typename}', 'OK'],
    ['two operations and no name', 'query A { me { person } } query B { me { person } }', 'BAD_REQUEST'],
    ['a subscription', 'subscription { me }', 'BAD_REQUEST'],
    ['a variable that is missing', 'query($id: ID!) { network(id: $id) { id } }', 'BAD_INPUT'],
  ])('of %s', async (_, query, outcome) => {
    const { asked, answered } = recorded()
    const reply = await portolan.ask('ne-dst.aicha', query)
    expect(answered.map((one) => one.asked)).toEqual(asked)
    expect(answered[0]!.answer.detail.outcome).toBe(outcome)
    expect(Buffer.from(answered[0]!.answer.body).toString()).toBe(reply.text)
    portolan.instance.audit = honest.audit!
  })

  it('of a body that is no JSON, no UTF-8 and no object', async () => {
    for (const text of ['null', '[]', '"x"', '{}', '[{"query":"{me{person}}"}]']) {
      const { asked, answered } = recorded()
      const reply = await (await portolan.session('ne-dst.aicha')).request(JSON.parse(text))
      expect(reply.status).toBe(400)
      expect([asked.length, answered[0]?.answer.detail.outcome]).toEqual([1, 'BAD_REQUEST'])
    }
    portolan.instance.audit = honest.audit!
  })

  it.each(['AT_ONCE', 'AFTER_SENDING'] as const)('of a request whose client has gone (%s)', async (cut) => {
    await rawSession()
    const { asked, answered } = recorded()
    const sent = input(`aborted-${cut.toLowerCase()}`)
    await raw(body(SUBMIT, { input: sent }), cut)
    // What did not arrive whole is no request: nothing ran, and nothing had to be recorded.
    if (cut === 'AT_ONCE') {
      await new Promise((go) => setTimeout(go, 100))
      expect([asked.length, answered.length]).toEqual([0, 0])
    } else {
      await until(() => answered.length === 1)
      expect(answered[0]!.answer.detail).toMatchObject({ outcome: 'OK', operation: 'submitReport' })
      const again = await portolan.ask('ne-dst.aicha', SUBMIT, { input: sent })
      expect(again.json.data.submitReport.replayed).toBe(true)
    }
    portolan.instance.audit = honest.audit!
  })
})

describe('an error after the commit', () => {
  it('leaves what was committed on record, and tells the caller that it stands', async () => {
    const { answered } = recorded()
    const { graph: spied } = portolan
    const read = spied.read
    // The read that follows the write finds no store.
    let wrote = false
    const write = spied.write
    portolan.instance.graph.write = (async (...args: Parameters<Graph['write']>) => {
      const rows = await write(...args)
      wrote ||= args[0].name === 'report/submit'
      return rows
    }) as Graph['write']
    portolan.instance.graph.read = (async (...args: Parameters<Graph['read']>) => {
      if (wrote) throw new Error('the store went away')
      return read(...args)
    }) as Graph['read']
    const reply = await portolan.ask('ne-dst.aicha', SUBMIT, { input: input('after-commit-1') })
    Object.assign(portolan.instance.graph, { read, write })
    expect(reply.json).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'OUTCOME_UNCONFIRMED' } }],
    })
    const { detail } = answered[0]!.answer
    const again = await portolan.ask('ne-dst.aicha', SUBMIT, { input: input('after-commit-1') })
    const { report: stored, ids } = again.json.data.submitReport
    expect(detail).toMatchObject({
      outcome: 'OUTCOME_UNCONFIRMED',
      committed: [stored.id, ...ids.map(({ id }: { id: string }) => id)],
    })
    portolan.instance.audit = honest.audit!
  })
})

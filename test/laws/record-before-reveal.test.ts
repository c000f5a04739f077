import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Audit, openAudit } from '../../server/audit/log.ts'
import { machineTimer, Sequencer } from '../../server/audit/sequencer.ts'
import { fileShelf, type Shelf } from '../../server/audit/storage.ts'
import type { Graph } from '../../server/graph.ts'
import { openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type SpiedGraph, spiedGraph } from '../server/spied-graph.ts'
import { type BareSession, bare, bareLogin, dial, loginBody, type Request, request } from './bare-socket.ts'
import { isNoticed, swap, type Undo } from './broken.ts'
import { bound, recording } from './recorded.ts'
import { makeStage, releaseTo } from './stage.ts'
import { mortal, slow } from './storage.ts'

// Law 2: a durable record stands before anything runs, and a second one before the first byte of the answer leaves.

let portolan: TestPortolan
let graph: SpiedGraph
let cast: Cast
let session: BareSession
/** The log that the instance has by itself. */
let own: Audit
const homes: string[] = []

beforeAll(async () => {
  graph = spiedGraph(await openGraph(await testNeo4j()))
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast, { graph })
  own = portolan.instance.audit
  session = await bareLogin(portolan, cast, 'ne-dst.aicha')
  const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input: input('record-first-1') })
  expect(json.errors).toBeUndefined()
}, 1_500_000)
afterAll(async () => {
  if (own) portolan.instance.audit = own
  await portolan?.close()
  await graph?.close()
  for (const home of homes) await rm(home, { recursive: true, force: true })
})

const input = (key: string) => report(key, { release: releaseTo([], 'NE') })
const body = (query: string, variables: object = {}) => ({
  query,
  variables,
  extensions: { purpose: PURPOSE },
})

let keys = 0
type Asking = [title: string, make: () => Request | Promise<Request>]
const asking = (title: string, content: () => object): Asking => [
  title,
  () => request(portolan, '/graphql', content(), session),
]
const ASKED: Asking[] = [
  asking('a question', () => body('{ networks { edges { node { id } } } }')),
  asking('a change', () => body(SUBMIT, { input: input(`recorded-${++keys}`) })),
  asking('a syntax error', () => body('{ networks { ')),
  asking('a question without a purpose', () => ({ query: '{ networks { totalCount } }' })),
  asking('a question that his role may not ask', () =>
    body('{ auditPeriods(from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z") { id } }'),
  ),
  ['a login', async () => request(portolan, '/login', (await loginBody(portolan, cast, 'ne-dst.issa')).body)],
  [
    'a logout',
    async () => request(portolan, '/logout', {}, await bareLogin(portolan, cast, 'ml-dnlt.fanta')),
  ],
]

/** What is between the server and its log; a mutant puts something in between. */
const between = { audit: (audit: Audit) => audit }

/** A log of its own on other storage, in the place of the instance's. */
async function onStorage(as: (shelf: Shelf) => Shelf) {
  const home = await mkdtemp(join(tmpdir(), 'portolan-recorded-'))
  homes.push(home)
  const { auditorsOf } = portolan.instance.directory
  const audit = await openAudit({
    ...{ store: as(await fileShelf(home)), clock: Date.now, auditorsOf },
    // A held sync is late on purpose.
    timer: (ms, run) => machineTimer(ms * 40, run),
  })
  portolan.instance.audit = audit
  return audit
}

const soon = (ms: number) => new Promise<void>((go) => setTimeout(go, ms))
const until = async (what: () => boolean) => {
  for (let wait = 0; wait < 400 && !what(); wait++) await soon(5)
}

/** What ran before the question was durable, and what left before the answer was. */
async function early(all: Asking[]): Promise<string[]> {
  const found: string[] = []
  let store: ReturnType<typeof slow> | undefined
  const audit = await onStorage((shelf) => {
    store = slow(shelf)
    return store.slowed
  })
  for (const [title, make] of all) {
    const sent = await make()
    // The keys of the hour are there from the first request on.
    const reached = { asked: false, answered: false }
    portolan.instance.audit = between.audit({
      ...bound(audit),
      asked(one) {
        const open = audit.asked(one)
        reached.asked = true
        return open
      },
      answered(open, answer) {
        store!.hold()
        const receipt = audit.answered(open, answer)
        reached.answered = true
        return receipt
      },
    })
    graph.calls.length = 0
    store!.hold()
    const { socket, got, closed } = await dial(portolan)
    socket.write(Buffer.concat([Buffer.from(sent.head), sent.body]))
    await until(() => reached.asked)
    await soon(25)
    if (graph.calls.length > 0) found.push(`${title}: ${graph.calls[0]} ran before the question was durable`)
    if (got().length > 0) found.push(`${title}: a byte left before the question was durable`)
    if (!reached.answered) store!.release()
    await until(() => reached.answered)
    await soon(25)
    if (got().length > 0) found.push(`${title}: a byte left before the answer was durable`)
    store!.release()
    const all = (await closed).toString()
    if (!/^HTTP\/1\.1 \d{3} [\s\S]*portolan-receipt:/.test(all)) found.push(`${title}: nothing came`)
  }
  portolan.instance.audit = own
  await audit.close()
  return found
}

/** What came although the log could not be written, at each of its calls. */
async function leaked(all: Asking[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, make] of all) {
    let n = 1
    for (let whole = false; !whole; n++) {
      const sent = await make()
      let state = { calls: 0, dieAt: 0 }
      const audit = await onStorage((shelf) => {
        const { dying, state: own } = mortal(shelf)
        state = own
        return dying
      })
      let recordedFirst = false
      portolan.instance.audit = between.audit({
        ...bound(audit),
        async asked(one) {
          const open = await audit.asked(one)
          recordedFirst = true
          return open
        },
      })
      Object.assign(state, { calls: 0, dieAt: n })
      graph.calls.length = 0
      const bytes = await bare(portolan, sent)
      whole = state.calls < n
      if (whole && !/^HTTP\/1\.1 /.test(bytes.toString())) found.push(`${title}: nothing came`)
      if (!whole && bytes.length > 0) found.push(`${title}: ${bytes.length} bytes came, death at ${n}`)
      if (!recordedFirst && graph.calls.length > 0) found.push(`${title}: ran unrecorded, death at ${n}`)
      portolan.instance.audit = own
      await audit.close().catch(() => {})
    }
    // The question, the answer and the keys of the hour: several calls could have died.
    if (n < 5) found.push(`${title}: only ${n} calls wrote`)
  }
  return found
}

/** Requests whose two records are not what was asked and what came. */
async function unrecorded(all: Asking[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, make] of all) {
    const sent = await make()
    const { asked, answered, stop } = recording(portolan)
    portolan.instance.audit = between.audit(portolan.instance.audit)
    graph.calls.length = 0
    const [head, text] = (await bare(portolan, sent)).toString().split('\r\n\r\n')
    stop()
    const [{ answer }] = answered.length > 0 ? answered : [{ answer: null }]
    if (asked.length !== 1 || answered.length !== 1 || answered[0]!.asked !== asked[0]) {
      found.push(`${title}: ${asked.length} asked, ${answered.length} answered`)
      continue
    }
    if (Buffer.from(answer!.body).toString() !== text) found.push(`${title}: another body is on record`)
    if (!head!.startsWith(`HTTP/1.1 ${answer!.status} `)) found.push(`${title}: another status is on record`)
    const { statements, shown, committed = [] } = answer!.detail
    const ran = [...new Set(graph.calls)].filter((name) => name !== 'compartment/intern').sort()
    if (
      statements
        .map(({ name }) => name)
        .sort()
        .join() !== ran.join()
    )
      found.push(`${title}: ${statements.map(({ name }) => name)} on record, ${ran} ran`)
    const ids = [...text!.matchAll(/"id":"(\w{26})"/g)].map(([, id]) => id!)
    const told = ids.filter((id) => !shown.includes(id) && !committed.includes(id))
    if (told.length > 0) found.push(`${title}: ${told} were shown and are not on record`)
  }
  return found
}

describe('a question', () => {
  it.each(ASKED)('such as %s runs when it is durable, and its answer leaves when that is', async (...row) => {
    expect(await early([row])).toEqual([])
  })
})

describe('when the audit storage dies at its n-th call', () => {
  it.each(ASKED)('not one byte leaves, for every n: %s', async (...row) => {
    expect(await leaked([row])).toEqual([])
  })

  it('health says down, and nothing else', async () => {
    const dead = () => own.failure() ?? (new Error('dead') as never)
    portolan.instance.audit = { ...bound(own), failure: dead }
    const answer = await fetch(`${portolan.url}/health`)
    expect([answer.status, await answer.text()]).toEqual([503, '{"status":"down"}'])
    portolan.instance.audit = own
  })
})

describe('both records exist', () => {
  it.each(ASKED)('of %s, and say what ran, what was shown and what came', async (...row) => {
    expect(await unrecorded([row])).toEqual([])
  })

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
    const { asked, answered, stop } = recording(portolan)
    const reply = await portolan.ask('ne-dst.aicha', query)
    expect(answered.map((one) => one.asked)).toEqual(asked)
    expect(answered[0]!.answer.detail.outcome).toBe(outcome)
    expect(Buffer.from(answered[0]!.answer.body).toString()).toBe(reply.text)
    stop()
  })

  it('of a body that is no JSON, no UTF-8 and no object', async () => {
    for (const text of ['null', '[]', '"x"', '{}', '[{"query":"{me{person}}"}]']) {
      const { asked, answered, stop } = recording(portolan)
      const reply = await (await portolan.session('ne-dst.aicha')).request(JSON.parse(text))
      expect(reply.status).toBe(400)
      expect([asked.length, answered[0]?.answer.detail.outcome]).toEqual([1, 'BAD_REQUEST'])
      stop()
    }
  })
})

describe('an error after the commit', () => {
  it('leaves what was committed on record, and tells the caller that it stands', async () => {
    const { answered, stop } = recording(portolan)
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
    stop()
  })
})

const nothing = {
  asked: Buffer.alloc(0),
  answered: Buffer.alloc(0),
  s1: Buffer.alloc(0),
  s2: Buffer.alloc(0),
}
/** A log that lets something else happen in its place. */
const logging = (as: (audit: Audit) => Partial<Audit>) => () =>
  swap(between, 'audit', (audit) => ({ ...audit, ...as(audit) }))

const MUTANTS: [string, () => Undo][] = [
  [
    'the question is not waited for',
    logging((audit) => ({
      async asked(one) {
        const open = audit.asked(one)
        open.catch(() => {})
        return { index: 0, leaf: nothing.asked, s1: nothing.s1, caller: one.caller, open } as never
      },
      answered: async (open, answer) =>
        audit.answered(await (open as unknown as { open: ReturnType<Audit['asked']> }).open, answer),
    })),
  ],
  [
    'the answer is not waited for',
    logging((audit) => ({
      async answered(open, answer) {
        audit.answered(open, answer).catch(() => {})
        return nothing
      },
    })),
  ],
  [
    'a record counts before it is synced',
    () => {
      const { append } = Sequencer.prototype
      return swap(Sequencer.prototype, 'append', function (this: Sequencer, ...args) {
        append.apply(this, args).catch(() => {})
        return Promise.resolve()
      })
    },
  ],
  [
    'a log that fails is done without',
    logging((audit) => ({
      asked: (one) =>
        audit
          .asked(one)
          .catch(() => ({ index: -1, leaf: nothing.asked, s1: nothing.s1, caller: one.caller })),
      answered: (open, answer) => audit.answered(open, answer).catch(() => nothing),
    })),
  ],
  [
    'a refusal is not recorded',
    logging((audit) => ({
      answered: async (open, answer) =>
        answer.detail.outcome === 'OK' ? audit.answered(open, answer) : nothing,
    })),
  ],
  [
    'a login is not recorded',
    logging((audit) => ({
      asked: async (one) =>
        (one.detail as { operation?: string }).operation === 'login'
          ? { index: -1, leaf: nothing.asked, s1: nothing.s1, caller: one.caller }
          : audit.asked(one),
      answered: async (open, answer) => (open.index < 0 ? nothing : audit.answered(open, answer)),
    })),
  ],
  [
    'what was shown is not recorded',
    logging((audit) => ({
      answered: (open, answer) =>
        audit.answered(open, { ...answer, detail: { ...answer.detail, shown: [], committed: [] } }),
    })),
  ],
  [
    'what ran is not recorded',
    logging((audit) => ({
      answered: (open, answer) =>
        audit.answered(open, { ...answer, detail: { ...answer.detail, statements: [] } }),
    })),
  ],
  [
    'another answer is recorded than the one that is sent',
    logging((audit) => ({
      answered: (open, answer) => audit.answered(open, { ...answer, body: Buffer.from('{"data":null}') }),
    })),
  ],
  [
    'a sign of life is sent while the answer is made',
    () => {
      const alive = (_: unknown, response: { writeProcessing(): void }) => response.writeProcessing()
      portolan.server.prependListener('request', alive)
      return () => portolan.server.off('request', alive)
    },
  ],
]

isNoticed([() => early(ASKED.slice(0, 2)), () => leaked(ASKED.slice(0, 1)), () => unrecorded(ASKED)], MUTANTS)

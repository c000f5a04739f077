import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type SpiedGraph, spiedGraph } from '../server/spied-graph.ts'
import { type BareSession, bareLogin, dial, loginBody, type Request, request } from './bare-socket.ts'
import { bound, recording } from './recorded.ts'
import { makeStage, releaseTo } from './stage.ts'

// Attack 12: whoever goes away, at whatever moment, has asked what he asked. What he was about to be told is on record.

let portolan: TestPortolan
let graph: SpiedGraph
let cast: Cast
let session: BareSession

beforeAll(async () => {
  graph = spiedGraph(await openGraph(await testNeo4j()))
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast, { graph })
  session = await bareLogin(portolan, cast, 'ne-dst.aicha')
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  await graph?.close()
})

type Stage =
  | 'ASKED is written'
  | 'ASKED stands'
  | 'Neo4j runs'
  | 'Neo4j has answered'
  | 'ANSWERED is written'
  | 'ANSWERED stands'
const STAGES: Stage[] = [
  ...(['ASKED is written', 'ASKED stands', 'Neo4j runs', 'Neo4j has answered'] as const),
  ...(['ANSWERED is written', 'ANSWERED stands'] as const),
]

/** Sends a request, and goes away for good at a stage. Resolves when the server has seen that he is gone. */
async function leaveAt(stage: Stage, { head, body }: Request): Promise<void> {
  const { socket, closed } = await dial(portolan)
  const seen = new Promise<void>((gone) =>
    portolan.server.once('request', ({ socket: theirs }) => theirs.once('close', () => gone())),
  )
  let left: Promise<unknown> | undefined
  const leave = async (at: Stage) => {
    if (at !== stage || left) return
    left = Promise.all([closed, seen])
    socket.resetAndDestroy()
    await left
  }
  const { audit } = portolan.instance
  portolan.instance.audit = {
    ...bound(audit),
    async asked(one) {
      const [open] = await Promise.all([audit.asked(one), leave('ASKED is written')])
      await leave('ASKED stands')
      return open
    },
    async answered(open, answer) {
      const [receipt] = await Promise.all([audit.answered(open, answer), leave('ANSWERED is written')])
      await leave('ANSWERED stands')
      return receipt
    },
  }
  graph.before = () => leave('Neo4j runs')
  graph.after = () => leave('Neo4j has answered')
  socket.write(Buffer.concat([Buffer.from(head), body]))
  await closed
  await seen
  graph.before = graph.after = () => {}
  portolan.instance.audit = audit
}

const until = async (what: () => boolean) => {
  for (let wait = 0; wait < 1_000 && !what(); wait++) await new Promise((go) => setTimeout(go, 5))
  expect(what()).toBe(true)
}
const asked = (query: string, variables: object = {}) =>
  request(portolan, '/graphql', { query, variables, extensions: { purpose: PURPOSE } }, session)
const input = (key: string) => report(key, { release: releaseTo([], 'NE') })

describe('a client that goes away', () => {
  it.each(STAGES)('when %s has asked, and what he was to be told is on record', async (stage) => {
    const { answered, asked: questions, stop } = recording(portolan)
    await leaveAt(stage, asked('{ networks { totalCount } }'))
    await until(() => answered.length === 1)
    stop()
    expect(answered[0]!.asked).toBe(questions[0])
    expect(questions).toHaveLength(1)
    const { status, detail, body } = answered[0]!.answer
    expect(status).toBe(200)
    expect(detail).toMatchObject({
      outcome: 'OK',
      operation: 'networks',
      purpose: PURPOSE.code,
      statements: [{ name: 'network/list' }],
    })
    expect(JSON.parse(Buffer.from(body).toString()).data.networks).toBeDefined()
  })

  it.each(STAGES)('when %s has made his change, and finds it again by its key', async (stage) => {
    const sent = input(`gone-${STAGES.indexOf(stage)}-change`)
    const { answered, stop } = recording(portolan)
    await leaveAt(stage, asked(SUBMIT, { input: sent }))
    await until(() => answered.length === 1)
    stop()
    const { detail } = answered[0]!.answer
    const again = (await portolan.ask('ne-dst.aicha', SUBMIT, { input: sent })).json.data.submitReport
    expect(again.replayed).toBe(true)
    expect(detail).toMatchObject({ outcome: 'OK', operation: 'submitReport' })
    expect(detail.committed).toContain(again.report.id)
  })

  it.each(['ASKED is written', 'ASKED stands', 'ANSWERED is written', 'ANSWERED stands'] as const)(
    'when %s has signed in, and that is on record',
    async (stage) => {
      const { body } = await loginBody(portolan, cast, 'ne-dst.issa')
      const { answered, stop } = recording(portolan)
      await leaveAt(stage, request(portolan, '/login', body))
      await until(() => answered.length === 1)
      stop()
      expect(answered[0]!.answer.detail).toMatchObject({ outcome: 'OK', operation: 'login' })
    },
  )

  it.each([
    ['before its body', 0],
    ['in the midst of its body', 0.5],
    ['before the last octet of it', 0.999],
  ])('%s has asked nothing: nothing runs, and nothing is on record', async (_, part) => {
    const { head, body } = asked(SUBMIT, { input: input('gone-half-sent-1') })
    await portolan.session('it-sco.paola')
    const { asked: questions, answered, stop } = recording(portolan)
    graph.calls.length = 0
    const { socket, closed } = await dial(portolan)
    const seen = new Promise<void>((gone) =>
      portolan.server.once('request', ({ socket: theirs }) => theirs.once('close', () => gone())),
    )
    socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, Math.floor(body.length * part))]), () =>
      socket.destroy(),
    )
    await Promise.all([closed, seen])
    // A request of somebody else goes all the way meanwhile.
    await portolan.ask('it-sco.paola', '{ me { person } }')
    stop()
    expect([questions.length, answered.length, graph.calls]).toEqual([1, 1, []])
  })

  it('while the answer is sent has been answered, and the record says with what', async () => {
    const { answered, stop } = recording(portolan)
    const { socket, closed } = await dial(portolan)
    const { head, body } = asked('{ __schema: __typename networks { totalCount } }')
    socket.once('data', () => socket.resetAndDestroy())
    socket.write(Buffer.concat([Buffer.from(head), body]))
    const came = (await closed).toString()
    stop()
    expect(came).toContain(Buffer.from(answered[0]!.answer.body).toString())
    expect(answered[0]!.answer.detail.outcome).toBe('OK')
  })

  it('leaves nobody else waiting', async () => {
    expect((await portolan.ask('ne-dst.aicha', '{ me { person } }')).json.data.me.person).toBe('ne-dst.aicha')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../schema/wire/fault.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { answerTo, EVENTS } from '../server/listener.ts'
import { isNoticed, swap } from './broken.ts'
import { recording } from './recorded.ts'
import { makeStage } from './stage.ts'

// Law 3: every operation carries a purpose and a justification. None, no answer, and nothing ran.

let portolan: TestPortolan
let graph: Graph
let ran: string[] = []

beforeAll(async () => {
  const login = await testNeo4j()
  graph = await openGraph(login)
  const spied: Graph = {
    ...graph,
    read(statement, params, deadline) {
      ran.push(statement.name)
      return graph.read(statement, params, deadline)
    },
    write(statement, params, deadline, changes) {
      if (statement.name !== 'outbox/clear') ran.push(statement.name)
      return graph.write(statement, params, deadline, changes)
    },
    setup(text, params) {
      ran.push(text)
      return graph.setup(text, params)
    },
  }
  portolan = await openPortolan(login, await makeStage(), { graph: spied })
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  await graph?.close()
})

const long = 'case 2013-117: routes through Agadez'
const NONE: [string, unknown][] = [
  ['no purpose', undefined],
  ['null', null],
  ['a text', 'OPERATIONAL'],
  ['no code', { justification: long }],
  ['no justification', { code: 'OPERATIONAL' }],
  ['a code that is not in the list', { code: 'CURIOSITY', justification: long }],
  ['a justification of seven letters', { code: 'OPERATIONAL', justification: 'because' }],
  ['a justification of blanks', { code: 'OPERATIONAL', justification: ' '.repeat(40) }],
  ['a justification that is a list', { code: 'OPERATIONAL', justification: [long] }],
  ['a member that nobody knows', { code: 'OPERATIONAL', justification: long, bypass: true }],
  ['a list of purposes', [PURPOSE]],
]
const OPERATIONS: [string, string, Record<string, unknown>][] = [
  ['a list', '{ networks { totalCount } }', {}],
  ['who I am', '{ me { person } }', {}],
  ['__typename', '{ __typename }', {}],
  ['a stream', EVENTS, {}],
  ['a change', SUBMIT, { input: report('purpose-key-1') }],
]

/** What happened although the purpose was one of these. */
async function purposeless(purposes = NONE): Promise<string[]> {
  const session = await portolan.session('ne-dst.aicha')
  const found: string[] = []
  for (const [title, purpose] of purposes)
    for (const [what, query, variables] of OPERATIONS) {
      ran = []
      const body = await answerTo(session, { query, variables, extensions: { purpose } })
      const { data, errors } = JSON.parse(Buffer.from(body).toString())
      const code = errors?.[0].extensions.code ?? 'OK'
      if (data !== null || code !== 'PURPOSE_REQUIRED') found.push(`${title}: ${what} got ${code}`)
      if (ran.length > 0) found.push(`${title}: ${what} ran ${ran.join(', ')}`)
    }
  return found
}

/** Whether without a purpose a wrong operation is told from a right one. */
async function tellsOperations(): Promise<string[]> {
  const ask = async (query: string) =>
    Buffer.from((await (await portolan.session('ne-dst.aicha')).request({ query })).body).toString()
  const right = await ask('{ networks { totalCount } }')
  const wrong = ['{ nothing', '{ nothing }', 'subscription { me }', '']
  return (await Promise.all(wrong.map(ask))).filter((text) => text !== right)
}

/** What of the purpose that was given does not stand in the record. */
async function unrecorded(): Promise<string[]> {
  const { answered, stop } = recording(portolan)
  const purpose = { ...PURPOSE, case: 'case-117', legalBasis: 'Law-2010-86' }
  for (const query of ['{ networks { totalCount } }', '{ nothing }'])
    await portolan.ask('ne-dst.aicha', query, {}, purpose)
  stop()
  const { code, ...rest } = purpose
  const wanted = { purpose: code, ...rest }
  return Object.entries(wanted)
    .filter(([key, value]) => answered.some(({ answer }) => answer.detail[key as 'purpose'] !== value))
    .map(([key]) => `${key} is not on record`)
}

describe('without a purpose', () => {
  it.each(NONE)('%s: no operation is answered and nothing runs', async (...row) => {
    expect(await purposeless([row])).toEqual([])
  })

  it('not even the wrong operation is told from the right one', async () => {
    expect(await tellsOperations()).toEqual([])
  })
})

describe('with a purpose', () => {
  it('the same operations run', async () => {
    for (const [, query, variables] of OPERATIONS) {
      const session = await portolan.session('ne-dst.aicha')
      const body = await answerTo(session, { query, variables, extensions: { purpose: PURPOSE } })
      expect(Buffer.from(body).toString()).not.toContain('"errors"')
    }
    expect(ran).toContain('report/submit')
  })

  it('it stands in the record with its justification, its case and its legal basis', async () => {
    expect(await unrecorded()).toEqual([])
  })
})

/** An engine that reads each body as `as` makes it. */
const reading = (as: (body: Body) => unknown) => () => {
  const { engine } = portolan.instance
  return swap(portolan.instance, 'engine', {
    ...engine,
    prepare: (bytes, read) =>
      engine.prepare(Buffer.from(JSON.stringify(as(JSON.parse(Buffer.from(bytes).toString())))), read),
  })
}
type Body = { query: string; extensions?: { purpose?: unknown } }
const purposed = (body: Body, purpose: unknown = PURPOSE) => ({ ...body, extensions: { purpose } })
const given = ({ extensions }: Body) =>
  (extensions?.purpose ?? {}) as { code?: unknown; justification?: unknown }

isNoticed(
  [() => purposeless(), tellsOperations, unrecorded],
  [
    ['none is asked for', reading((body) => purposed(body))],
    [
      'a change needs none, for its report has one',
      reading((body) => (body.query.startsWith('mutation') ? purposed(body) : body)),
    ],
    [
      'a question about oneself needs none',
      reading((body) => (body.query.startsWith('{ me') ? purposed(body) : body)),
    ],
    ['a code is enough', reading((body) => (given(body).code === PURPOSE.code ? purposed(body) : body))],
    [
      'blanks are a justification',
      reading((body) =>
        String(given(body).justification).length === 40
          ? purposed(body, { ...given(body), justification: 'x'.repeat(40) })
          : body,
      ),
    ],
    [
      'what it does not know passes',
      reading((body) => {
        const { bypass: _, ...rest } = given(body) as { bypass?: unknown }
        return Array.isArray(given(body)) ? body : purposed(body, rest)
      }),
    ],
    [
      'it is asked for when the operation has run',
      () => {
        const { engine } = portolan.instance
        const late = new Set<unknown>()
        return swap(portolan.instance, 'engine', {
          ...engine,
          prepare(bytes, read) {
            const body = JSON.parse(Buffer.from(bytes).toString()) as Body
            try {
              return engine.prepare(bytes, read)
            } catch (error) {
              if (!(error instanceof Fault) || error.code !== 'PURPOSE_REQUIRED') throw error
              const prepared = engine.prepare(Buffer.from(JSON.stringify(purposed(body))), read)
              late.add(prepared)
              return prepared
            }
          },
          async run(prepared, context) {
            const result = await engine.run(prepared, context)
            if (late.has(prepared)) throw new Fault('PURPOSE_REQUIRED', 'expected a purpose')
            return result
          },
        })
      },
    ],
    [
      'the justification is not kept',
      () => {
        const { engine } = portolan.instance
        return swap(portolan.instance, 'engine', {
          ...engine,
          prepare(bytes, read) {
            const prepared = engine.prepare(bytes, read)
            if (read.purpose) read.purpose = { ...read.purpose, justification: '' }
            return prepared
          },
        })
      },
    ],
  ],
)

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Graph, openGraph } from '../../server/graph.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
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
    write(statement, params, deadline) {
      ran.push(statement.name)
      return graph.write(statement, params, deadline)
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
  ['a change', SUBMIT, { input: report('purpose-key-1') }],
]

describe('without a purpose', () => {
  it.each(NONE)('%s: no operation is answered and nothing runs', async (_, purpose) => {
    await portolan.session('ne-dst.aicha')
    for (const [, query, variables] of OPERATIONS) {
      ran = []
      const answer = await (await portolan.session('ne-dst.aicha')).request({
        query,
        variables,
        extensions: { purpose },
      })
      const { data, errors } = JSON.parse(Buffer.from(answer.body).toString())
      expect([data, errors[0].extensions.code]).toEqual([null, 'PURPOSE_REQUIRED'])
      expect(ran).toEqual([])
    }
  })

  it('not even the wrong operation is told from the right one', async () => {
    const ask = async (query: string) =>
      (await (await portolan.session('ne-dst.aicha')).request({ query })).body
    expect(Buffer.from(await ask('{ networks { totalCount } }')).toString()).toBe(
      Buffer.from(await ask('{ nothing')).toString(),
    )
  })
})

describe('with a purpose', () => {
  it('the same operations run', async () => {
    for (const [, query, variables] of OPERATIONS) {
      const { json } = await portolan.ask('ne-dst.aicha', query, variables)
      expect(json.errors).toBeUndefined()
    }
    expect(ran).toContain('report/submit')
  })
})

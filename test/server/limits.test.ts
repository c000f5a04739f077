import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../../server/limits.ts'
import { makeCast } from '../cast.ts'
import { testNeo4j } from '../neo4j.ts'
import { type House, openHouse } from './house.ts'

const AICHA = 'ne-dst.aicha'
let house: House

beforeAll(async () => {
  house = await openHouse(
    await testNeo4j(),
    await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }]),
  )
})
afterAll(() => house?.close())

/** The codes of an answer, and whether anything reached Neo4j. */
async function codesOf(query: string, variables: Record<string, unknown> = {}) {
  house.graph.calls.length = 0
  const { json } = await house.ask(AICHA, query, variables)
  expect(house.graph.calls).toEqual([])
  return { codes: json.errors.map((error: { extensions: { code: string } }) => error.extensions.code), json }
}

describe('the limits of one operation', () => {
  it('let an ordinary page with its members through', async () => {
    const query = `query($n: Int) { networks(first: $n) { totalCount edges { node { id label ... on Network { members { level from { label } } } } } } }`
    const { json } = await house.ask(AICHA, query, { n: 100 })
    expect(json).toEqual({ data: { networks: { totalCount: 0, edges: [] } } })
  })

  it('refuse ten thousand aliases, and twenty-one', async () => {
    const aliases = (count: number) =>
      `{ ${Array.from({ length: count }, (_, i) => `a${i}: me { person }`).join(' ')} }`
    expect((await codesOf(aliases(10_000))).codes).toEqual(['QUERY_TOO_COMPLEX'])
    expect(
      (
        await codesOf(
          `{ me { ${Array.from({ length: LIMITS.aliases + 1 }, (_, i) => `a${i}: person`).join(' ')} } }`,
        )
      ).codes,
    ).toContain('QUERY_TOO_COMPLEX')
    const allowed = `{ me { ${Array.from({ length: LIMITS.aliases }, (_, i) => `a${i}: person`).join(' ')} } }`
    expect((await house.ask(AICHA, allowed)).json.errors).toBeUndefined()
  })

  it('refuse more than ten root fields without an alias too', async () => {
    expect((await codesOf(`{ ${'me { person } '.repeat(11)} }`)).codes).toEqual(['QUERY_TOO_COMPLEX'])
    expect(
      (await codesOf(`{ ...all } fragment all on Query { ${'me { person } '.repeat(11)} }`)).codes,
    ).toEqual(['QUERY_TOO_COMPLEX'])
  })

  it('refuse a document of too many tokens, and one that is too deep to count', async () => {
    expect((await codesOf(`{ me { ${'person '.repeat(LIMITS.tokens)} } }`)).codes).toEqual([
      'QUERY_TOO_COMPLEX',
    ])
    expect((await codesOf(`${'{ me '.repeat(2_000)}${'}'.repeat(2_000)}`)).codes).toEqual([
      'QUERY_TOO_COMPLEX',
    ])
  })

  it('refuse the eleventh level, whether written out or in fragments', async () => {
    const deep = (levels: number) => `${'{ me '.repeat(levels - 1)}{ person }${' }'.repeat(levels - 1)}`
    expect((await codesOf(deep(LIMITS.depth + 1))).codes).toContain('QUERY_TOO_COMPLEX')
    const inFragments = Array.from(
      { length: 11 },
      (_, i) => `fragment f${i} on Me { me { ${i < 10 ? `...f${i + 1}` : 'person'} } }`,
    ).join(' ')
    expect((await codesOf(`{ me { ...f0 } } ${inFragments}`)).codes).toContain('QUERY_TOO_COMPLEX')
  })

  it('refuse what would cost too much, also where the page size is a variable', async () => {
    const costly = (first: string) =>
      `networks(first: ${first}) { edges { node { relations { from { id } to { id } } descriptions { entity { id } } said { values { value } } ... on Network { members { from { id } to { id } } } } } }`
    expect((await codesOf(`{ ${costly('100')} }`)).codes).toEqual(['QUERY_TOO_COMPLEX'])
    expect((await codesOf(`query($n: Int) { ${costly('$n')} }`, { n: 100 })).codes).toEqual([
      'QUERY_TOO_COMPLEX',
    ])
    expect((await house.ask(AICHA, `{ ${costly('20')} }`)).json.errors).toBeUndefined()
  })

  it('refuse fragments that spread themselves, each other, and a tower that doubles on every floor', async () => {
    expect((await codesOf('{ me { ...a } } fragment a on Me { person ...a }')).codes).toContain('SYNTAX')
    expect(
      (await codesOf('{ me { ...a } } fragment a on Me { ...b } fragment b on Me { ...a }')).codes,
    ).toContain('SYNTAX')
    const floors = 300
    const tower = Array.from(
      { length: floors },
      (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`,
    ).join(' ')
    const begun = performance.now()
    expect(
      (await codesOf(`{ ...f0 } ${tower} fragment f${floors} on Query { me { person } }`)).codes,
    ).toContain('QUERY_TOO_COMPLEX')
    expect(performance.now() - begun).toBeLessThan(3_000)
  })

  it('refuse two changes in one operation, written side by side or hidden in a fragment', async () => {
    const change = 'approveBudget(person: "ne-dst.moussa", reason: "urgent")'
    for (const query of [
      `mutation { a: ${change} b: ${change} }`,
      `mutation { ${change} ...more } fragment more on Mutation { b: ${change} }`,
      `mutation { ... on Mutation { a: ${change} } ... { b: ${change} } }`,
    ])
      expect((await codesOf(query)).codes).toEqual(['QUERY_TOO_COMPLEX'])
  })

  it('run one operation of a document, and only the one that is named', async () => {
    const session = await house.session(AICHA)
    const purpose = { code: 'OPERATIONAL', justification: 'which of the two runs' }
    const query = 'query a { me { person } } query b { me { office } }'
    const ask = async (operationName?: string) =>
      JSON.parse(
        Buffer.from(
          (await session.request({ query, operationName, extensions: { purpose } })).body,
        ).toString(),
      )
    expect(await ask('b')).toEqual({ data: { me: { office: 'ne-dst' } } })
    expect((await ask()).errors[0].extensions.code).toBe('BAD_REQUEST')
    expect((await ask('c')).errors[0].extensions.code).toBe('BAD_REQUEST')
  })

  it.each([0, -1, 101, 1_000_000])('refuse a page of %i rows', async (first) => {
    for (const list of ['networks', 'routes', 'incidents', 'crimes', 'reports'])
      expect(
        (await codesOf(`query($first: Int) { ${list}(first: $first) { totalCount } }`, { first })).codes,
      ).toEqual(['BAD_PAGE'])
    expect(
      (await codesOf('query($first: Int) { inbox(first: $first) { endCursor } }', { first })).codes,
    ).toEqual(['BAD_PAGE'])
    expect((await codesOf('query($first: Int) { notices(first: $first) { id } }', { first })).codes).toEqual([
      'BAD_PAGE',
    ])
  })
})

describe('what the schema tells of itself', () => {
  const INTROSPECTION = '{ __schema { types { name fields { name } } } }'

  it('is nothing, unless in development', async () => {
    expect((await codesOf(INTROSPECTION)).codes).toContain('SYNTAX')
    expect((await codesOf('{ __type(name: "Network") { fields { name } } }')).codes).toContain('SYNTAX')
    await house.restart({ development: true })
    const { json } = await house.ask(AICHA, INTROSPECTION)
    expect(json.data.__schema.types.length).toBeGreaterThan(50)
    await house.restart()
  })

  it('is in development whatever a tool asks first, and no more than its own nesting allows', async () => {
    const asked = getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true })
    expect((await codesOf(asked)).codes).toContain('SYNTAX')
    await house.restart({ development: true })
    const { json } = await house.ask(AICHA, asked)
    expect(buildClientSchema(json.data).getQueryType()!.getFields()).toHaveProperty('networks')
    const nested =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }'
    expect((await codesOf(nested)).codes).toEqual(['SYNTAX'])
    // Beside it, everything is weighed as ever.
    const deep = `{ __schema { queryType { name } } ${'networks { edges { node { '.repeat(4)}id${' } } }'.repeat(4)} }`
    expect((await codesOf(deep)).codes).toContain('QUERY_TOO_COMPLEX')
    await house.restart()
  })

  it('is not guessed from a misspelt word: nothing is suggested', async () => {
    const misspelt = [
      '{ network { id } }',
      '{ netwroks { totalCount } }',
      '{ me { persn } }',
      '{ networks(levle: L1) { totalCount } }',
      '{ networks(level: L9) { totalCount } }',
      '{ networks { edges { node { ... on Netwrok { id } } } } }',
      'query($level: Levl) { networks(level: $level) { totalCount } }',
      'mutation { submitReprt { replayed } }',
    ]
    for (const query of misspelt)
      expect((await codesOf(query)).json.errors[0].message).not.toMatch(/did you mean|suggest/i)
    const { json } = await codesOf('query($level: Level) { networks(level: $level) { totalCount } }', {
      level: 'L9',
    })
    expect(JSON.stringify(json)).not.toMatch(/did you mean|L1/i)
    const wrong = { report: 'x', key: 'key-00000001', release: { too: ['all'], to: [] } }
    const input = await codesOf(
      'mutation($report: ID!, $key: String!, $release: ReleaseInput!) { releaseReport(report: $report, key: $key, release: $release) { replayed } }',
      wrong,
    )
    expect(JSON.stringify(input.json)).not.toMatch(/did you mean/i)
  })
})

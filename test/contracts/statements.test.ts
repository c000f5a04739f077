import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import neo4j, { type Driver } from 'neo4j-driver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { STATEMENTS, type StatementName } from '../../cypher/index.ts'
import type { Statement } from '../../cypher/statement.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { OFFICE_ROLES } from '../../schema/wire/codes.ts'
import { RELATION_TYPES } from '../../schema/wire/model.ts'
import { openCompartments } from '../../server/compartments.ts'
import { openGraph } from '../../server/graph.ts'
import { scopeFor } from '../../server/policy.ts'
import { setUp } from '../../server/setup.ts'
import { testNeo4j } from '../neo4j.ts'
import { hopsOf, unscoped } from './scope.ts'

// What holds for every statement of the closed set, read from its text and asked of a real Neo4j.

const all = Object.entries(STATEMENTS) as [StatementName, Statement][]
const reads = all.filter(([, { access }]) => access === 'read')

/** Parameters of a statement's twin, with those of the scope. */
const SCOPE = ['mask', 'compartments', 'asOf', 'hub']
const keysOf = ({ params }: Statement): string[] => Object.keys((params as unknown as z.ZodObject).shape)
const namesIn = (text: string): string[] => [
  ...new Set([...withoutComments(text).matchAll(/\$(\w+)/g)].map(([, name]) => name!)),
]
const withoutComments = (text: string) => text.replace(/\/\/.*$/gm, '')

/** Read by the server for itself while it starts, before there is a caller: they show nobody anything. */
const INTERNAL: StatementName[] = [
  'cardBehind',
  'compartmentLoad',
  'erasureKnown',
  'erasureStanding',
  'matchAsked',
  'matchFresh',
  'matchProposals',
  'matchProtected',
  'matchRenewable',
  'matchSeen',
  'matchStructures',
  'matchUndecided',
  'matchUntold',
  'messageAlarms',
  'messageFalling',
  'messageOwned',
  'outboxLeft',
  'packetsSets',
  'reportTaken',
  'reportVersions',
  'projectionChanged',
]

describe('the text of every statement', () => {
  it.each(all)('%s names the parameters of its twin and those of the scope, and no other', (_, statement) => {
    const names = namesIn(statement.text)
    expect(names.filter((name) => !SCOPE.includes(name)).sort()).toEqual(keysOf(statement).sort())
  })

  it.each(all)('%s is the file that its digest says', (_, { name, text, digest }) => {
    expect(readFileSync(new URL(`../../cypher/${name}.cypher`, import.meta.url), 'utf8')).toBe(text)
    expect(createHash('sha256').update(text).digest('hex')).toBe(digest)
  })

  it.each(reads.filter(([name]) => !INTERNAL.includes(name)))(
    '%s is scoped at every hop and at every row that it starts from',
    (_, { name, text }) => {
      expect(unscoped(name, text)).toEqual([])
    },
  )

  it.each(all)(
    '%s follows no relationship without a type, and its long lists of types are all that there are',
    (_, { text, access }) => {
      for (const { types } of hopsOf(text)) {
        // A write may ask whether an entity has any claim left, and makes claims of a type from the model's table.
        if (access === 'write' && ['', '$(c.type)'].includes(types.join())) continue
        expect(types.length).toBeGreaterThan(0)
        if (types.length > 7) expect([...types].sort()).toEqual([...RELATION_TYPES].sort())
        for (const type of types) expect([...RELATION_TYPES, 'DESCRIBES']).toContain(type)
      }
    },
  )

  it.each(reads)('%s cuts nothing short that is not in a total order', (_, { text }) => {
    const clean = withoutComments(text).replace(/\s+/g, ' ')
    for (const { index } of clean.matchAll(/\bLIMIT\b/g)) {
      const before = clean.slice(0, index)
      const clause = before.slice(Math.max(before.lastIndexOf(' WITH '), before.lastIndexOf(' RETURN ')))
      // Whether there is any is the same whichever is found first.
      if (/^ RETURN true AS seen $/.test(clause)) continue
      expect(clause, 'a LIMIT stands beside the order that it cuts').toMatch(/ORDER BY/)
    }
    // A list from which a part is taken was collected from ordered rows.
    for (const { index } of clean.matchAll(/\]\[0\.\./g))
      expect(clean.slice(0, index)).toMatch(/ORDER BY label, id WITH collect/)
    // The best of several is the least of whole tuples, with the claim's id among them: no two are equal. The first or
    // last of some times is a time, whichever message or packet set it is of.
    for (const [pick] of clean
      .replace(/\b(?:min|max)\([mp]\.recordedTime\)/g, '')
      .matchAll(/\b(?:min|max)\((?:CASE .*? END|[^()]*)\)/g))
      expect(pick).toContain('d.claim')
    expect(clean).not.toMatch(
      /\bhead\(|\blast\(|shortestPath\(|SHORTEST 1|ANY SHORTEST|\brand\(|\belementId\(|[^.\w]id\(/,
    )
    expect(clean).not.toMatch(/collect\([^)]*\)\[0\]/)
  })
})

/** Each predicate of visibility in a text, so that it can be taken out. */
const PREDICATES = [
  /\$mask\[\w+\.compartment\] = 1/g,
  /\w+\.compartment IN \$compartments/g,
  /\w+\.recordedAt <= \$asOf/g,
  /\w+\.retractedAt > \$asOf/g,
]

describe('the parser of this test', () => {
  const mutants = reads
    .filter(([name]) => !INTERNAL.includes(name))
    .flatMap(([name, statement]) =>
      PREDICATES.flatMap((predicate) =>
        [...statement.text.matchAll(predicate)].map((found) => ({
          name,
          statement,
          at: found.index,
          was: found[0],
        })),
      ),
    )

  it('finds every predicate that is taken out of a statement, one at a time', () => {
    expect(mutants.length).toBeGreaterThan(80)
    const survivors = mutants.filter(({ statement, at, was }) => {
      const text = `${statement.text.slice(0, at)}true${statement.text.slice(at + was.length)}`
      return unscoped(statement.name, text).length === 0
    })
    expect(survivors.map(({ name, at, was }) => `${name} at ${at}: ${was}`)).toEqual([])
  })

  it('finds a predicate that tests another hop than its own', () => {
    const text = STATEMENTS.networkList.text.replace('$mask[s.compartment] = 1', '$mask[r.compartment] = 1')
    expect(unscoped('network/list', text)).not.toEqual([])
  })

  it('finds a hop without a variable, without a type, and one that a later clause only filters', () => {
    const hop =
      'MATCH (a:Entity {id: $id})-[r:USES]->(b) WITH a, r WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf RETURN a'
    for (const text of [
      'MATCH (a)-[:USES]->(b) RETURN a',
      'MATCH (a)-->(b) RETURN a',
      'MATCH (a)-[r]-(b) RETURN a',
      hop,
    ])
      expect(unscoped('x', text), text).not.toEqual([])
  })
})

describe('on a real Neo4j', () => {
  let driver: Driver
  beforeAll(async () => {
    const login = await testNeo4j()
    const graph = await openGraph(login)
    await setUp(graph)
    await graph.close()
    driver = neo4j.driver(login.uri, neo4j.auth.basic(login.user, login.password))
  })
  afterAll(() => driver?.close())

  it.each(all)(
    '%s is planned, without a warning, and writes only if it says so',
    async (_, { text, access }) => {
      const session = driver.session()
      const params = Object.fromEntries(
        [...namesIn(text)].map((name) => [name, name === 'mask' || name === 'compartments' ? [0] : null]),
      )
      try {
        const { summary } = await session.run(`EXPLAIN ${text}`, params)
        expect(summary.queryType).toMatch(access === 'read' ? /^r$/ : /^r?w$/)
        const warnings = summary.gqlStatusObjects.filter(({ severity }) => severity === 'WARNING')
        // In an empty store no property is known yet: only that may be said.
        expect(
          warnings
            .filter(({ gqlStatus }) => !/^01N5/.test(gqlStatus))
            .map(({ statusDescription }) => statusDescription),
        ).toEqual([])
      } finally {
        await session.close()
      }
    },
    120_000,
  )
})

describe('the policy', () => {
  const compartments = openCompartments(
    [{ number: 0, key: 'all', to: ['all'], except: [], countries: ['NE'] }],
    async ({ number }) => number,
  )
  const caller = (role: Caller['role']): Caller => ({
    ...{ session: 's', person: 'ne-x.p', country: 'NE', office: 'ne-x', offices: ['ne-x'], teams: [], role },
    ...(['PARTNER', 'OBSERVER', 'AUDITOR', 'OPERATOR'].includes(role)
      ? { officeKind: 'PARTNER' as const, principals: ['person:ne-x.p', 'office:ne-x'] }
      : { officeKind: 'POLICE' as const, principals: ['person:ne-x.p', 'office:ne-x', 'country:NE', 'all'] }),
  })
  /** What each role may ask, written down a second time. */
  const exchange: StatementName[] = [
    'eventMessages',
    'eventStored',
    'messageDue',
    'messageInbox',
    'messageOpen',
    'messageSend',
    'messageThread',
    'messageThreads',
    'packetsConfirm',
    'packetsCount',
    'packetsHeld',
    'packetsObjects',
    'packetsRewrap',
    'packetsUses',
  ]
  const internal: StatementName[] = [
    'cardBehind',
    'compartmentIntern',
    'compartmentLoad',
    'erasureKnown',
    'erasureStanding',
    'eventAdd',
    'matchAsked',
    'matchForget',
    'matchFound',
    'matchFresh',
    'matchProposals',
    'matchProtected',
    'matchRemind',
    'matchRenewable',
    'matchSeen',
    'matchStructures',
    'matchTold',
    'matchUndecided',
    'matchUntold',
    'messageAlarms',
    'messageErase',
    'messageFalling',
    'messageOwned',
    'outboxAdd',
    'outboxClear',
    'outboxLeft',
    'outboxRestore',
    'packetsSets',
    'projectionChanged',
    'reportTaken',
    'reportVersions',
  ]
  const may = (role: Caller['role'], name: StatementName): boolean => {
    if (internal.includes(name) || role === 'OPERATOR' || role === 'OBSERVER') return false
    return exchange.includes(name) || !['PARTNER', 'AUDITOR'].includes(role)
  }

  for (const role of OFFICE_ROLES)
    it.each(all)(`lets ${role} ask %s only where the table says so`, (name, statement) => {
      const asked = () => scopeFor(statement, caller(role), compartments, 7)
      if (!may(role, name)) return expect(asked).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }))
      const wide = !['PARTNER', 'AUDITOR'].includes(role)
      const { mask, ...scope } = asked()
      expect([[...mask], scope]).toEqual([[wide ? 1 : 0], { compartments: wide ? [0] : [], asOf: 7 }])
    })

  it('refuses a statement that is not in the closed set', () => {
    expect(() =>
      scopeFor({ ...STATEMENTS.reportList } as unknown as Statement, caller('FOCAL_POINT'), compartments, 7),
    ).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }))
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDirectory } from '../../clients/core/directory.ts'
import { type Cast, makeCast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'

let cast: Cast
let portolan: TestPortolan

beforeAll(async () => {
  cast = await makeCast(
    [
      { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
      { office: 'ne-dst-agadez', parent: 'ne-dst', persons: { moussa: 'ANALYST' } },
      { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
      { office: 'fr-obs', kind: 'OBSERVATORY', persons: { omar: 'OBSERVER' } },
      { office: 'ne-audit', kind: 'AUDITOR', persons: { salif: 'AUDITOR' } },
    ],
    [{ team: 'sahel', signatories: ['ne-dst', 'it-sco'], members: ['ne-dst.aicha', 'it-sco.paola'] }],
  )
  portolan = await openPortolan(await testNeo4j(), cast, { budget: 7 })
})
afterAll(() => portolan?.close())

const data = async (person: string, query: string, variables = {}) => {
  const { json } = await portolan.ask(person, query, variables)
  expect(json.errors).toBeUndefined()
  return json.data
}
const code = async (person: string, query: string, variables = {}) =>
  (await portolan.ask(person, query, variables)).json.errors?.[0].extensions.code

describe('who asks', () => {
  it('learns as whom he is known, what he answers to, and how much he has seen', async () => {
    expect(
      (
        await data(
          'ne-dst-agadez.moussa',
          '{ me { person office country role principals shownToday budget teams { team } } }',
        )
      ).me,
    ).toEqual({
      ...{ person: 'ne-dst-agadez.moussa', office: 'ne-dst-agadez', country: 'NE', role: 'ANALYST' },
      principals: [
        'person:ne-dst-agadez.moussa',
        'office:ne-dst-agadez',
        'office:ne-dst',
        'country:NE',
        'all',
      ],
      // His parent office signed it: its roster is his to see, though he is no member.
      ...{ shownToday: 0, budget: 7, teams: [{ team: 'sahel' }] },
    })
    expect((await data('fr-obs.omar', '{ me { principals teams { team } } }')).me).toEqual({
      principals: ['person:fr-obs.omar', 'office:fr-obs'],
      teams: [],
    })
  })
})

describe('the directory', () => {
  it('names the offices in order, and gives every signed entry but the teams for the client to check', async () => {
    const { offices, directory } = await data(
      'fr-obs.omar',
      '{ offices { office country kind parent name { fr } } directory }',
    )
    expect(offices.map(({ office }: { office: string }) => office)).toEqual([
      'fr-obs',
      'it-sco',
      'ne-audit',
      'ne-dst',
      'ne-dst-agadez',
    ])
    expect(offices.at(-1)).toEqual({
      office: 'ne-dst-agadez',
      country: 'NE',
      kind: 'POLICE',
      parent: 'ne-dst',
      name: { fr: 'ne-dst-agadez' },
    })
    const state = await readDirectory(directory, portolan.instance.directory.genesisHash)
    expect([...state.offices.keys()].sort()).toEqual(offices.map(({ office }: { office: string }) => office))
    expect(JSON.stringify(directory)).not.toContain('sahel')
  })

  it("shows a team's roster to its signatories", async () => {
    const query = '{ me { teams { team kind signatories members from to } } }'
    const team = {
      team: 'sahel',
      kind: 'POLICE',
      signatories: ['ne-dst', 'it-sco'],
      members: ['ne-dst.aicha', 'it-sco.paola'],
      from: '2010-01-01',
      to: null,
    }
    expect((await data('it-sco.paola', query)).me.teams).toEqual([team])
    expect((await data('ne-audit.salif', query)).me.teams).toEqual([])
  })

  it('takes no entry of another shape, from nobody who may not', async () => {
    const enter = 'mutation($entry: Json!) { enterDirectory(entry: $entry) }'
    expect(await code('ne-dst.aicha', enter, { entry: { body: { type: 'genesis' } } })).toBe('BAD_INPUT')
    expect(await code('ne-dst.aicha', enter, { entry: 'words' })).toBe('BAD_INPUT')
    const { genesis, latest } = portolan.instance.directory
    const forged = await cast.sign(
      { ...genesis, anchors: genesis.anchors.slice(0, 1) },
      ['anchor:NE'],
      latest('genesis'),
    )
    expect(await code('ne-dst.aicha', enter, { entry: forged })).toBe('DIRECTORY')
    expect(await code('fr-obs.omar', enter, { entry: forged })).toBe('NOT_ALLOWED')
    expect(portolan.instance.directory.genesis.anchors).toHaveLength(3)
  })
})

describe('the audit', () => {
  const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T00:00:00.000Z' }
  const PERIODS = 'query($from: Time!, $to: Time!) { auditPeriods(from: $from, to: $to) { id } }'

  it('is for auditors, a month at a time', async () => {
    expect((await data('ne-audit.salif', PERIODS, period)).auditPeriods).toEqual([])
    expect(await code('ne-audit.salif', PERIODS, { ...period, to: '2026-03-01T00:00:00.000Z' })).toBe(
      'BAD_DATE',
    )
    expect(await code('ne-audit.salif', PERIODS, { ...period, from: 'yesterday' })).toBe('BAD_DATE')
    for (const person of ['ne-dst.aicha', 'it-sco.paola', 'fr-obs.omar']) {
      expect(await code(person, PERIODS, period)).toBe('NOT_ALLOWED')
      expect(
        await code(person, 'query($q: Json!) { auditEntries(question: $q) { after } }', {
          q: { periods: [], from: 0, to: 1 },
        }),
      ).toBe('NOT_ALLOWED')
    }
  })

  it("shows an auditor his own state's callers only", async () => {
    await data('ne-dst.aicha', '{ me { person } }')
    await data('it-sco.paola', '{ me { person } }')
    const day = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    }
    const { auditPeriods } = await data(
      'ne-audit.salif',
      'query($from: Time!, $to: Time!) { auditPeriods(from: $from, to: $to) { id country } }',
      day,
    )
    expect(new Set(auditPeriods.map(({ country }: { country: string }) => country))).toEqual(new Set(['NE']))
    const own = auditPeriods.map(({ id }: { id: number }) => id)
    const all = Array.from({ length: Math.max(...own) + 20 }, (_, id) => ({ id, all: [] }))
    const ask = async (periods: object[]) =>
      (
        await data(
          'ne-audit.salif',
          'query($q: Json!) { auditEntries(question: $q) { records { index } } }',
          { q: { periods, from: 0, to: Date.now() + 1_000, first: 200 } },
        )
      ).auditEntries.records.length
    const mine = await ask(own.map((id: number) => ({ id, all: [] })))
    expect(mine).toBeGreaterThan(0)
    // His own questions are on record too: they are all that was added.
    expect(await ask(all)).toBeLessThanOrEqual(mine + 4)
  })

  it('takes no question of another shape', async () => {
    expect(
      await code('ne-audit.salif', 'query($q: Json!) { auditEntries(question: $q) { after } }', {
        q: { periods: 'all' },
      }),
    ).toBe('BAD_INPUT')
  })
})

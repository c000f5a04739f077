import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCast } from '../../cast.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT, toItaly } from '../../report.ts'
import { analysed, ended, read, start } from './analyses.ts'

const PARTS = [
  { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
  { office: 'it-sco', persons: { paola: 'ANALYST' } },
  { office: 'it-audit', kind: 'AUDITOR', persons: { giulia: 'AUDITOR' } },
] as const
const toNobody = { to: ['office:ne-dst'] }

/** A path of five who work with one another, and a hidden short cut between its ends. */
const path = (names: string[], ties: [string, string][], release: unknown = toItaly) => ({
  release,
  entities: names.map((local) => ({ local, kind: 'ACTOR' })),
  claims: [
    ...names.map((entity) => ({
      actor: { entity, label: `A-${entity}`, category: 'SUSPECT', benefit: 'UNKNOWN' },
    })),
    ...ties.map(([from, to]) => ({ worksWith: { from, to, tie: 'BUSINESS' } })),
  ],
})

let portolan: TestPortolan
let ids: Record<string, string>
const submit = async (key: string, changes: Record<string, unknown>) => {
  const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input: report(key, changes) })
  expect(json.errors).toBeUndefined()
  const made = json.data.submitReport
  return {
    report: made.report.id,
    ids: Object.fromEntries(made.ids.map(({ local, id }: { local: string; id: string }) => [local, id])),
  }
}
const LISTED =
  '... on StructureResult { actors pairs listed { actor { id label } figures { of figure { value low high place } } } }'
const betweennessOf = (result: {
  listed: { actor: { label: string }; figures: { of: string; figure: { value: number } }[] }[]
}) =>
  Object.fromEntries(
    result.listed.map(({ actor, figures }) => [
      actor.label,
      figures.find(({ of }) => of === 'BETWEENNESS')!.figure.value,
    ]),
  )

beforeAll(async () => {
  const cast = await makeCast(PARTS as never)
  portolan = await openPortolan(await testNeo4j(), cast)
  const names = ['a', 'b', 'c', 'd', 'e']
  ids = (
    await submit(
      'structure-1',
      path(names, [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
        ['d', 'e'],
      ]),
    )
  ).ids
}, 300_000)
afterAll(() => portolan?.close())

describe('the structure of what a caller may see', () => {
  it('is that of the claims he sees, with hidden ones and without', async () => {
    const before = await analysed(portolan, 'it-sco.paola', { structure: {} }, LISTED)
    expect(before).toMatchObject({ actors: 5, pairs: 4 })
    expect(betweennessOf(before)).toEqual({ 'A-b': 0.5, 'A-c': 4 / 6, 'A-d': 0.5 })
    const shortCut = {
      release: toNobody,
      entities: [
        { local: 'a', kind: 'ACTOR', id: ids.a },
        { local: 'e', kind: 'ACTOR', id: ids.e },
      ],
      claims: [{ worksWith: { from: 'a', to: 'e', tie: 'BUSINESS' } }],
    }
    await submit('structure-2', shortCut)
    expect(await analysed(portolan, 'it-sco.paola', { structure: {} }, LISTED)).toEqual(before)
    const own = await analysed(portolan, 'ne-dst.aicha', { structure: {} }, LISTED)
    expect(own.pairs).toBe(5)
  }, 60_000)

  it('catches up with what arrives, and lets go of what is taken back', async () => {
    const more = await submit('structure-3', path(['f', 'g'], [['f', 'g']]))
    expect(await analysed(portolan, 'it-sco.paola', { structure: {} }, LISTED)).toMatchObject({
      actors: 7,
      pairs: 5,
    })
    const held = await start(portolan, 'it-sco.paola', { structure: {} })
    await ended(portolan, 'it-sco.paola', held.id)
    const erase =
      'mutation($id: ID!) { eraseReport(report: $id, key: "erase-structure", reason: WRONG_PERSON) { replayed } }'
    const { json } = await portolan.ask('ne-dst.aicha', erase, { id: more.report })
    expect(json.errors).toBeUndefined()
    expect(await read(portolan, 'it-sco.paola', held.id, LISTED)).toBe(null)
    expect((await ended(portolan, 'it-sco.paola', held.id)).state).toBe('OUTDATED')
    expect(await analysed(portolan, 'it-sco.paola', { structure: {} }, LISTED)).toMatchObject({
      actors: 5,
      pairs: 4,
    })
  }, 60_000)
})

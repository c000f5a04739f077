import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchTraits } from '../../cypher/match/structure.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type MatchDesks, newKey, openMatchDesks } from '../server/match/desks.ts'
import { TRAITS } from '../server/match/rings.ts'
import { releaseTo } from './stage.ts'

// The traits of a network, where part of the way to each is said by a report that must have no part in it: one that the caller may not
// see, one of another office, one that was withdrawn. The statement without one of its tests is noticed at each step of the way.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const DAY = { observedFrom: '2026-03-01' }
const KINDS: [string, string][] = [
  ['ring', 'NETWORK'],
  ...['way', 'way2'].map((local): [string, string] => [local, 'ROUTE']),
  ...['leg', 'leg2'].map((local): [string, string] => [local, 'LEG']),
  ...['p0', 'p1', 'p2', 'p3', 'p4'].map((local): [string, string] => [local, 'PLACE']),
]
const spot = (nth: number) => ({
  place: { entity: `p${nth}`, latitude: nth + 0.5, longitude: 7.5, precision: 100 },
})

/** All but one claim of each way; of the last place nobody says here where it is. */
const BASE = [
  ...[{ network: { entity: 'ring' } }, spot(0), spot(1), spot(2), spot(3)],
  { ...DAY, operates: { from: 'ring', to: 'way' } },
  ...[{ departsFrom: { from: 'leg', to: 'p1' } }, { arrivesAt: { from: 'leg', to: 'p2' } }],
  { ...DAY, operates: { from: 'ring', to: 'way2' } },
  ...[{ hasLeg: { from: 'way2', to: 'leg2', position: 1 } }, { arrivesAt: { from: 'leg2', to: 'p2' } }],
  { ...DAY, locatedAt: { from: 'ring', to: 'p4' } },
]
const GAP = [
  { ...DAY, locatedAt: { from: 'ring', to: 'p0' } },
  { hasLeg: { from: 'way', to: 'leg', position: 1 } },
  { departsFrom: { from: 'leg2', to: 'p3' } },
  spot(4),
]
type Known = { local: string; id: string }[]

async function submitted(person: string, release: object, claims: object[], known: Known = []) {
  const said = JSON.stringify(claims)
  const entities = KINDS.filter(([local]) => said.includes(`"${local}"`)).map(([local, kind]) => ({
    ...{ local, kind },
    ...known.find((one) => one.local === local),
  }))
  const input = report(newKey(), { release, entities, claims })
  const made = (await desks.data(person, SUBMIT, { input })).submitReport
  return { report: made.report.id as string, ids: made.ids as Known }
}

const WITHDRAW =
  'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { report { id } } }'
const own = releaseTo([], 'NE')
/** What must have no part in it, by the test that keeps it out. */
const GAPS: Record<string, (known: Known) => Promise<unknown>> = {
  mask: (known) => submitted('ne-dst.issa', releaseTo([], 'NE', ['person:ne-dst.aicha']), GAP, known),
  office: (known) => submitted('it-sco.paola', releaseTo(['office:ne-dst'], 'IT'), GAP, known),
  retracted: async (known) => {
    const { report: id } = await submitted(NIGER, own, GAP, known)
    await desks.data(NIGER, WITHDRAW, { id, key: newKey() })
  },
}
const TESTS: Record<string, [RegExp, string]> = {
  mask: [/\$mask\[\w+\.compartment\] = 1|(?<=\w\.compartment) IN \$compartments/g, ''],
  office: [/ AND \w\.office = \$office/g, ''],
  retracted: [/ AND \w\.retractedAt > \$asOf/g, ''],
}

/** The statement in its four steps: from the network, on, on again, and what is said of the places. */
const STEPS = matchTraits.text.split(/(?<=RETURN collect\(.*\n)/)
function mutant(kind: string, step: number): string {
  const [test] = TESTS[kind]!
  const bent = STEPS[step]!.replace(test, (was) =>
    was.startsWith('$') ? 'true' : was.includes('IN') ? ' >= 0' : '',
  )
  return STEPS.with(step, bent).join('')
}

async function traits(network: string): Promise<string> {
  return JSON.stringify((await desks.data(NIGER, TRAITS, { network })).matchTraits.traits)
}

describe.each(Object.keys(GAPS))('traits without the test of %s', (kind) => {
  it('are noticed at each step; the honest statement shows what the office itself says and he may see', async () => {
    const release = kind === 'office' ? releaseTo(['office:it-sco'], 'NE') : own
    const { ids } = await submitted(NIGER, release, BASE)
    const network = ids.find(({ local }) => local === 'ring')!.id
    const before = await traits(network)
    expect(JSON.parse(before).map(({ trait }: { trait: string }) => trait)).toEqual(['PLACE:N02E007:2026-H1'])
    await GAPS[kind]!(ids)
    expect(await traits(network)).toBe(before)
    const { graph } = desks.portolan
    const honest = graph.read
    expect(STEPS).toHaveLength(5)
    for (const step of [0, 1, 2, 3]) {
      const text = mutant(kind, step)
      expect(text).not.toBe(matchTraits.text)
      graph.read = (statement, params, deadline) =>
        honest(statement.name === matchTraits.name ? { ...statement, text } : statement, params, deadline)
      expect(await traits(network), `step ${step}`).not.toBe(before)
      graph.read = honest
    }
    expect(await traits(network)).toBe(before)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FACETS } from '../../../schema/wire/codes.ts'
import { releaseTo } from '../../laws/stage.ts'
import { testNeo4j } from '../../neo4j.ts'
import { GRADING } from '../../report.ts'
import { ANNOUNCE, type MatchDesks, newKey, openMatchDesks, REFUSE } from './desks.ts'
import {
  AGADEZ,
  ARLIT,
  counting,
  hitsOn,
  type NetworkHit,
  reported,
  ringOf,
  TRAITS,
  traitsShown,
  UNWATCH,
  WATCH,
  watch,
} from './rings.ts'

// Networks on watch: two offices whose own reports say the same of two networks, of which neither sees the other's.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
const WITHDRAW =
  'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { report { id } } }'
const ERASE =
  'mutation($id: ID!, $key: String!) { eraseReport(report: $id, key: $key, reason: COURT_ORDER) { report { id } } }'
/** A place that no other test of this file has. */
let drawn = 0
const somewhere = () => ({ latitude: -40 + ((drawn * 7) % 80) + 0.5, longitude: -170 + drawn++ * 2 + 0.5 })
/** Three facets that few rings on watch have together: what most have counts for nothing. */
const ways = () => FACETS.slice((drawn * 3) % 60, ((drawn * 3) % 60) + 3)

/** Two rings that are alike where nothing else is, both on watch. */
async function two(choices: [string, string] = ['ANNOUNCE', 'ANNOUNCE'], more: object = {}) {
  const [at, facets] = [[somewhere(), somewhere()], ways()]
  const ours = await ringOf(desks, NIGER, { at, facets, ...more })
  const theirs = await ringOf(desks, ITALY, { at, facets })
  await watch(desks, NIGER, ours.network, choices[0])
  await watch(desks, ITALY, theirs.network, choices[1])
  return { ours, theirs, at, facets }
}
const gradingOf = ({ basis: _, ...grading }: typeof GRADING) => grading
const sides = async (ours: string, theirs: string): Promise<[NetworkHit[], NetworkHit[]]> => [
  await hitsOn(desks, NIGER, ours),
  await hitsOn(desks, ITALY, theirs),
]

describe('the traits of a network', () => {
  it('are shown before they are approved: coarse, with what they rest on', async () => {
    const { network } = await ringOf(desks, NIGER, { leg: [AGADEZ, ARLIT] })
    const place = { claims: 6, reports: 2, counts: true }
    const facet = { claims: 1, reports: 1, counts: true }
    expect(await traitsShown(desks, NIGER, network)).toEqual([
      { trait: 'FACET:PAY_02', ...facet },
      { trait: 'FACET:REC_01', ...facet },
      { trait: 'FACET:TRN_02', ...facet },
      { trait: 'LEG:N16E007-N18E007:2026-H1', ...place, claims: 3 },
      { trait: 'PLACE:N16E007:2026-H1', ...place },
      { trait: 'PLACE:N18E007:2026-H1', ...place },
    ])
  })

  it('are of the own reports alone, and of another office’s network there are none', async () => {
    const { network } = await ringOf(desks, NIGER, { release: releaseTo(['office:it-sco'], 'NE') })
    const answer = async (id: string) => desks.portolan.ask(ITALY, TRAITS, { network: id })
    expect((await answer(network)).text).toBe((await answer('a'.repeat(26))).text)
    await reported(desks, ITALY, network, { at: [somewhere()] }, 3)
    expect(await counting(desks, ITALY, network)).toEqual([])
    expect((await counting(desks, NIGER, network)).length).toBe(5)
  })

  it('rest on three claims in two reports: one report, or two claims, are too few', async () => {
    const at = [somewhere()]
    const once = await reported(desks, NIGER, null, { at }, 5)
    expect(await counting(desks, NIGER, once.network)).toEqual([])
    const twice = await reported(desks, NIGER, null, { at }, 1)
    await reported(desks, NIGER, twice.network, { at }, 1)
    const shown = await traitsShown(desks, NIGER, twice.network)
    expect(shown).toEqual([expect.objectContaining({ claims: 2, reports: 2, counts: false })])
    const input = { network: twice.network, choice: 'SILENT', traits: [shown[0]!.trait] }
    expect(await desks.fault(NIGER, WATCH, { key: newKey(), input })).toBe('BAD_REFERENCE')
  })
})

describe('a watch', () => {
  it('takes what follows from the own reports, and nothing that somebody made up', async () => {
    const { network } = await ringOf(desks, NIGER)
    const fault = (traits: string[]) =>
      desks.fault(NIGER, WATCH, { key: newKey(), input: { network, choice: 'ANNOUNCE', traits } })
    expect(await fault(['PLACE:N32E013:2026-H1'])).toBe('BAD_REFERENCE')
    expect(await fault(['PLACE:N16E007:2025-H2'])).toBe('BAD_REFERENCE')
    expect(await fault(['LEG:N16E007-N18E007:2026-H1'])).toBe('BAD_REFERENCE')
    expect(await fault(['FACET:REC_02'])).toBe('BAD_REFERENCE')
    expect(await fault(['Boss of Agadez'])).toBe('BAD_INPUT')
    expect((await desks.data(NIGER, TRAITS, { network })).matchTraits.watched).toBeNull()
  })

  it('is replaced whole, and ends; the same act again is done once', async () => {
    const { network } = await ringOf(desks, NIGER)
    const traits = await counting(desks, NIGER, network)
    const shown = async () => (await desks.data(NIGER, TRAITS, { network })).matchTraits.watched
    await watch(desks, NIGER, network, 'ANNOUNCE')
    expect(await shown()).toEqual({ choice: 'ANNOUNCE', traits })
    const again = { key: newKey(), input: { network, choice: 'SILENT', traits: traits.slice(0, 2) } }
    expect((await desks.data(NIGER, WATCH, again)).watchStructure.replayed).toBe(false)
    expect((await desks.data(NIGER, WATCH, again)).watchStructure.replayed).toBe(true)
    expect(await shown()).toEqual({ choice: 'SILENT', traits: traits.slice(0, 2) })
    await desks.data(NIGER, UNWATCH, { key: newKey(), network })
    expect(await shown()).toBeNull()
    expect(await desks.fault(NIGER, UNWATCH, { key: newKey(), network })).toBe('NOT_FOUND')
  })

  it('is of a network of which the own office has reported', async () => {
    const { network } = await ringOf(desks, NIGER, { release: releaseTo(['office:it-sco'], 'NE') })
    const input = { network, choice: 'ANNOUNCE', traits: ['FACET:REC_01'] }
    const other = { ...input, network: 'a'.repeat(26) }
    const [seen, absent] = [
      await desks.portolan.ask(ITALY, WATCH, { key: newKey(), input }),
      await desks.portolan.ask(ITALY, WATCH, { key: newKey(), input: other }),
    ]
    expect(seen.json.errors![0].extensions.code).toBe('NOT_FOUND')
    expect(seen.text).toBe(absent.text)
  })
})

describe('two networks that are alike', () => {
  it('are one hit, of each office’s own network, and say nothing of what is alike', async () => {
    const { ours, theirs } = await two()
    await desks.batch()
    const [[first], [second]] = await sides(ours.network, theirs.network)
    expect(first).toEqual({
      ...{ id: expect.any(String), type: 'STRUCTURE', card: null, network: ours.network, question: null },
      ...{ announced: true, office: 'it-sco', refused: null, theirRefusal: null },
    })
    expect(second).toEqual({ ...first, network: theirs.network, office: 'ne-dst' })
    // Whether they are one is for the two offices to say in reports: a hit of networks takes no proposal.
    const input = { entity: ours.network, purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86' }
    const given = { ...input, reviewDue: '2030-01-01', grading: gradingOf(GRADING), transfers: [] }
    const propose = 'mutation($id: ID!, $input: SameInput!) { proposeSame(id: $id, input: $input) { id } }'
    expect(await desks.fault(NIGER, propose, { id: first!.id, input: given })).toBe('NOT_ALLOWED')
    await watch(desks, NIGER, ours.network)
    await desks.batch()
    expect((await sides(ours.network, theirs.network)).map((hits) => hits.length)).toEqual([1, 1])
  })

  it('tell each office as much as the other lets it: announced later, refused, or never', async () => {
    const { ours, theirs } = await two(['ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE'])
    await desks.batch()
    const [[hit], none] = await sides(ours.network, theirs.network)
    expect([hit!.office, hit!.announced, none]).toEqual(['it-sco', false, []])
    await desks.data(NIGER, ANNOUNCE, { id: hit!.id })
    expect(await hitsOn(desks, ITALY, theirs.network)).toEqual([
      expect.objectContaining({ id: hit!.id, office: 'ne-dst', network: theirs.network }),
    ])
    await desks.data(NIGER, REFUSE, { id: hit!.id, reason: 'ONGOING_INVESTIGATION' })
    expect((await hitsOn(desks, ITALY, theirs.network))[0]!.theirRefusal).toBe('ONGOING_INVESTIGATION')
    const first = await two(['ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE_TO_ME_FIRST'])
    await desks.batch()
    expect(
      (await sides(first.ours.network, first.theirs.network)).flat().map(({ office }) => office),
    ).toEqual([null, null])
  })

  it('tell nobody while both are silent, and one of them once the other announces', async () => {
    const { ours, theirs } = await two(['SILENT', 'SILENT'])
    await desks.batch()
    expect(await sides(ours.network, theirs.network)).toEqual([[], []])
    await watch(desks, NIGER, ours.network, 'ANNOUNCE')
    await desks.batch()
    const [us, them] = await sides(ours.network, theirs.network)
    expect([us, them.map(({ office }) => office)]).toEqual([[], ['ne-dst']])
  })

  it('need two places of one half-year and three facets: one less of either is no hit', async () => {
    const [at, facets] = [[somewhere(), somewhere()], ways()]
    const ours = await ringOf(desks, NIGER, { at, facets })
    await watch(desks, NIGER, ours.network)
    for (const less of [
      { at: at.slice(1), facets },
      { at, facets: facets.slice(1) },
      { at, facets, day: '2026-08-01' },
    ]) {
      const theirs = await ringOf(desks, ITALY, less)
      await watch(desks, ITALY, theirs.network)
      await desks.batch()
      expect(await sides(ours.network, theirs.network)).toEqual([[], []])
    }
    const approved = await ringOf(desks, ITALY, { at, facets })
    const all = await counting(desks, ITALY, approved.network)
    const some = all.filter((trait) => !trait.endsWith(facets[0]!))
    await watch(desks, ITALY, approved.network, 'ANNOUNCE', some)
    await desks.batch()
    expect(await sides(ours.network, approved.network)).toEqual([[], []])
  })

  it('make no hit within one office, nor where either sees anything of the other’s network', async () => {
    const { ours, theirs, at, facets } = await two(['ANNOUNCE', 'ANNOUNCE'], {
      release: releaseTo(['person:it-sco.luca'], 'NE'),
    })
    const own = await ringOf(desks, 'ne-dst.issa', { at, facets })
    await watch(desks, 'ne-dst.issa', own.network)
    const other = await ringOf(desks, 'ml-dnlt.fanta', { at, facets })
    await watch(desks, 'ml-dnlt.fanta', other.network)
    await desks.batch()
    expect((await hitsOn(desks, NIGER, ours.network)).map(({ office }) => office)).toEqual(['ml-dnlt'])
    expect((await hitsOn(desks, ITALY, theirs.network)).map(({ office }) => office).sort()).toEqual([
      'ml-dnlt',
      'ne-dst',
    ])
  })

  it('make one from when an office does not see the other’s network any more', async () => {
    const [at, facets] = [[somewhere(), somewhere()], ways()]
    const ours = await ringOf(desks, NIGER, { at, facets })
    const shown = { facets, release: releaseTo(['office:it-sco'], 'NE') }
    const { report } = await reported(desks, NIGER, ours.network, shown, 1)
    const theirs = await ringOf(desks, ITALY, { at, facets })
    await watch(desks, NIGER, ours.network)
    await watch(desks, ITALY, theirs.network)
    await desks.batch()
    expect(await sides(ours.network, theirs.network)).toEqual([[], []])
    await desks.data(NIGER, WITHDRAW, { id: report, key: newKey() })
    await desks.batch()
    expect((await sides(ours.network, theirs.network)).map((hits) => hits.length)).toEqual([1, 1])
  })

  it('are so no more once a report is withdrawn, or erased', async () => {
    for (const [act, document] of [
      ['withdrawn', WITHDRAW],
      ['erased', ERASE],
    ] as const) {
      const { ours, theirs } = await two()
      await desks.data(NIGER, document, { id: ours.reports[1]!, key: newKey() })
      await desks.batch()
      expect(await sides(ours.network, theirs.network), act).toEqual([[], []])
    }
  })

  it('are so once another report says enough, without a word of their owner', async () => {
    const { ours, theirs, at } = await two()
    await desks.data(NIGER, WITHDRAW, { id: ours.reports[1]!, key: newKey() })
    await desks.batch()
    expect(await sides(ours.network, theirs.network)).toEqual([[], []])
    await reported(desks, NIGER, ours.network, { at }, 1)
    await desks.batch()
    expect((await sides(ours.network, theirs.network)).map((hits) => hits.length)).toEqual([1, 1])
  })

  it('leave nothing of an office in a hit once all that it reported of its network is erased', async () => {
    const { ours, theirs } = await two(['ANNOUNCE', 'ANNOUNCE_TO_ME_FIRST'])
    await desks.batch()
    const [hit] = await hitsOn(desks, ITALY, theirs.network)
    for (const id of ours.reports) await desks.data(NIGER, ERASE, { id, key: newKey() })
    await desks.data(ITALY, ANNOUNCE, { id: hit!.id })
    expect(await hitsOn(desks, NIGER, ours.network)).toEqual([])
    const [{ left }] = (await desks.portolan.graph.setup(
      'MATCH (n) WHERE any(key IN keys(n) WHERE toStringOrNull(n[key]) = $id) AND NOT n:Act RETURN count(n) AS left',
      { id: ours.network },
    )) as [{ left: number }]
    expect(left).toBe(0)
  })
})

describe('a third office, one above or below, and the observatory', () => {
  it('see nothing of it', async () => {
    const { ours, theirs } = await two(['ANNOUNCE_TO_ME_FIRST', 'ANNOUNCE_TO_ME_FIRST'])
    await desks.batch()
    const [hit] = await hitsOn(desks, NIGER, ours.network)
    const open = 'query($id: ID!) { hit(id: $id) { type network } }'
    for (const stranger of ['ne-dst-agadez.moussa', 'it-proc.giulia', 'ml-dnlt.fanta']) {
      const [seen, absent] = [
        await desks.portolan.ask(stranger, open, { id: hit!.id }),
        await desks.portolan.ask(stranger, open, { id: 'a'.repeat(26) }),
      ]
      expect(seen.text).toBe(absent.text)
      for (const network of [ours.network, theirs.network])
        expect((await desks.data(stranger, TRAITS, { network })).matchTraits).toBeNull()
    }
    for (const outsider of ['fr-obs.omar', 'ne-oim.pia', 'it-audit.anna']) {
      expect(await desks.fault(outsider, open, { id: hit!.id })).toBe('NOT_ALLOWED')
      expect(await desks.fault(outsider, TRAITS, { network: ours.network })).toBe('NOT_ALLOWED')
    }
  })
})

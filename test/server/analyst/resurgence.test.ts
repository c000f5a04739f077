import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysed } from './analyses.ts'
import { actor, failed, ITALY, MALI, NIGER, openStage, refused, type Stage } from './stage.ts'

const FIELDS = `... on ResurgenceResult { network { label } ended endedBy { id } looked undated leftOut claimed { id type }
  leads { network { label } begun bits odds strongest oddsWithout
    reasons { trace facet things { label } bits relations { id type } descriptions { id } }
    against { trace things bits } } }`
type Reason = {
  trace: string
  facet: string | null
  things: { label: string }[]
  bits: number
  relations: { type: string }[]
  descriptions: unknown[]
}
type Found = {
  ended: string
  looked: number
  undated: number
  leftOut: number
  claimed: { type: string }[]
  endedBy: unknown[]
  leads: {
    network: { label: string }
    begun: string
    bits: number
    odds: number
    strongest: string
    oddsWithout: number
    reasons: Reason[]
    against: { trace: string; things: number; bits: number }[]
  }[]
}

let stage: Stage
let early: string
const ask = (person: string, question: object = {}, asOf: string | null = null): Promise<Found> =>
  analysed(stage.portolan, person, { resurgence: { network: stage.ids.old, ...question } }, FIELDS, asOf)
const names = ({ leads }: Found) => leads.map(({ network }) => network.label)
const met = (reasons: Reason[], trace: string) =>
  reasons
    .filter((one) => one.trace === trace)
    .flatMap(({ things }) => things.map(({ label }) => label).sort())

const network = (entity: string, status: string, day: string) => ({
  network: { entity, label: `N-${entity}`, status },
  observedFrom: day,
})
const member = (from: string, to: string, day: string) => ({
  memberOf: { from, to, level: 'L1', role: 'R01' },
  observedFrom: day,
})
const link = (word: string, from: string, to: string) => ({ [word]: { from, to } })

/**
 * The old network ended on 1 June 2014. The new one has its man (known there as another entity), its boat and its coast; the boy of
 * both is a child, and who is said to be the same is too. Three others of the same year have people of their own; one is older, and of one no day is known.
 */
beforeAll(async () => {
  stage = await openStage()
  const others = ['x1', 'x2', 'x3', 'x4', 'x5', 'x6']
  const kinds = {
    NETWORK: ['old', 'new', 'elder', 'undated', ...others],
    ACTOR: ['man', 'alias', 'boy', 'boy2', ...others.map((one) => `of-${one}`)],
    VEHICLE: ['boat', ...others.map((one) => `car-${one}`)],
    PLACE: ['coast', 'town'],
    MODUS_OPERANDI: ['w-old', 'w-new'],
  }
  const things: Record<string, string> = {}
  for (const [kind, all] of Object.entries(kinds)) for (const name of all) things[name] = kind
  ;({ recorded: early } = await stage.submit({
    things,
    claims: [
      ...[network('old', 'ACTIVE', '2010-01-01'), network('old', 'DISMANTLED', '2014-06-01')],
      ...[network('new', 'ACTIVE', '2014-09-01'), network('elder', 'ACTIVE', '2009-01-01')],
      { network: { entity: 'undated', label: 'N-undated', status: 'ACTIVE' } },
      ...['man', 'alias'].map((one) => actor(one)),
      ...['boy', 'boy2'].map((one) => actor(one, { category: 'OTHER', minor: one === 'boy' || undefined })),
      ...[member('man', 'old', '2010-01-01'), member('alias', 'new', '2014-09-01')],
      ...[member('man', 'elder', '2009-01-01'), link('locatedAt', 'elder', 'coast')],
      ...[member('boy', 'old', '2011-01-01'), member('boy', 'new', '2014-10-01')],
      ...[member('boy2', 'old', '2011-01-01'), member('boy2', 'new', '2014-10-01')],
      ...[link('sameAs', 'man', 'alias'), link('sameAs', 'boy', 'boy2')],
      ...[link('uses', 'man', 'boat'), link('uses', 'new', 'boat')],
      ...[
        link('locatedAt', 'old', 'coast'),
        link('locatedAt', 'old', 'town'),
        link('locatedAt', 'new', 'coast'),
      ],
      ...[link('uses', 'old', 'w-old'), link('uses', 'new', 'w-new')],
      { modusOperandi: { entity: 'w-old', label: 'W-old', facets: ['DOC_03', 'PAY_01'] } },
      { modusOperandi: { entity: 'w-new', label: 'W-new', facets: ['DOC_03'] } },
      ...others.flatMap((one) => [
        ...[network(one, 'ACTIVE', '2014-07-01'), actor(`of-${one}`), member(`of-${one}`, one, '2014-07-01')],
        ...[link('uses', one, `car-${one}`), link('locatedAt', one, 'town')],
      ]),
      ...['boat', ...others.map((one) => `car-${one}`)].map((entity) => ({
        vehicle: { entity, label: `V-${entity}`, type: 'CAR' },
      })),
      ...['coast', 'town'].map((entity) => ({ place: { entity, label: `P-${entity}`, type: 'OTHER' } })),
    ],
  }))
  await stage.submit({ claims: [link('succeeds', 'new', 'old')] })
  await stage.submit({
    claims: [link('uses', 'x1', 'boat'), member('man', 'x1', '2014-07-01')],
    hidden: true,
  })
}, 300_000)
afterAll(() => stage?.portolan.close())

describe('what may go on from a dismantled network', () => {
  it('is ranked by what is met again, with the claims of both sides and of sameness', async () => {
    const found = await ask(ITALY)
    expect(found).toMatchObject({ ended: '2014-06-01', looked: 7, undated: 1, leftOut: 2 })
    expect(found.endedBy).toHaveLength(1)
    expect(names(found)[0]).toBe('N-new')
    const [lead] = found.leads
    expect(lead).toMatchObject({ begun: '2014-09-01' })
    expect(lead!.odds).toBeCloseTo(2 ** lead!.bits / 7, 9)
    const bitsOf = (trace: string) =>
      [...lead!.reasons, ...lead!.against].reduce((sum, one) => sum + (one.trace === trace ? one.bits : 0), 0)
    const kinds = ['MEMBERS', 'SELECTORS', 'PLACES', 'FACETS']
    expect(bitsOf(lead!.strongest)).toBe(Math.max(...kinds.map(bitsOf)))
    expect(lead!.oddsWithout).toBeCloseTo(lead!.odds / 2 ** bitsOf(lead!.strongest), 9)
    expect(met(lead!.reasons, 'MEMBERS')).toEqual(['A-alias', 'A-man'])
    expect(met(lead!.reasons, 'SELECTORS')).toEqual(['V-boat'])
    expect(met(lead!.reasons, 'PLACES')).toEqual(['P-coast'])
    const types = (trace: string) =>
      lead!.reasons
        .find((one) => one.trace === trace)!
        .relations.map(({ type }) => type)
        .sort()
    expect(types('MEMBERS')).toEqual(['MEMBER_OF', 'MEMBER_OF', 'SAME_AS'])
    // The boat is the man's, and the new network's own.
    expect(types('SELECTORS')).toEqual(['MEMBER_OF', 'USES', 'USES'])
    expect(lead!.reasons.find(({ facet }) => facet === 'DOC_03')).toMatchObject({
      things: [],
      trace: 'FACETS',
    })
    expect(lead!.against).toMatchObject([
      { trace: 'PLACES', things: 1 },
      { trace: 'FACETS', things: 1 },
    ])
  }, 60_000)

  it('rests on nobody who is said to be a child, nor on who is said to be the same', async () => {
    const { leads } = await ask(NIGER)
    const labels = leads.flatMap(({ reasons }) =>
      reasons.flatMap(({ things }) => things.map(({ label }) => label)),
    )
    expect(labels).not.toContain('A-boy')
    expect(labels).not.toContain('A-boy2')
  }, 60_000)

  it('is asked of the day that is given, or of that which is said', async () => {
    expect(names(await ask(ITALY, { ended: '2014-08-01' }))).toEqual(['N-new'])
    expect(names(await ask(ITALY, { ended: '2014-09-02' }))).toEqual([])
    expect(names(await ask(ITALY, { ended: '2014-09-02', before: 1 }))).toEqual(['N-new'])
    expect(names(await ask(ITALY, { before: 3650, most: 2 }))).toContain('N-elder')
    const sure = await ask(ITALY, { expected: { members: 0.99 } })
    expect(sure.leads[0]!.bits).toBeGreaterThan((await ask(ITALY)).leads[0]!.bits)
    expect(await failed(stage, ITALY, { resurgence: { network: stage.ids.new } })).toMatchObject({
      code: 'BAD_INPUT',
    })
  }, 60_000)

  it('is that of the claims the asker sees, and of what was known then', async () => {
    const own = await ask(NIGER)
    expect(
      own.leads
        .find((one) => one.network.label === 'N-x1')!
        .reasons.map(({ trace }) => trace)
        .sort(),
    ).toEqual([...['MEMBERS', 'PLACES', 'SELECTORS']])
    const then = await ask(ITALY, {}, early)
    const now = await ask(ITALY)
    expect(then.leads).toEqual(now.leads)
    expect([then.claimed.length, now.claimed.map(({ type }) => type)]).toEqual([0, ['SUCCEEDS']])
  }, 60_000)

  it('answers what is hidden, of another kind and not there alike, and refuses what it cannot read', async () => {
    const absent = await failed(stage, ITALY, { resurgence: { network: 'nobody' } })
    expect(absent.code).toBe('NOT_FOUND')
    expect(await failed(stage, MALI, { resurgence: { network: stage.ids.old } })).toEqual(absent)
    expect(await failed(stage, ITALY, { resurgence: { network: stage.ids.man } })).toEqual(absent)
    for (const [question, field] of [
      [{ expected: { members: 1 } }, 'members'],
      [{ before: -1 }, 'before'],
      [{ most: 0 }, 'most'],
    ] as const)
      expect(
        JSON.stringify(await refused(stage, { resurgence: { network: stage.ids.old, ...question } })),
      ).toMatch(new RegExp(`BAD_INPUT.*"${field}"`))
  }, 60_000)
})

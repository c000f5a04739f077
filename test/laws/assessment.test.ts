import { isInterfaceType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { GRADING, report, SUBMIT } from '../report.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 8: an assessment is never a fact; every claim carries its grading; contrary claims are shown, never averaged.

let portolan: TestPortolan
beforeAll(async () => {
  portolan = await openPortolan(await testNeo4j(), await makeStage())
}, 1_500_000)
afterAll(() => portolan?.close())

const entities = [
  { local: 'boss', kind: 'ACTOR' },
  { local: 'twin', kind: 'ACTOR' },
  { local: 'ring', kind: 'NETWORK' },
]
const boss = { actor: { entity: 'boss', label: 'Boss-9', category: 'OTHER', benefit: 'UNKNOWN' } }
const release = releaseTo(['all'], 'NE')

describe('a level, a role and sameness', () => {
  it.each([
    ['a level and a role', { memberOf: { from: 'boss', to: 'ring', level: 'L3', role: 'FIXER' } }],
    ['sameness', { sameAs: { from: 'boss', to: 'twin' } }],
  ])('%s: never a fact, whoever says it', async (_, claim) => {
    const used = JSON.stringify(claim)
    const input = report('fact-key-1', {
      release,
      entities: entities.filter(({ local }) => local === 'boss' || used.includes(local)),
      claims: [boss, { ...claim, basis: 'FACT' }],
    })
    const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input })
    expect(json.errors).toHaveLength(1)
    expect(json.errors[0].extensions).toEqual({ code: 'BAD_INPUT', at: ['claims', 1, 'basis'] })
    const asAssessment = { ...input, key: `assessed-${used.length}`, claims: [boss, claim] }
    expect((await portolan.ask('ne-dst.aicha', SUBMIT, { input: asAssessment })).json.errors).toBeUndefined()
  })
})

describe('every claim', () => {
  it.each(Object.keys(GRADING).filter((field) => field !== 'basis'))(
    'without %s is refused',
    async (field) => {
      const defaults = Object.fromEntries(Object.entries(GRADING).filter(([name]) => name !== field))
      const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, {
        input: report('graded-key', { release, defaults }),
      })
      const places = json.errors.map((error: { extensions: { at: unknown[] } }) => error.extensions.at)
      expect(
        places.filter(([list]: unknown[]) => list === 'claims').map((at: unknown[]) => at.at(-1)),
      ).toEqual([field, field, field])
    },
  )

  it('shows its grading, its basis, its report and its office wherever the schema shows one', () => {
    const claim = schema.getType('Claim')
    const graded = [
      'source',
      'information',
      'basis',
      'report',
      'office',
      'recorded',
      'handling',
      'evidenceUse',
    ]
    if (!isInterfaceType(claim)) throw new Error('expected Claim to be an interface')
    for (const name of graded) expect(String(claim.getFields()[name]?.type)).toMatch(/!$/)
    for (const type of Object.values(schema.getTypeMap()))
      if (isObjectType(type) && /^Relation$|Description$/.test(type.name))
        expect(type.getInterfaces(), type.name).toContain(claim)
  })

  it('no type of an answer has a score, a rank or a likelihood', () => {
    for (const type of Object.values(schema.getTypeMap()))
      if (isObjectType(type) && !type.name.startsWith('__'))
        for (const name of Object.keys(type.getFields()))
          expect(`${type.name}.${name}`).not.toMatch(/score|rank|risk$|likel|probab|average|confidence/i)
  })
})

describe('offices that differ', () => {
  it('stand side by side, each with its grading; no value is averaged, none is dropped', async () => {
    const first = (await portolan.ask('ne-dst.aicha', SUBMIT, { input: report('differ-key-1', { release }) }))
      .json.data.submitReport
    const [actor, network] = first.ids.map(({ id }: { id: string }) => id)
    const second = report('differ-key-2', {
      release: releaseTo(['all'], 'IT'),
      defaults: { ...GRADING, source: 'A', information: 'N1' },
      entities: [
        { local: 'boss', kind: 'ACTOR', id: actor },
        { local: 'ring', kind: 'NETWORK', id: network },
      ],
      claims: [
        { memberOf: { from: 'boss', to: 'ring', level: 'L3', role: 'FIXER' } },
        { network: { entity: 'ring', label: 'Rome-1', status: 'DISMANTLED' } },
      ],
    })
    expect((await portolan.ask('it-sco.paola', SUBMIT, { input: second })).json.errors).toBeUndefined()
    const { json } = await portolan.ask(
      'ml-dnlt.fanta',
      'query($actor: ID!, $network: ID!) { actor(id: $actor) { disputed memberships { office level source information basis } } network(id: $network) { label said { field disputed values { value offices } } } }',
      { actor, network },
    )
    expect(json.data.actor.disputed).toBe(true)
    expect([...json.data.actor.memberships].sort((a, b) => a.office.localeCompare(b.office))).toEqual([
      { office: 'it-sco', level: 'L3', source: 'A', information: 'N1', basis: 'ASSESSMENT' },
      { office: 'ne-dst', level: 'L2', source: 'B', information: 'N2', basis: 'ASSESSMENT' },
    ])
    expect(json.data.network).toEqual({
      label: 'Rome-1',
      said: [
        {
          field: 'label',
          disputed: true,
          values: [
            { value: 'Agadez-transport', offices: ['ne-dst'] },
            { value: 'Rome-1', offices: ['it-sco'] },
          ],
        },
        {
          field: 'status',
          disputed: true,
          values: [
            { value: 'ACTIVE', offices: ['ne-dst'] },
            { value: 'DISMANTLED', offices: ['it-sco'] },
          ],
        },
      ],
    })
  })
})

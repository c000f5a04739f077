import { extendSchema, type GraphQLObjectType, isInterfaceType, isObjectType, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { schema } from '../../schema/index.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { GRADING, report, SUBMIT } from '../report.ts'
import { bend } from './bendable.ts'
import { field, isNoticed, swap } from './broken.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 8: an assessment is never a fact; every claim carries its grading; contrary claims are shown, never averaged.

vi.mock('../../schema/wire/report.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../schema/wire/report-rules.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let portolan: TestPortolan
beforeAll(async () => {
  portolan = await openPortolan(await testNeo4j(), await makeStage())
}, 1_500_000)
afterAll(() => portolan?.close())

let keys = 0
const key = () => `assessed-${++keys}`
const entities = [
  { local: 'boss', kind: 'ACTOR' },
  { local: 'twin', kind: 'ACTOR' },
  { local: 'ring', kind: 'NETWORK' },
]
const boss = { actor: { entity: 'boss', label: 'Boss-9', category: 'OTHER', benefit: 'UNKNOWN' } }
const release = releaseTo(['all'], 'NE')
const submit = async (input: object, person = 'ne-dst.aicha') =>
  (await portolan.ask(person, SUBMIT, { input })).json

type Claim = [title: string, claim: Record<string, object>]
const ASSESSED: Claim[] = [
  ['a level and a role', { memberOf: { from: 'boss', to: 'ring', level: 'L3', role: 'FIXER' } }],
  ['sameness', { sameAs: { from: 'boss', to: 'twin' } }],
]

/** What is taken as a fact and can only be an assessment; and as an assessment it must be taken. */
async function takenAsFact(all: Claim[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, claim] of all) {
    const used = JSON.stringify(claim)
    const whole = (basis: string) =>
      report(key(), {
        release,
        entities: entities.filter(({ local }) => local === 'boss' || used.includes(local)),
        claims: [boss, { ...claim, basis }],
      })
    const { errors } = await submit(whole('FACT'))
    const told = JSON.stringify(errors?.map((one: { extensions: object }) => one.extensions))
    if (told !== '[{"code":"BAD_INPUT","at":["claims",1,"basis"]}]') found.push(`${title} as a fact: ${told}`)
    if ((await submit(whole('ASSESSMENT'))).errors) found.push(`${title} as an assessment is refused`)
  }
  return found
}

const GRADES = Object.keys(GRADING).filter((name) => name !== 'basis')
/** Fields of the grading that a claim does without. */
async function ungraded(all: string[]): Promise<string[]> {
  const found: string[] = []
  for (const name of all) {
    const defaults = Object.fromEntries(Object.entries(GRADING).filter(([grade]) => grade !== name))
    const { errors } = await submit(report(key(), { release, defaults }))
    const at = (errors ?? []).map((one: { extensions: { at: unknown[] } }) => one.extensions.at)
    const missing = at.filter(([list]: unknown[]) => list === 'claims').map((path: unknown[]) => path.at(-1))
    if (missing.join() !== [name, name, name].join()) found.push(`without ${name}: ${missing}`)
  }
  return found
}

const judged = { schema }
const types = () =>
  Object.values(judged.schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))

const SHOWN_GRADES = [
  ...['source', 'information', 'basis', 'report', 'office', 'recorded', 'handling', 'evidenceUse'],
]
/** Where the API shows a claim without its grading, its basis, its report or its office. */
function shownUngraded(): string[] {
  const claim = judged.schema.getType('Claim')
  if (!isInterfaceType(claim)) return ['Claim is no interface']
  return [
    ...SHOWN_GRADES.filter((name) => !/!$/.test(String(claim.getFields()[name]?.type))),
    ...types()
      .filter(({ name }) => /Relation$|Description$/.test(name))
      .filter((type) => !type.getInterfaces().includes(claim))
      .map(({ name }) => `${name} is no claim`),
  ]
}

/** Fields of an answer that score, rank or average. */
const scores = (): string[] =>
  types()
    .flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`))
    .filter((name) => /score|rank|risk$|likel|probab|average|confidence/i.test(name))

describe('a level, a role and sameness', () => {
  it.each(ASSESSED)('%s: never a fact, whoever says it', async (...row) => {
    expect(await takenAsFact([row])).toEqual([])
  })
})

describe('every claim', () => {
  it.each(GRADES)('without %s is refused', async (name) => {
    expect(await ungraded([name])).toEqual([])
  })

  it('shows its grading, its basis, its report and its office wherever the schema shows one', () => {
    expect(shownUngraded()).toEqual([])
  })

  it('no type of an answer has a score, a rank or a likelihood', () => {
    expect(scores()).toEqual([])
  })
})

const BOTH = `query($actor: ID!, $network: ID!) {
  actor(id: $actor) { disputed memberships { office level source information basis } }
  network(id: $network) { label said { field disputed values { value offices } } }
}`
const WANTED = {
  actor: {
    disputed: true,
    memberships: [
      { office: 'it-sco', level: 'L3', source: 'A', information: 'N1', basis: 'ASSESSMENT' },
      { office: 'ne-dst', level: 'L2', source: 'B', information: 'N2', basis: 'ASSESSMENT' },
    ],
  },
  network: {
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
  },
}

let differing: { actor: string; network: string } | undefined
/** Two offices that say contrary things of one actor and one network. */
async function differ() {
  const first = (await submit(report(key(), { release }))).data.submitReport
  const [actor, network] = first.ids.map(({ id }: { id: string }) => id)
  const second = report(key(), {
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
  expect((await submit(second, 'it-sco.paola')).errors).toBeUndefined()
  return { actor, network }
}

/** What a third office reads of it. */
async function readByMali() {
  differing ??= await differ()
  const { data } = (await portolan.ask('ml-dnlt.fanta', BOTH, differing)).json
  data.actor.memberships.sort((a: { office: string }, b: { office: string }) =>
    a.office < b.office ? -1 : 1,
  )
  return data
}

describe('offices that differ', () => {
  it('stand side by side, each with its grading; no value is averaged, none is dropped', async () => {
    expect(await readByMali()).toEqual(WANTED)
  })
})

/** Every type that an entity is shown as has its own copy of the field. */
const saidOfNetwork = () => (schema.getType('Network') as GraphQLObjectType).getFields().said!
const having = (more: string) => () => swap(judged, 'schema', extendSchema(schema, parse(more)))
type Said = { values: { value: string; offices: string[] }[] }
type Membership = { office: string; level: string; source: string }
/** The memberships of an actor as something makes them. */
const memberships = (as: (all: Membership[]) => Membership[]) => () => {
  const honest = field('Actor', 'memberships').resolve!
  return swap(field('Actor', 'memberships'), 'resolve', async (...args) =>
    as((await honest(...args)) as Membership[]),
  )
}

isNoticed(
  [
    () => takenAsFact(ASSESSED),
    () => ungraded(GRADES),
    shownUngraded,
    scores,
    async () => {
      const shown = JSON.stringify(await readByMali())
      return shown === JSON.stringify(WANTED) ? [] : [`offices that differ are shown as ${shown}`]
    },
  ],
  [
    [
      'a level may be a fact',
      () =>
        bend('checkRelation', (honest) => (one, ...rest) => {
          const level = one.claim === 'memberOf' ? { common: { ...one.common, basis: 'ASSESSMENT' } } : {}
          honest({ ...one, ...level }, ...rest)
        }),
    ],
    [
      'sameness may be a fact',
      () =>
        bend('checkRelation', (honest) => (one, ...rest) => {
          const same = one.claim === 'sameAs' ? { common: { ...one.common, basis: 'ASSESSMENT' } } : {}
          honest({ ...one, ...same }, ...rest)
        }),
    ],
    [
      'a claim without a grading gets the worst one',
      () =>
        bend(
          'checkReport',
          (honest) => (input) =>
            honest({
              ...input,
              defaults: { source: 'X', information: 'N4', ...input.defaults },
            }),
        ),
    ],
    ['an assessment is shown as a fact', () => swap(field('Relation', 'basis'), 'resolve', () => 'FACT')],
    [
      'the best graded level is the only one',
      memberships((all) => all.filter(({ source }) => source === 'A')),
    ],
    [
      'two levels are one in the middle',
      memberships((all) =>
        all.length > 1
          ? [
              { ...all[0]!, level: 'L2' },
              { ...all[1]!, level: 'L2' },
            ]
          : all,
      ),
    ],
    ['a contradiction is not called one', () => swap(field('Actor', 'disputed'), 'resolve', () => false)],
    [
      'of two values the newer one is shown',
      () => {
        const honest = saidOfNetwork().resolve!
        return swap(saidOfNetwork(), 'resolve', async (...args) =>
          ((await honest(...args)) as Said[]).map((one) => ({ ...one, values: one.values.slice(-1) })),
        )
      },
    ],
    ['an actor has a score', having('extend type Actor { riskScore: Float }')],
    ['a claim is shown without its grading', having('type HearsayRelation { from: ID }')],
  ],
)

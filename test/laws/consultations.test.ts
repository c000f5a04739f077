import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { login } from '../../clients/core/session.ts'
import { entityOpen } from '../../cypher/entity/entity.ts'
import { STATEMENTS } from '../../cypher/index.ts'
import { packetsHeld } from '../../cypher/packets/packets.ts'
import { NOBODYS } from '../../cypher/statement.ts'
import type { MonthOfConsultations } from '../../schema/wire/consultation.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { bend } from './bendable.ts'
import { isNoticed, type Mutant, swap } from './broken.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 1's exception for data owners: a monthly count per consulting office, never who, what or why, of what was visible to
// whoever asked and of nothing else, and for the owner's own focal points alone.

vi.mock('../../server/policy.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let portolan: TestPortolan
let cast: Cast
let now = Date.now()
let key = 0
/** The first day of the months that a check plays in. */
let month = new Date(Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth() + 1, 1, 8))
const nameOf = (time: Date) => time.toISOString().slice(0, 7)

beforeAll(async () => {
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast, { clock: () => now })
}, 1_500_000)
afterAll(() => portolan?.close())

/** As `portolan.ask`, in a session of its own: months pass here. */
async function ask(person: string, query: string, variables: Record<string, unknown> = {}) {
  const session = await login({ url: portolan.url, key: cast.key(person), clock: () => now })
  return async (times = 1) => {
    const asked = { query, variables, extensions: { purpose: PURPOSE } }
    const texts = new Set<string>()
    // One after another: the counting is tested here, and not how many connections a machine has.
    for (let i = 0; i < times; i++) texts.add(Buffer.from((await session.request(asked)).body).toString())
    if (texts.size > 1) throw new Error([...texts].join('\n'))
    return JSON.parse([...texts][0]!)
  }
}
const COUNTS =
  'query($month: String!) { consultations(month: $month) { month floor step others offices { office count } } }'
const counted = async (person: string, of: string) => (await ask(person, COUNTS, { month: of }))()
const NETWORK = 'query($id: ID!) { network(id: $id) { id relations { id } descriptions { id } } }'

async function submitted(person: string, changes: object): Promise<{ ids: { id: string }[] }> {
  const input = report(`consulted-key-${++key}`, { ...changes })
  const answer = await (await ask(person, SUBMIT, { input }))()
  if (!answer.data) throw new Error(JSON.stringify(answer.errors))
  return answer.data.submitReport
}

/**
 * A month: Niger reports on a network and lets Italy see it, Mali speaks of the same and lets nobody, Italian police look 23
 * times, a prosecutor 4 times, an officer of Niger 12 times.
 */
async function aMonth(): Promise<{ name: string; network: string }> {
  now = month.getTime()
  const name = nameOf(month)
  const to = [...['office:it-sco', 'office:it-proc', 'office:ml-dnlt']]
  const { ids } = await submitted('ne-dst.aicha', { release: releaseTo(to, 'NE') })
  const network = ids[1]!.id
  await submitted('ml-dnlt.fanta', {
    release: releaseTo([], 'ML'),
    entities: [{ local: 'ring', kind: 'NETWORK', id: network }],
    claims: [{ network: { entity: 'ring', label: 'Agadez-transport', status: 'DORMANT' } }],
  })
  for (const [person, times] of [
    ['it-sco.paola', 23],
    ['it-proc.giulia', 4],
    ['ne-dst.aicha', 12],
    ['fr-liaison.claire', 12],
  ] as const) {
    const asked = await (await ask(person, NETWORK, { id: network }))(times)
    if ((asked.data.network === null) !== (person === 'fr-liaison.claire'))
      throw new Error(`${person} sees it otherwise`)
  }
  const running = await counted('ne-dst.aicha', name)
  month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1, 8))
  now = month.getTime()
  if (running.errors?.[0]?.extensions.code !== 'BAD_DATE') leaks.push('a month under way is told')
  return { name, network }
}

const leaks: string[] = []

/** What an owner hears that he may not, and what he does not hear that he should. */
async function overheard(): Promise<string[]> {
  leaks.length = 0
  const { name } = await aMonth()
  const owner: MonthOfConsultations = (await counted('ne-dst.aicha', name)).data.consultations
  const offices = [{ office: 'it-sco', count: 20 }]
  const expected = { month: name, floor: 10, step: 10, others: 0, offices }
  if (JSON.stringify(owner) !== JSON.stringify(expected)) leaks.push(`Niger hears ${JSON.stringify(owner)}`)
  // Mali's report stood beside it and was shown to nobody.
  const hidden: MonthOfConsultations = (await counted('ml-dnlt.fanta', name)).data.consultations
  if (hidden.offices.length > 0 || hidden.others > 0) leaks.push(`Mali hears ${JSON.stringify(hidden)}`)
  for (const other of [
    'it-sco.luca',
    'ne-dst.issa',
    'ne-dst-agadez.moussa',
    'it-audit.anna',
    'ne-oim.pia',
    'fr-obs.omar',
  ])
    if ((await counted(other, name)).errors?.[0]?.extensions.code !== 'NOT_ALLOWED')
      leaks.push(`${other} hears`)
  return [...leaks]
}

describe('an owner’s monthly count', () => {
  it('tells of other offices that saw what is his, from ten on and in tens, when the month is over', async () => {
    expect(await overheard()).toEqual([])
  })

  it('counts what lists, cards, ways and reports show as well', async () => {
    const { network } = await aMonth()
    now = month.getTime()
    const name = nameOf(month)
    const both = await submitted('ne-dst.aicha', { release: releaseTo(['office:it-sco'], 'NE') })
    const questions: [string, Record<string, unknown>][] = [
      ['{ networks { edges { node { said { field } } } } }', {}],
      ['query($id: ID!) { history(id: $id) { relations { id } } }', { id: network }],
      ['query($id: ID!) { neighbourhood(id: $id) { claims { id } } }', { id: network }],
      [
        'query($a: ID!, $b: ID!) { connection(from: $a, to: $b) { claims { id } } }',
        { a: both.ids[0]!.id, b: both.ids[1]!.id },
      ],
      ['{ reports(first: 1) { nodes { id } } }', {}],
    ]
    for (const [query, variables] of questions) await (await ask('it-sco.paola', query, variables))(2)
    month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1, 8))
    now = month.getTime()
    expect((await counted('ne-dst.aicha', name)).data.consultations.offices).toEqual([
      { office: 'it-sco', count: 10 },
    ])
  })
})

/** Reads whose rows hold code names and ids only, messages, notices, or what is the caller's own; others name the owners. */
const NAMES_ONLY = ['crime/list', 'entity/list', 'incident/list', 'network/list']
const INSIDE = ['entity/visible', 'projection/standing', 'report/note']
const OWN = [
  'card/own',
  'card/sealed',
  'report/acknowledgements',
  'report/act',
  'report/acts',
  'report/own',
  'report/sealed',
]
const TOLD = ['event/messages', 'event/notices', 'event/stored', 'report/notice', 'report/notices']
const MESSAGES = ['due', 'inbox', 'open', 'owned', 'thread', 'threads'].map((name) => `message/${name}`)
const HANDED_OVER = ['packets/count', 'packets/objects', 'packets/sets', 'packets/uses']
const SERVERS_OWN = [
  'card/behind',
  'compartment/load',
  'message/alarms',
  'message/falling',
  'report/taken',
  'report/versions',
  'erasure/known',
  'erasure/standing',
  'outbox/left',
  'projection/changed',
]
/** What two offices hold alike is in no record of either: a hit names an office that let itself be named, and a trait is one's own. */
const MATCHING = [
  'answer',
  'asked',
  'fresh',
  'hit',
  'hits',
  'lapsed',
  'proposals',
  'protected',
  'renewable',
  'seen',
  'structure',
  'structures',
  'traits',
  'undecided',
  'untold',
].map((name) => `match/${name}`)
/** Whose claims an analysis shows is said by its result, whenever it is read. */
const ANALYSED = ['descriptions', 'relations', 'reports'].map((name) => `projection/${name}`)

describe('what is whose', () => {
  it('is said by every statement that shows what offices reported, and each that does not is named here', () => {
    const silent = Object.values(STATEMENTS).filter(
      ({ access, owners }) => access === 'read' && (owners as unknown) === NOBODYS,
    )
    expect(silent.map(({ name }) => name).sort()).toEqual(
      [
        ...NAMES_ONLY,
        ...INSIDE,
        ...OWN,
        ...TOLD,
        ...MESSAGES,
        ...HANDED_OVER,
        ...SERVERS_OWN,
        ...MATCHING,
        ...ANALYSED,
      ].sort(),
    )
  })

  it('is said by the rows that show it: sealed objects too, but for messages', () => {
    const held = { id: 'x', owner: 'ne-dst', facts: '{}', compartment: 0, place: 1 }
    const kinds = ['CARD', 'NOTE', 'MESSAGE'] as const
    expect(kinds.map((kind) => packetsHeld.owners({ ...held, kind }))).toEqual([['ne-dst'], ['ne-dst'], []])
  })
})

const counting = () => portolan.instance.consultations
const telling = (change: (told: MonthOfConsultations, owner: string) => MonthOfConsultations) => () => {
  const honest = counting()
  return swap(portolan.instance, 'consultations', {
    ...honest,
    of: async (owner, of) => change(await honest.of(owner, of), owner),
  })
}
const MUTANTS: Mutant[] = [
  [
    'whoever speaks of an entity is told of everybody who saw it',
    () => swap(entityOpen, 'owners', () => ['ne-dst', 'ml-dnlt']),
  ],
  [
    'an answer that shows nothing counts',
    () => {
      const honest = counting()
      return swap(portolan.instance, 'consultations', {
        ...honest,
        count: (consulting) => honest.count(consulting, ['ne-dst', 'ml-dnlt']),
      })
    },
  ],
  [
    'every office is named',
    telling((told) => ({ ...told, offices: [...told.offices, { office: 'it-proc', count: 4 }] })),
  ],
  [
    'exact figures are told',
    telling((told) => ({ ...told, offices: told.offices.map((one) => ({ ...one, count: one.count + 3 })) })),
  ],
  [
    'a month under way is told',
    () => {
      const honest = counting()
      const none = { floor: 10, step: 10, offices: [], others: 0 }
      return swap(portolan.instance, 'consultations', {
        ...honest,
        of: (owner, of) => honest.of(owner, of).catch(() => ({ ...none, month: of })),
      })
    },
  ],
  [
    'an office hears what another’s was consulted',
    () => {
      const honest = counting()
      return swap(portolan.instance, 'consultations', { ...honest, of: (_, of) => honest.of('ne-dst', of) })
    },
  ],
  ['every role may ask', () => bend('allow', () => () => undefined)],
]

isNoticed([overheard], MUTANTS)

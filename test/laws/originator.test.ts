import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { STATEMENTS } from '../../cypher/index.ts'
import { type Release, reachOf } from '../../schema/wire/release.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { bend } from './bendable.ts'
import { field, isNoticed, swap } from './broken.ts'
import { makeStage, releaseTo } from './stage.ts'
import { ABSENT } from './world.ts'

// Law 7: the office that reported a thing decides, and what it decides reaches whoever had received it.

vi.mock('../../server/report/transfer.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let portolan: TestPortolan
let graph: Graph
/** The compartment of what is released to nobody. */
let ownOnly: number
beforeAll(async () => {
  const login = await testNeo4j()
  graph = await openGraph(login)
  portolan = await openPortolan(login, await makeStage(), { graph })
  const origin = { office: 'ne-dst', country: 'NE' }
  ownOnly = await portolan.instance.compartments.numberOf(reachOf(releaseTo([], 'NE') as Release, origin))
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  await graph?.close()
})

const [NIGER, ITALY, MALI] = ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fanta'] as const
const toItaly = releaseTo(['country:IT'], 'NE')
let keys = 0
const key = () => `originator-${++keys}`

type Sent = { id: string; boss: string; ring: string }
async function submitted(release = toItaly): Promise<Sent> {
  const { json } = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release }) })
  expect(json.errors).toBeUndefined()
  const { report: whole, ids } = json.data.submitReport
  return { id: whole.id, boss: ids[0].id, ring: ids[1].id }
}

const { release: _, ...CONTENT } = report('unused-key')
const correction = (label: string) => ({
  ...{ ...CONTENT, key: key(), entities: [{ local: 'ring', kind: 'NETWORK' }] },
  claims: [{ network: { entity: 'ring', label } }],
})
type Change = (id: string, own?: string) => [string, Record<string, unknown>]
const correct: Change = (id, own = key()) => [
  'mutation($id: ID!, $input: CorrectionInput!) { done: correctReport(report: $id, input: $input) { report { id } } }',
  { id, input: { ...correction('Corrected'), key: own } },
]
const withdraw: Change = (id, own = key()) => [
  'mutation($id: ID!, $key: String!) { done: withdrawReport(report: $id, key: $key, reason: ERROR) { report { id status } } }',
  { id, key: own },
]
const erase: Change = (id, own = key()) => [
  'mutation($id: ID!, $key: String!) { done: eraseReport(report: $id, key: $key, reason: COURT_ORDER) { report { id } } }',
  { id, key: own },
]
const releaseAs =
  (release: object): Change =>
  (id, own = key()) => [
    'mutation($id: ID!, $key: String!, $release: ReleaseInput!) { done: releaseReport(report: $id, key: $key, release: $release) { report { id } } }',
    { id, key: own, release },
  ]
const codes = (json: { errors?: { extensions: { code: string } }[] }) =>
  json.errors?.map(({ extensions }) => extensions.code)

const sees = async (person: string, id: string, asOf?: string) =>
  (
    await portolan.ask(person, 'query($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id } }', {
      id,
      asOf,
    })
  ).json.data.report !== null
const notices = async (person: string) =>
  (await portolan.ask(person, '{ notices { kind report } }')).json.data.notices as {
    kind: string
    report: string
  }[]

const CHANGES: [string, Change][] = [
  ['corrects', correct],
  ['withdraws', withdraw],
  ['erases', erase],
  ['releases', releaseAs({ to: [] })],
]
/** What a stranger can do to a report, or learns of it by trying; and what its originator cannot. */
async function seized(changes: [string, Change][]): Promise<string[]> {
  const found: string[] = []
  for (const [title, change] of changes) {
    const { id } = await submitted()
    const own = key()
    // Italy sees it, Mali does not, and neither may change it.
    for (const stranger of [ITALY, MALI]) {
      const foreign = await portolan.ask(stranger, ...change(id, own))
      const absent = await portolan.ask(stranger, ...change(ABSENT, own))
      const [told, nothing] = [foreign, absent].map(({ status, text }) => `${status} ${text}`)
      if (told !== nothing) found.push(`${title}: ${stranger} got ${told}`)
      if (codes(foreign.json)?.join() !== 'NOT_FOUND') found.push(`${title}: ${stranger} was let`)
    }
    const done = codes((await portolan.ask(NIGER, ...change(id))).json)
    if (done) found.push(`${title}: the originator got ${done}`)
  }
  return found
}

/** Who but the originating office reads the release and what was done. */
async function told(): Promise<string[]> {
  const { id } = await submitted()
  const query = 'query($id: ID!) { report(id: $id) { release { to } acts { kind } } }'
  const read = async (person: string) =>
    JSON.stringify((await portolan.ask(person, query, { id })).json.data.report)
  const all = '{"release":{"to":["country:IT","office:ne-dst"]},"acts":[{"kind":"SUBMIT"}]}'
  const wanted: [string, string][] = [
    ['ne-dst.issa', all],
    [ITALY, '{"release":null,"acts":[]}'],
    ['ne-dst-agadez.moussa', '{"release":null,"acts":[]}'],
  ]
  const found: string[] = []
  for (const [person, text] of wanted) {
    const got = await read(person)
    if (got !== text) found.push(`${person} reads ${got}`)
  }
  return found
}

describe('only the originating office', () => {
  it.each(CHANGES)('%s a report; to everybody else it is not there', async (...row) => {
    expect(await seized([row])).toEqual([])
  })

  it('reads the release and what was done: a colleague does, a reader and an officer of a sub-unit do not', async () => {
    expect(await told()).toEqual([])
  })
})

const gated = { to: ['country:IT', 'office:ml-dnlt'], transfers: [] }
/** What passes the transfer gate without a ground: at submission, at a widening, by a ground that is none. */
async function ungrounded(): Promise<string[]> {
  const found: string[] = []
  const { json } = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release: gated }) })
  if (codes(json)?.join() !== 'TRANSFER_BASIS_MISSING') found.push(`a submission is ${codes(json)}`)
  const { id } = await submitted(releaseTo([], 'NE'))
  const widened = codes((await portolan.ask(NIGER, ...releaseAs(gated)(id))).json)
  if (widened?.join() !== 'TRANSFER_BASIS_MISSING') found.push(`a widening is ${widened}`)
  if (await sees(MALI, id)) found.push('a refused widening is in force')
  const asMember = {
    to: ['country:IT'],
    transfers: [{ country: 'IT', basis: 'EU_MEMBER', assessment: 'MoU-1' }],
  }
  const member = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release: asMember }) })
  if (!codes(member.json)) found.push('Niger is an EU member')
  const half = releaseTo(['country:IT', 'office:ml-dnlt'], 'NE')
  half.transfers = half.transfers.filter(({ country }) => country === 'IT')
  const partly = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release: half }) })
  if (!codes(partly.json)) found.push('one ground is enough for two countries')
  return found
}

/** Whether somebody names a team of others, or learns that it is there. */
async function teamsOfOthers(): Promise<string[]> {
  const own = key()
  const ask = (team: string) =>
    portolan.ask(MALI, SUBMIT, { input: report(own, { release: { to: [`team:${team}`], transfers: [] } }) })
  const [foreign, absent] = [await ask('sea'), await ask('none')]
  return foreign.text === absent.text && codes(foreign.json)?.join() === 'BAD_REFERENCE'
    ? []
    : [`a team of others: ${foreign.text}`]
}

describe('the transfer gate', () => {
  it('stands at submission: no basis, no release, and nothing is stored', async () => {
    const { json } = await portolan.ask(NIGER, SUBMIT, { input: report('no-basis-1', { release: gated }) })
    expect(json.errors[0]).toMatchObject({
      message: 'expected a transfer basis for IT, ML, got none',
      extensions: { code: 'TRANSFER_BASIS_MISSING', at: ['release', 'transfers'] },
    })
    const { json: all } = await portolan.ask(NIGER, '{ reports(first: 100) { nodes { id acts { kind } } } }')
    expect(all.data.reports.nodes.every(({ acts }: { acts: unknown[] }) => acts.length > 0)).toBe(true)
  })

  it('stands at each widening', async () => {
    const { id } = await submitted(releaseTo([], 'NE'))
    expect(codes((await portolan.ask(NIGER, ...releaseAs(gated)(id))).json)).toEqual([
      'TRANSFER_BASIS_MISSING',
    ])
    expect(await sees(MALI, id)).toBe(false)
    expect(
      codes((await portolan.ask(NIGER, ...releaseAs(releaseTo(['office:ml-dnlt'], 'NE'))(id))).json),
    ).toBeUndefined()
    expect(await sees(MALI, id)).toBe(true)
  })

  it('lets nobody name a team of others', async () => {
    expect(await teamsOfOthers()).toEqual([])
  })

  it('takes no ground that is none: one country for another, EU_MEMBER outside the Union', async () => {
    expect(await ungrounded()).toEqual([])
  })
})

/** What of a correction does not reach whoever sees the report, or whoever once did. */
async function correctionsLost(): Promise<string[]> {
  const { id } = await submitted()
  await portolan.ask(NIGER, ...releaseAs(releaseTo(['office:ml-dnlt'], 'NE'))(id))
  const { json } = await portolan.ask(NIGER, ...correct(id))
  const newer = json.data.done.report.id as string
  const about = async (person: string) =>
    (await notices(person)).filter((one) => one.report === id).map(({ kind }) => kind)
  return [
    ...((await sees(MALI, newer)) ? [] : ['who sees the report does not see its correction']),
    ...((await sees(ITALY, newer)) ? ['who no longer sees the report sees its correction'] : []),
    ...((await about(ITALY)).sort().join() === 'CORRECTED,NARROWED' ? [] : ['who once saw it is not told']),
    ...((await about('fr-liaison.claire')).length === 0 ? [] : ['who never saw it is told']),
  ]
}

const ENDINGS: [string, Change][] = [
  ['a narrowing', releaseAs({ to: [] })],
  ['a withdrawal', withdraw],
  ['an erasure', erase],
]
/** How much Italy reads of a report: the report, its descriptions of two things, and what it says of both together. */
async function readByItaly({ id, boss, ring }: Sent, asOf?: string): Promise<string> {
  const query = `query($id: ID!, $boss: ID!, $ring: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id }
    actor(id: $boss, asOf: $asOf) { descriptions { report } relations { report } }
    network(id: $ring, asOf: $asOf) { descriptions { report } relations { report } } }`
  const { json } = await portolan.ask(ITALY, query, { id, boss, ring, asOf })
  const { report: whole, actor, network } = json.data
  const of = (claims: { report: string }[]) => claims.filter((one) => one.report === id).length
  const parts = [actor, network].flatMap((one) => [of(one.descriptions), of(one.relations)])
  return [whole ? 1 : 0, ...parts].join()
}

/** What can still be seen after the originator took it back, and who was not told. */
async function outlasting(endings: [string, Change][]): Promise<string[]> {
  const found: string[] = []
  for (const [title, change] of endings) {
    const sent = await submitted()
    // Another report speaks of the same two things, so that they are there whatever becomes of this one.
    const other = report(key(), {
      release: toItaly,
      entities: [
        { local: 'boss', kind: 'ACTOR', id: sent.boss },
        { local: 'ring', kind: 'NETWORK', id: sent.ring },
      ],
      claims: report('unused-key').claims.slice(0, 2),
    })
    expect(codes((await portolan.ask(NIGER, SUBMIT, { input: other })).json)).toBeUndefined()
    const before = new Date().toISOString()
    await new Promise((go) => setTimeout(go, 5))
    const seen = await readByItaly(sent, before)
    if (seen !== '1,1,1,1,1') found.push(`${title}: ${seen} was seen`)
    await portolan.ask(NIGER, ...change(sent.id))
    for (const asOf of [before, undefined]) {
      const left = await readByItaly(sent, asOf)
      if (left !== '0,0,0,0,0') found.push(`${title}: ${left} is seen ${asOf ? 'before' : 'now'}`)
    }
    if (!(await notices(ITALY)).some((one) => one.report === sent.id)) found.push(`${title}: nobody is told`)
  }
  return found
}

/** Who sees a withdrawn report beside its originator, or gets it back by an older version. */
async function broughtBack(): Promise<string[]> {
  const { id } = await submitted()
  const { json } = await portolan.ask(NIGER, ...correct(id))
  const second = json.data.done.report.id as string
  await portolan.ask(NIGER, ...withdraw(second))
  const found = (await sees(NIGER, second)) ? [] : ['its originator does not see it']
  for (const version of [id, second]) {
    const refused = codes((await portolan.ask(NIGER, ...releaseAs(toItaly)(version))).json)
    if (refused?.join() !== 'NOT_ALLOWED') found.push(`a withdrawn report is released: ${refused}`)
  }
  return (await sees(ITALY, second)) ? [...found, 'it is back'] : found
}

/** What is left of an erased report, for anybody at any moment or in the store. */
async function remains(): Promise<string[]> {
  const { id, boss, ring } = await submitted()
  const before = new Date().toISOString()
  await portolan.ask(NIGER, ...erase(id))
  const [left] = await portolan.graph.setup(
    'MATCH (n) OPTIONAL MATCH (n)-[r]->() WITH n, r WHERE n.id IN [$id, $boss, $ring] OR r.report = $id RETURN count(*) AS count',
    { id, boss, ring },
  )
  const seen = await Promise.all([NIGER, ITALY].map((person) => sees(person, id, before)))
  return [
    ...(seen.includes(true) ? ['a moment before shows it'] : []),
    ...(left!.count ? ['it is held'] : []),
  ]
}

/** Persons who are excluded and see it, of the own office too, and others who do not. */
async function unexcluded(): Promise<string[]> {
  const { id } = await submitted(
    releaseTo(['country:IT'], 'NE', ['person:ne-dst.issa', 'person:it-sco.luca']),
  )
  const seen = await Promise.all([NIGER, 'ne-dst.issa', ITALY, 'it-sco.luca'].map((one) => sees(one, id)))
  const withdrawn = codes((await portolan.ask('ne-dst.issa', ...withdraw(id))).json)
  return [
    ...(seen.join() === 'true,false,true,false' ? [] : [`seen by ${seen}`]),
    ...(withdrawn?.join() === 'NOT_FOUND' ? [] : ['an excluded colleague withdraws it']),
  ]
}

describe('what the originator decides later', () => {
  it('a correction reaches whoever sees the report, and tells whoever once did', async () => {
    expect(await correctionsLost()).toEqual([])
  })

  it.each(ENDINGS)('%s holds for every moment that is asked for, and is told', async (...row) => {
    expect(await outlasting([row])).toEqual([])
  })

  it('what was withdrawn stays for its originator only, and no older version brings it back', async () => {
    expect(await broughtBack()).toEqual([])
  })

  it('what was erased is gone from every moment, for the originator too', async () => {
    expect(await remains()).toEqual([])
  })

  it('an exclusion holds for persons of the own office too', async () => {
    expect(await unexcluded()).toEqual([])
  })
})

type Row = Record<string, unknown> & { notice?: object; notices?: object[] }
/** What is written by one statement is something else, or nothing. */
const writing = (name: string, as: (row: Row) => Row) => () => {
  const { writer } = portolan.instance
  return swap(portolan.instance, 'writer', {
    ...writer,
    write: (statement, id, make) =>
      writer.write(statement, id, (stamp) => {
        const row = make(stamp) as Row
        return statement.name === name ? as(row) : row
      }),
  })
}
/** A notice for those who were in no compartment. */
const toNobody = (notice: object) => ({ ...notice, compartments: [] })
/** A statement with something else in the place of a part of it. */
const asking = (name: string, from: string, to: string) => () => {
  const { read, write } = graph
  const bent = <S extends { name: string; text: string }>(one: S): S =>
    one.name === name ? { ...one, text: one.text.replace(from, to) } : one
  expect(Object.values(STATEMENTS).find((one) => one.name === name)!.text).toContain(from)
  const undo = [
    swap(graph, 'read', (statement, ...rest) => read(bent(statement), ...rest)),
    swap(graph, 'write', (statement, ...rest) => write(bent(statement), ...rest)),
  ]
  return () => {
    for (const one of undo) one()
  }
}

isNoticed(
  [
    () => seized(CHANGES),
    told,
    ungrounded,
    teamsOfOthers,
    correctionsLost,
    () => outlasting(ENDINGS),
    broughtBack,
    remains,
    unexcluded,
  ],
  [
    [
      'any office changes what it sees',
      asking('report/own', 'AND r.office = $office', 'AND $office = $office'),
    ],
    [
      'a sub-unit counts as its parent',
      () =>
        swap(field('Report', 'release'), 'resolve', (one, _, { caller, directory }) =>
          caller.offices.includes((one as { office: string }).office)
            ? directory.reach((one as { compartment: number }).compartment)
            : null,
        ),
    ],
    ['no release needs a ground', () => bend('checkRelease', () => () => [])],
    [
      'a widening needs no ground',
      () => {
        const honest = field('Mutation', 'releaseReport').resolve!
        let widening = false
        const undo = [
          bend(
            'checkRelease',
            (check) =>
              (...args) =>
                widening ? [] : check(...args),
          ),
          swap(field('Mutation', 'releaseReport'), 'resolve', async (...args) => {
            widening = true
            return Promise.resolve(honest(...args)).finally(() => {
              widening = false
            })
          }),
        ]
        return () => {
          for (const one of undo) one()
        }
      },
    ],
    [
      'one ground is enough for every country',
      () =>
        bend(
          'checkRelease',
          (check) =>
            (release, ...rest) =>
              release.transfers.length > 0 ? [] : check(release, ...rest),
        ),
    ],
    [
      'anybody names any team',
      () => {
        const { directory } = portolan.instance
        const honest = directory.principalExists
        return swap(directory, 'principalExists', (principal, caller) =>
          principal === 'team:sea' ? true : honest(principal, caller),
        )
      },
    ],
    [
      'a correction stays with its originator',
      writing('report/correct', (row) => ({
        ...row,
        report: { ...(row.report as object), compartment: ownOnly },
      })),
    ],
    [
      'nobody is told of a correction',
      writing('report/correct', (row) => ({ ...row, notices: row.notices!.map(toNobody) })),
    ],
    [
      'nobody is told of a narrowing',
      writing('report/release', (row) => ({ ...row, notice: toNobody(row.notice!) })),
    ],
    [
      'nobody is told of an erasure',
      writing('report/erase', (row) => ({ ...row, notice: toNobody(row.notice!) })),
    ],
    [
      'a narrowing narrows the report, and none of its descriptions',
      asking('report/release', 'SET d.compartment = row.compartment', 'SET d.moved = 1'),
    ],
    [
      'a narrowing narrows the report, and none of its relations',
      asking('report/release', 'SET k.compartment = row.compartment', 'SET k.moved = 1'),
    ],
    [
      'a moment before brings back what was narrowed',
      () => {
        const { compartments } = portolan.instance
        const all = new Set<number>()
        return swap(portolan.instance, 'compartments', {
          ...compartments,
          async numberOf(reach) {
            const number = await compartments.numberOf(reach)
            all.add(number)
            return number
          },
          sightOf(caller) {
            const { mask, compartments: seen } = compartments.sightOf(caller)
            const wide = Int8Array.from(mask, (bit, number) => (all.has(number) ? 1 : bit))
            return { mask: wide, compartments: [...new Set([...seen, ...all])] }
          },
        })
      },
    ],
    [
      'an erasure only hides',
      asking(
        'report/erase',
        'FOREACH (r IN rs | DELETE r)',
        'FOREACH (r IN rs | SET r.compartment = 900000)',
      ),
    ],
    ['an erasure leaves what was said of two things', asking('report/erase', 'DELETE k', 'SET k.gone = 1')],
    [
      'what was withdrawn may be released again',
      asking('report/own', "THEN 'WITHDRAWN' ELSE", 'THEN null ELSE'),
    ],
    [
      'an exclusion is for other offices only',
      () => {
        const { compartments } = portolan.instance
        return swap(portolan.instance, 'compartments', {
          ...compartments,
          sightOf: (caller) =>
            compartments.sightOf(
              caller.person === 'ne-dst.issa'
                ? { ...caller, principals: caller.principals.filter((one) => !one.startsWith('person:')) }
                : caller,
            ),
        })
      },
    ],
  ],
)

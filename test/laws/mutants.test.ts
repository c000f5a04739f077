import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GraphQLError } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { STATEMENTS } from '../../cypher/index.ts'
import type { Statement } from '../../cypher/statement.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Reach } from '../../schema/wire/release.ts'
import { HUB } from '../../server/ask.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { field, type Mutant, swap, type Undo } from './broken.ts'
import { chanceOf } from './chance.ts'
import { killingWorld } from './killing-world.ts'
import { fixedQuestions, LAST, type Question, questionsOf } from './questions.ts'
import { makeStage, officer, TEAMS } from './stage.ts'
import { allEntities, type World } from './world.ts'

// Law 1 is only as good as the questions that guard it: each of these breaks it in one place, and must be noticed by
// somebody who asks the same as before.

/** What is broken right now; null is the honest server. */
const broken: { text: ((statement: Statement) => string) | null; cursors: boolean } = {
  text: null,
  cursors: false,
}

vi.mock('../../server/cursors.ts', async (original) => {
  const honest = await original<typeof import('../../server/cursors.ts')>()
  const anybody = { person: '', office: '', role: 'FOCAL_POINT' } as Caller
  return {
    cursorsFor: (key: Uint8Array, caller: Caller) =>
      honest.cursorsFor(key, broken.cursors ? anybody : caller),
  }
})

let portolan: TestPortolan
let graph: Graph
let home: string
let cast: Cast
let world: World
let probes: Probe[]

/** One question of one officer; the statements that it needs are known from the honest run. */
type Probe = { ask(): Promise<string>; statements: Set<string>; honest: string }
let needed = new Set<string>()

beforeAll(async () => {
  const login = await testNeo4j()
  cast = await makeStage()
  graph = await openGraph(login)
  home = await mkdtemp(join(tmpdir(), 'portolan-mutants-'))
  const bent: Graph = {
    ...graph,
    read(statement, params, deadline) {
      needed.add(statement.name)
      return graph.read(
        broken.text ? { ...statement, text: broken.text(statement) } : statement,
        params,
        deadline,
      )
    },
  }
  portolan = await openPortolan(login, cast, { graph: bent, home })
  world = await killingWorld(portolan)
  probes = await honestProbes()
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  await graph?.close()
  if (home) await rm(home, { recursive: true, force: true })
})

const VIEWERS = ['it-sco.paola', 'ml-dnlt.fanta', 'ne-dst.issa']

/** `recorded` and cursors hold the time of asking: only what is told counts here. */
const told = (text: string) => text.replace(/"(?:endCursor|cursor)":"[^"]*"/g, '""')

function questionsFor(person: string): Question[] {
  const drawn = [1, 2].flatMap((seed) => questionsOf(officer(person), world, [], chanceOf(seed)))
  const all = [...fixedQuestions(allEntities(world), world.times), ...drawn]
  return [...new Map(all.map((question) => [JSON.stringify(question), question])).values()]
}

/** Everything is walked, or everything is sought (`server/ask.ts`): both ways are tested for what they show. */
const HUBS = [HUB, 0]
const around = (hub: number, ask: () => Promise<string>) => () => {
  portolan.instance.hub = hub
  return ask()
}

async function honestProbes(): Promise<Probe[]> {
  const asks = [
    ...VIEWERS.flatMap((person) =>
      questionsFor(person).map(
        ({ query, variables }) =>
          async () =>
            told((await portolan.ask(person, query, variables)).text),
      ),
    ),
    ...VIEWERS.map(
      (person) => async () => (await portolan.ask(person, LAST.query.replace('shownToday budget', ''))).text,
    ),
    foreignCursor,
    ...mutationsOnHidden(),
  ]
  const found: Probe[] = []
  for (const ask of asks.flatMap((one) => HUBS.map((hub) => around(hub, one)))) {
    needed = new Set()
    const honest = await ask()
    found.push({ ask, honest, statements: needed })
  }
  return found
}

/** Paola's cursor in Luca's hands. */
async function foreignCursor(): Promise<string> {
  const query = 'query($after: String) { reports(first: 1, after: $after) { endCursor nodes { id } } }'
  const { json } = await portolan.ask('it-sco.paola', query)
  return told((await portolan.ask('it-sco.luca', query, { after: json.data.reports.endCursor })).text)
}

/** Changes of what the caller does not see: refused, whatever it is. */
function mutationsOnHidden(): (() => Promise<string>)[] {
  const query =
    'mutation($report: ID!) { withdrawReport(report: $report, key: "mutant-key-1", reason: ERROR) { report { id } } }'
  return world.chains.slice(0, 4).map(({ id, office }) => async () => {
    const stranger = office === 'ml-dnlt' ? 'it-proc.giulia' : 'ml-dnlt.fanta'
    return (await portolan.ask(stranger, query, { report: id })).text
  })
}

async function killed(statement?: string): Promise<boolean> {
  for (const { ask, honest, statements } of probes)
    if (!statement || statements.has(statement)) {
      const answer = await ask()
      // A mutant that cannot run is none: it would be noticed for the wrong reason.
      if (answer.includes('"code":"INTERNAL"')) throw new Error(`expected a mutant that runs: ${answer}`)
      if (answer !== honest) return true
    }
  return false
}

type TextMutant = [title: string, statement: Statement, text: string]

const MASK = /\$mask\[\w+\.compartment\] = 1|\w+\.compartment IN \$compartments/g
const RECORDED = /\w+\.recordedAt <= \$asOf/g
const RETRACTED = /\w+\.retractedAt > \$asOf/g
/** How claims at a hub are sought: the report, what it mentions and the claim stand in one compartment, and each is tested. */
const SOUGHT = /CALL \(x\) \{[\s\S]*?\n {4}RETURN r\n/g

/** What an index seeks must be named, or the statement does not run: then every compartment is. */
const untested = (was: string) => was.replace(/ IN \$compartments$/, ' >= 0').replace(/^.*\$.*$/, 'true')

/** One mutant for each place; where three tests say the same, one for all three. */
function each(title: string, statement: Statement, from: RegExp, to?: string): TextMutant[] {
  const { name, text } = statement
  const blocks = [...text.matchAll(SOUGHT)].map(
    ({ index, 0: block }) => [index, index + block.length] as const,
  )
  const places = [...text.matchAll(from)].map(({ index, 0: was }) => [index, index + was.length] as const)
  const alone = places.filter(([at]) => !blocks.some(([start, end]) => at > start && at < end))
  const spots = [...alone, ...blocks.filter(([start, end]) => places.some(([at]) => at > start && at < end))]
  return spots.map(([start, end], nth) => [
    `${title}, place ${nth + 1} of ${spots.length}, in ${name}`,
    statement,
    text.slice(0, start) +
      text.slice(start, end).replace(from, (was) => to ?? untested(was)) +
      text.slice(end),
  ])
}

const {
  crimeList,
  entityConnection,
  entityHistory,
  entityList,
  entityNeighbourhood,
  entityOpen,
  incidentList,
  networkList,
  reportList,
  reportOpen,
  reportOwn,
} = STATEMENTS

/** The claims of a report stand in its own compartment: what tests the report has tested them, and they are tested again. */
const EQUIVALENT = [2, 3].map((place) => `the compartment is not tested, place ${place} of 4, in report/open`)

const TEXT_MUTANTS: TextMutant[] = [
  ...[
    entityOpen,
    entityNeighbourhood,
    entityHistory,
    entityConnection,
    entityList,
    reportList,
    reportOpen,
    crimeList,
  ].flatMap((one) => each('the compartment is not tested', one as Statement, MASK)),
  ...[entityOpen, entityHistory, entityList, reportList].flatMap((one) =>
    each('what was recorded later is shown', one as Statement, RECORDED),
  ),
  ...[entityOpen, entityNeighbourhood, entityList].flatMap((one) =>
    each('what was retracted is shown', one as Statement, RETRACTED),
  ),
  ...each('the compartment is not tested', networkList, MASK).slice(0, 3),
  ...each('the compartment is not tested', incidentList, MASK).slice(0, 2),
  ...each(
    'the total counts what is hidden',
    reportList,
    /size\(rs\) AS total/g,
    'COUNT { MATCH (h:Report) } AS total',
  ),
  ...each(
    'the total counts what is hidden',
    entityList,
    /size\(xs\) AS total/g,
    'COUNT { MATCH (h:Entity) } AS total',
  ),
  ...each('the order is not by label', entityList, /ORDER BY label, id/g, 'ORDER BY id DESC'),
  ...each(
    'the newest is not first',
    reportList,
    /ORDER BY r\.recordedAt DESC LIMIT/g,
    'ORDER BY r.recordedAt LIMIT',
  ),
  ...each('a hop is forgotten', entityNeighbourhood, /first \+ second \+ third/g, 'first'),
  ...each(
    'the first way that the store finds is taken',
    entityConnection,
    /key ORDER BY key LIMIT 1/g,
    'key ORDER BY key DESC LIMIT 1',
  ),
  ...each(
    'any office changes any report',
    reportOwn,
    /\$mask\[\w+\.compartment\] = 1 AND r\.office = \$office/g,
  ),
].filter(([title]) => !EQUIVALENT.includes(title))

/** Compartments whose sight is decided by another rule. */
function seeing(rule: (reach: Reach, caller: Caller) => boolean): Undo {
  const { instance } = portolan
  const honest = instance.compartments
  return swap(instance, 'compartments', {
    ...honest,
    sightOf(caller) {
      const numbers = [...honest.sightOf(caller).mask.keys()]
      const compartments = numbers.filter((number) => rule(honest.reachOf(number), caller))
      return {
        mask: Int8Array.from(numbers, (number) => (compartments.includes(number) ? 1 : 0)),
        compartments,
      }
    },
  })
}

const named = ({ to }: Reach, { principals }: Caller) => to.some((one) => principals.includes(one))
const excepted = ({ except }: Reach, { principals }: Caller) => except.some((one) => principals.includes(one))

const CODE_MUTANTS: Mutant[] = [
  [
    'an exclusion is ignored',
    () => seeing((reach, caller) => named(reach, caller) && reach.countries.includes(caller.country)),
  ],
  [
    'the transfer gate is ignored',
    () => seeing((reach, caller) => named(reach, caller) && !excepted(reach, caller)),
  ],
  [
    'everybody is named',
    () => seeing((reach, caller) => !excepted(reach, caller) && reach.countries.includes(caller.country)),
  ],
  [
    'a country stands for its offices',
    () => seeing((reach, caller) => reach.countries.includes(caller.country)),
  ],
  ['a cursor serves anybody', () => swap(broken, 'cursors', true)],
  [
    'the release is shown to whoever sees the report',
    () =>
      swap(field('Report', 'release'), 'resolve', (report, _, context) =>
        context.directory.reach(report.compartment),
      ),
  ],
  [
    'the roster of every team is shown',
    () =>
      swap(field('Me', 'teams'), 'resolve', () =>
        portolan.instance.directory.teamsOf(TEAMS.flatMap(({ signatories }) => signatories)),
      ),
  ],
  [
    'a refusal says whose the thing is',
    () =>
      swap(field('Mutation', 'withdrawReport'), 'resolve', async (_, { report }) => {
        const [found] = await graph.setup('MATCH (r:Report {id: $report}) RETURN r.office AS office', {
          report,
        })
        const fault = new Fault('NOT_FOUND', `expected a report of your office, got one of ${found?.office}`)
        throw new GraphQLError(fault.message, { originalError: fault })
      }),
  ],
  [
    'an entity that is hidden has its kind',
    () =>
      swap(field('Query', 'network'), 'resolve', async (_, { id }, context) =>
        (await graph.setup('MATCH (n:Network {id: $id}) RETURN n.id AS id', { id })).length
          ? { id, kind: 'NETWORK', label: null, moment: context.time.moment(null) }
          : null,
      ),
  ],
]

describe('every mutant of an authorisation is noticed', () => {
  it('and the honest server is no mutant: what it answered it answers again', async () => {
    expect(probes.length).toBeGreaterThan(40)
    expect(await killed()).toBe(false)
    expect(TEXT_MUTANTS.length + CODE_MUTANTS.length).toBeGreaterThanOrEqual(25)
  }, 120_000)

  it.each(TEXT_MUTANTS)(
    '%s',
    async (_, statement, text) => {
      expect(text).not.toBe(statement.text)
      const undo = swap(broken, 'text', (one) => (one.name === statement.name ? text : one.text))
      try {
        expect(await killed(statement.name)).toBe(true)
      } finally {
        undo()
      }
    },
    120_000,
  )

  it.each(CODE_MUTANTS)(
    '%s',
    async (_, breaking) => {
      const undo = breaking()
      try {
        expect(await killed()).toBe(true)
      } finally {
        undo()
      }
    },
    120_000,
  )
})

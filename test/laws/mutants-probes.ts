import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Statement } from '../../cypher/statement.ts'
import { HUB } from '../../server/ask.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { chanceOf } from './chance.ts'
import { killingWorld } from './killing-world.ts'
import { analystAsks, errandOf } from './mutants-analyst.ts'
import { fixedQuestions, LAST, type Question, questionsOf } from './questions.ts'
import { SEAL_CARD, sealedCard } from './sealed-cards.ts'
import { makeStage, officer } from './stage.ts'
import { allEntities, type World } from './world.ts'

// What some officers ask of a world in which much is hidden, and what an honest server answered: whoever asks the same
// of a broken one notices.

/** What is broken right now; null is the honest server. */
export const broken: { text: ((statement: Statement) => string) | null; cursors: boolean } = {
  text: null,
  cursors: false,
}

/** Open while the test file that imports this runs; each has its own. */
export let portolan: TestPortolan
export let graph: Graph
let home: string
let cast: Cast
let world: World
export let probes: Probe[]

/** One question of one officer; the statements that it needs are known from the honest run. */
type Probe = { ask(): Promise<string>; statements: Set<string>; honest: string }
let needed = new Set<string>()

export async function openProbes(): Promise<void> {
  const login = await testNeo4j()
  cast = await makeStage()
  graph = await openGraph(login)
  home = await mkdtemp(join(tmpdir(), 'portolan-mutants-'))
  // The same ids in every run, and so the same order of all that is ordered by them.
  await writeFile(join(home, 'instance.key'), Buffer.alloc(32, 7), { mode: 0o600 })
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
    errand: errandOf(
      graph,
      (name) => needed.add(name),
      (statement) => broken.text?.(statement) ?? statement.text,
    ),
  }
  portolan = await openPortolan(login, cast, { graph: bent, home })
  world = await killingWorld(portolan, cast)
  probes = await honestProbes()
}
export async function closeProbes(): Promise<void> {
  await portolan?.close()
  await graph?.close()
  if (home) await rm(home, { recursive: true, force: true })
}

const VIEWERS = ['it-sco.paola', 'ml-dnlt.fanta', 'ne-dst.issa']

/** `recorded` and cursors hold the time of asking: only what is told counts here. */
const told = (text: string) => text.replace(/"(?:endCursor|cursor)":"[^"]*"/g, '""')

function questionsFor(person: string): Question[] {
  const drawn = [1, 2, 3, 4, 5, 6].flatMap((seed) => questionsOf(officer(person), world, [], chanceOf(seed)))
  const all = [...fixedQuestions(allEntities(world), world.times, world), ...drawn]
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
    ...correctionsOnHidden(),
    ...analystAsks(portolan, world),
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

/** A version of a card of others that cannot be the next one: refused before anything is read of it. */
function correctionsOnHidden(): (() => Promise<string>)[] {
  return world.cards.slice(0, 2).map(({ id, entity }) => async () => {
    const more = { id, version: 9, release: null }
    const input = await sealedCard(cast, 'it-proc', entity, [], Date.now(), more)
    return (await portolan.ask('it-proc.giulia', SEAL_CARD, { input })).text
  })
}

/** Whether somebody is answered otherwise; of those who need a statement, if one is named. */
export async function killed(statement?: string): Promise<boolean> {
  for (const { ask, honest, statements } of probes)
    if (!statement || statements.has(statement)) {
      const answer = await ask()
      // A mutant that cannot run is none: it would be noticed for the wrong reason.
      if (answer.includes('"code":"INTERNAL"')) throw new Error(`expected a mutant that runs: ${answer}`)
      if (answer !== honest) return true
    }
  return false
}

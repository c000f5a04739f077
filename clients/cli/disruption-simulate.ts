import { type Kind, RECOVERIES, ROLES } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { list, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, choices, count } from './analysis.ts'
import { called, coded, NODE, type Node, RELATION, type Relation, relationTable } from './claims.ts'
import { type Command, type Options, texts } from './command.ts'
import { bandedFigure } from './figures.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'
import { Usage } from './terminal.ts'

type Band = { low: number; median: number; high: number }
const FIGURES = ['largest', 'fragmentation', 'efficiency', 'density'] as const
type Cohesion = Record<(typeof FIGURES)[number], Band>
type Disruption = {
  nodes: number
  pairs: number
  removed: Node[]
  removedPairs: number
  leftOut: number
  runs: number
  before: Cohesion
  recoveries: { recovery: string; moreCompact: boolean; outcomes: { way: string; after: Cohesion }[] }[]
  claimCount: number
  claims: Relation[]
}

const COHESION = `{ ${FIGURES.map((one) => `${one} { low median high }`).join(' ')} }`

export const disruptionAnalysed: Analysed<Disruption> = {
  kind: 'disruption',
  fields: `{ nodes pairs removed ${NODE} removedPairs leftOut runs before ${COHESION}
    recoveries { recovery moreCompact outcomes { way after ${COHESION} } } claimCount claims ${RELATION} }`,
  people(shell, result) {
    const { language } = shell
    const { nodes, pairs, removed, removedPairs, leftOut, runs, recoveries } = result
    const what = [
      ...removed.map(called),
      ...(removedPairs > 0 ? [say(language, 'cli.removedPairs', { count: removedPairs })] : []),
    ]
    const names = what.length > 0 ? list(language, what) : say(language, 'cli.nobody')
    shell.line(say(language, 'cli.disruptionOf', { nodes, pairs, removed: names }))
    if (leftOut > 0) shell.line(say(language, 'cli.leftOut', { count: leftOut }))
    showOutcomes(shell, result)
    for (const { recovery, moreCompact } of recoveries)
      if (moreCompact)
        shell.line(say(language, 'cli.moreCompact', { recovery: coded(language, 'Recovery', recovery) }))
    shell.line(say(language, 'cli.disruptionNote', { count: runs }))
    showGround(shell, result)
  },
}

function showOutcomes(shell: Shell, { before, recoveries }: Disruption): void {
  const { language } = shell
  const head = (
    ['headRecovery', 'headRemoval', 'headLargest', 'headApart', 'headNear', 'headDense'] as const
  ).map((key) => say(language, `cli.${key}`))
  const cells = (one: Cohesion) =>
    FIGURES.map((name) => bandedFigure(language, one[name].median, one[name].low, one[name].high))
  const rows = recoveries.flatMap(({ recovery, outcomes }) =>
    outcomes.map(({ way, after }, at) => [
      at === 0 ? coded(language, 'Recovery', recovery) : '',
      coded(language, 'RemovalWay', way),
      ...cells(after),
    ]),
  )
  shell.line()
  table(shell, head, [[say(language, 'cli.before'), '', ...cells(before)], ...rows])
}

function showGround(shell: Shell, { claims, claimCount }: Disruption): void {
  if (claims.length === 0) return
  heading(shell, say(shell.language, 'cli.restsOn'))
  relationTable(shell, claims)
  const more = claimCount - claims.length
  if (more > 0) shell.line(say(shell.language, 'cli.moreClaims', { count: more }))
}

const REMOVABLE = ['ACTOR', 'LEG', 'PLACE'] as const satisfies Kind[]

/** What is to be removed, by its kind. An id tells nothing of its kind, so the server is asked. */
async function removable(shell: Shell, name: string): Promise<{ id: string; kind: Kind }> {
  const { id, kind } = await named(shell, name, REMOVABLE)
  if (kind) return { id, kind }
  const query =
    'query kindOf($id: ID!) { actor(id: $id) { kind } leg(id: $id) { kind } place(id: $id) { kind } }'
  const found = await shell.ask<Record<string, { kind: Kind } | null>>(query, { id })
  const one = Object.values(found).find((some) => some !== null)
  if (!one) throw new Fault('NOT_FOUND', `expected an actor, leg or place that you may see, got ${name}`)
  return { id, kind: one.kind }
}

async function tieOf(shell: Shell, given: string): Promise<{ from: string; to: string }> {
  const [one, other, ...rest] = given.split('=')
  if (!one || !other || rest.length > 0) throw new Usage(say(shell.language, 'cli.badTie'))
  return { from: (await named(shell, one, ['ACTOR'])).id, to: (await named(shell, other, ['ACTOR'])).id }
}

async function questionOf(shell: Shell, networks: string[], options: Options) {
  const removed: { id: string; kind: Kind }[] = []
  for (const name of texts(options, 'remove')) removed.push(await removable(shell, name))
  const ties = []
  for (const one of texts(options, 'removeTie')) ties.push(await tieOf(shell, one))
  const roles = texts(options, 'removeRole').map((role) => role.toUpperCase())
  const unknown = roles.some((role) => !(ROLES as readonly string[]).includes(role))
  if (unknown)
    throw new Usage(say(shell.language, 'cli.badChoice', { option: '--remove-role', choices: [...ROLES] }))
  if (removed.length + ties.length + roles.length === 0)
    throw new Usage(say(shell.language, 'cli.nothingRemoved'))
  const of = (kind: Kind) => removed.filter((one) => one.kind === kind).map(({ id }) => id)
  return {
    ...{ networks, ties, roles, actors: of('ACTOR'), legs: of('LEG'), places: of('PLACE') },
    recoveries: choices(shell, options, 'recovery', RECOVERIES),
    runs: count(shell, options, 'runs', 1, 500),
    most: count(shell, options, 'most', 1, 100),
  }
}

export const disruptionSimulate: Command = {
  name: 'disruption simulate',
  about: 'cli.aboutDisruptionSimulate',
  args: ['[networks...]'],
  options: [
    { flags: '--remove <name>', about: 'cli.optRemoveThing', many: true },
    { flags: '--remove-role <code>', about: 'cli.optRemoveRole', many: true },
    { flags: '--remove-tie <actors>', about: 'cli.optRemoveTie', many: true },
    { flags: '--recovery <mechanisms>', about: 'cli.optRecovery' },
    { flags: '--runs <count>', about: 'cli.optRuns' },
    { flags: '--most <count>', about: 'cli.optMostRests' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'disruption simulate Agadez-transport-2 --remove NAME', about: 'cli.tryDisruption' },
    { line: 'disruption simulate --remove-role R26', about: 'cli.tryDisruptionRole' },
    { line: 'disruption simulate --remove Agadez-to-Sabha', about: 'cli.tryDisruptionLeg' },
  ],
  async run(shell, names, options) {
    const networks = []
    for (const name of names.flat()) networks.push((await named(shell, name, ['NETWORK'])).id)
    await analyse(shell, disruptionAnalysed, await questionOf(shell, networks, options), options)
  },
}

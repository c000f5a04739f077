import { CENTRALITIES, type Centrality, type Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, fieldName, NODE, type Node, RELATION, type Relation } from './claims.ts'
import { type Command, text } from './command.ts'
import { figure } from './figures.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'
import { Usage } from './terminal.ts'

type Figure = {
  value: number
  low: number | null
  high: number | null
  place: number
  placeLow: number | null
  placeHigh: number | null
}
type Structure = {
  actors: number
  pairs: number
  components: number
  largest: number
  modularity: number
  communities: { number: number; actors: number; levels: { level: string; actors: number }[] }[]
  listed: {
    actor: Node
    community: number
    figures: { of: Centrality; figure: Figure }[]
    said: { network: Node; level: string; role: string }[]
  }[]
  ties: { betweenness: number; claims: Relation[] }[]
}

export const structureAnalysed: Analysed<Structure> = {
  kind: 'structure',
  fields: `{ actors pairs components largest modularity communities { number actors levels { level actors } }
    listed { actor ${NODE} community figures { of figure { value low high place placeLow placeHigh } }
      said { network ${NODE} level role claim } }
    ties { betweenness claims ${RELATION} } }`,
  people(shell, result) {
    const { language } = shell
    const { actors, pairs, components, largest } = result
    shell.line(say(language, 'cli.structureIs', { actors, pairs, components, largest }))
    showListed(shell, result)
    heading(shell, say(language, 'cli.headCommunities', { modularity: figure(language, result.modularity) }))
    table(
      shell,
      [say(language, 'cli.headCommunity'), say(language, 'cli.headActors'), say(language, 'cli.headLevels')],
      result.communities.map((one) => [
        one.number,
        one.actors,
        one.levels.map((of) => `${coded(language, 'Level', of.level)}: ${of.actors}`).join('\n'),
      ]),
    )
    heading(shell, say(language, 'cli.headTies'))
    table(
      shell,
      [
        say(language, 'cli.headClaim'),
        coded(language, 'Centrality', 'BETWEENNESS'),
        fieldName(language, 'reportedBy'),
      ],
      result.ties.map(({ betweenness, claims }) => [
        `${called(claims[0]!.from)} – ${called(claims[0]!.to)}`,
        figure(language, betweenness),
        claims
          .map(({ office, source, information }) => `${office} ${source}${information.slice(1)}`)
          .join('\n'),
      ]),
    )
    shell.line(say(language, 'cli.centralityIsNotRank'))
  },
}

function showListed(shell: Shell, { listed }: Structure): void {
  const { language } = shell
  const head = [
    fieldName(language, 'codeName'),
    ...CENTRALITIES.map((of) => coded(language, 'Centrality', of)),
    say(language, 'cli.headCommunity'),
    say(language, 'cli.headSaidOfHim'),
  ]
  const rows = listed.map(({ actor, figures, community, said }) => [
    called(actor),
    ...CENTRALITIES.map((of) => banded(shell, figures.find((one) => one.of === of)!.figure)),
    community,
    saidOfHim(language, said),
  ])
  table(shell, head, rows)
}

/** Each thing once, whoever says it. */
function saidOfHim(language: Language, said: Structure['listed'][number]['said']): string {
  const lines = said.map(({ network, level, role }) =>
    [called(network), coded(language, 'Level', level), coded(language, 'Role', role)].join(', '),
  )
  return [...new Set(lines)].join('\n')
}

/** The figure and its place; below it where both lay when a tenth was left out. */
function banded({ language }: Shell, { value, low, high, place, placeLow, placeHigh }: Figure): string {
  const first = `${figure(language, value)} #${Math.round(place)}`
  if (low === null || high === null) return first
  const places = `#${Math.floor(placeLow!)}–${Math.ceil(placeHigh!)}`
  return `${first}\n${figure(language, low)}–${figure(language, high)} ${places}`
}

export const structureShow: Command = {
  name: 'structure show',
  about: 'cli.aboutStructureShow',
  args: ['[networks...]'],
  options: [
    { flags: '--by <figure>', about: 'cli.optCentrality' },
    { flags: '--most <count>', about: 'cli.optMost' },
    { flags: '--rounds <count>', about: 'cli.optRounds' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'structure show', about: 'cli.tryStructureShow' },
    { line: 'structure show Agadez-transport-2 --by DEGREE', about: 'cli.tryStructureOfNetwork' },
  ],
  async run(shell, names, options) {
    const by = text(options, 'by')?.toUpperCase()
    if (by !== undefined && !(CENTRALITIES as readonly string[]).includes(by))
      throw new Usage(say(shell.language, 'cli.badChoice', { option: '--by', choices: [...CENTRALITIES] }))
    const networks = []
    for (const name of names.flat()) networks.push((await named(shell, name, ['NETWORK'])).id)
    const question = {
      ...{ networks, by },
      most: count(shell, options, 'most', 1, 100),
      rounds: count(shell, options, 'rounds', 0, 200),
    }
    await analyse(shell, structureAnalysed, question, options)
  },
}

import { KEY_GOALS, type KeyGoal } from '../../schema/wire/codes.ts'
import { say, words } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, choices, count } from './analysis.ts'
import { called, coded, fieldName, NODE, type Node, RELATION, type Relation, saidBy } from './claims.ts'
import type { Command } from './command.ts'
import { bandedFigure, figure } from './figures.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

type Banded = { value: number; low: number | null; high: number | null }
type Foremost = { figure: Banded; actors: Node[] }
type KeySet = {
  goal: KeyGoal
  unaided: number
  figure: Banded
  members: { actor: Node; held: number | null; ties: number; claims: Relation[] }[]
  byDegree: Foremost
  byBetweenness: Foremost
  whole: boolean
}
type KeyPlayers = { actors: number; pairs: number; leftOut: number; sets: KeySet[] }

const FIGURE = '{ value low high }'
const FOREMOST = `{ figure ${FIGURE} actors ${NODE} }`

export const keyPlayersAnalysed: Analysed<KeyPlayers> = {
  kind: 'keyPlayers',
  fields: `{ actors pairs leftOut sets { goal unaided figure ${FIGURE}
    members { actor ${NODE} held ties claims ${RELATION} } byDegree ${FOREMOST} byBetweenness ${FOREMOST} whole } }`,
  people(shell, { actors, pairs, leftOut, sets }) {
    const { language } = shell
    shell.line(say(language, 'cli.keyPlayersAre', { actors, pairs }))
    if (leftOut > 0) shell.line(say(language, 'cli.leftOut', { count: leftOut }))
    for (const set of sets) showSet(shell, set)
    shell.line(say(language, 'cli.keyPlayersNote'))
  },
}

function showSet(shell: Shell, set: KeySet): void {
  const { language } = shell
  heading(shell, coded(language, 'KeyGoal', set.goal))
  const row = (name: string, actors: Node[], one: Banded) => [
    name,
    actors.map(called).join('\n'),
    bandedFigure(language, one.value, one.low, one.high),
  ]
  table(
    shell,
    ['', say(language, 'cli.headActors'), say(language, 'cli.headFigure')],
    [
      row(
        say(language, 'cli.together'),
        set.members.map(({ actor }) => actor),
        set.figure,
      ),
      row(say(language, 'cli.mostNeighbours'), set.byDegree.actors, set.byDegree.figure),
      row(say(language, 'cli.mostBetween'), set.byBetweenness.actors, set.byBetweenness.figure),
      [say(language, 'cli.nobody'), '', figure(language, set.unaided)],
    ],
  )
  if (set.members.length > 0)
    table(
      shell,
      [
        fieldName(language, 'codeName'),
        say(language, 'cli.headHeld'),
        say(language, 'cli.headTieClaims'),
        fieldName(language, 'reportedBy'),
      ],
      set.members.map(({ actor, held, ties, claims }) => [
        called(actor),
        held === null ? '' : percent(shell, held),
        ties,
        saidBy(language, claims, ties),
      ]),
    )
  if (!set.whole) shell.line(say(language, 'cli.notWhole'))
}

const percent = ({ language }: Shell, share: number): string =>
  new Intl.NumberFormat(words(language).locale, { style: 'percent' }).format(share)

export const keyPlayerFind: Command = {
  name: 'key-player find',
  about: 'cli.aboutKeyPlayerFind',
  args: ['[networks...]'],
  options: [
    { flags: '--goal <goals>', about: 'cli.optGoal' },
    { flags: '--size <count>', about: 'cli.optSetSize' },
    { flags: '--within <ties>', about: 'cli.optWithin' },
    { flags: '--most <count>', about: 'cli.optMostClaims' },
    { flags: '--rounds <count>', about: 'cli.optRoundsFew' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'key-player find', about: 'cli.tryKeyPlayerFind' },
    { line: 'key-player find Agadez-transport-2 --goal DISTANCES --size 2', about: 'cli.tryKeyPlayerGoal' },
  ],
  async run(shell, names, options) {
    const networks = []
    for (const name of names.flat()) networks.push((await named(shell, name, ['NETWORK'])).id)
    const question = {
      networks,
      goals: choices(shell, options, 'goal', KEY_GOALS),
      size: count(shell, options, 'size', 1, 20),
      within: count(shell, options, 'within', 1, 6),
      most: count(shell, options, 'most', 1, 100),
      rounds: count(shell, options, 'rounds', 0, 100),
    }
    await analyse(shell, keyPlayersAnalysed, question, options)
  },
}

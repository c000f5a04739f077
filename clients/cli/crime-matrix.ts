import { type Language, LINKED_CRIMES } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, fieldName, NODE, type Node, RELATION, type Relation } from './claims.ts'
import type { Command } from './command.ts'
import { EVIDENCE, type EvidenceCount, grades, openedClaims } from './evidence.ts'
import { named } from './names.ts'
import { CORRIDOR } from './route-activity.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

type Cell = { crime: string; links: string[]; evidence: EvidenceCount; claims: Relation[] }
type Matrix = {
  rows: { thing: Node; cells: Cell[] }[]
  unlisted: number
  returns: { leg: Node; back: Node; cells: Cell[] }[]
  returnsUnlisted: number
  elsewhere: number | null
}

const CELLS = `cells { crime links evidence ${EVIDENCE} claims ${RELATION} }`

export const crimeMatrixAnalysed: Analysed<Matrix> = {
  kind: 'crimeMatrix',
  fields: `{ rows { thing ${NODE} ${CELLS} } unlisted returns { leg ${NODE} back ${NODE} ${CELLS} } returnsUnlisted elsewhere }`,
  people(shell, { rows, unlisted, returns, returnsUnlisted, elsewhere }) {
    const { language } = shell
    const things = rows.map(({ thing, cells }) => ({ first: [withKind(language, thing)], cells }))
    matrix(shell, [say(language, 'cli.headThing')], things)
    if (unlisted > 0) shell.line(say(language, 'cli.unlisted', { count: unlisted }))
    if (returns.length > 0) {
      heading(shell, say(language, 'cli.headReturns'))
      const head = [fieldName(language, 'leg'), say(language, 'cli.headBack')]
      const legs = returns.map(({ leg, back, cells }) => ({ first: [called(leg), called(back)], cells }))
      matrix(shell, head, legs)
      if (returnsUnlisted > 0) shell.line(say(language, 'cli.unlisted', { count: returnsUnlisted }))
    }
    if (elsewhere) shell.line(say(language, 'cli.matrixElsewhere', { count: elsewhere }))
    if (rows.length > 0) shell.line(say(language, 'cli.matrixSays'))
    for (const { thing, cells } of rows)
      openedClaims(
        shell,
        called(thing),
        cells.flatMap(({ claims }) => claims),
      )
  },
}

const withKind = (language: Language, thing: Node): string =>
  `${called(thing)}\n${coded(language, 'Kind', thing.kind)}`

/** A column for each crime that something is linked to, and no sum over them. */
function matrix(shell: Shell, head: string[], rows: { first: string[]; cells: Cell[] }[]): void {
  const { language } = shell
  const crimes = LINKED_CRIMES.filter((crime) =>
    rows.some(({ cells }) => cells.some((cell) => cell.crime === crime)),
  )
  table(
    shell,
    [...head, ...crimes.map((crime) => coded(language, 'LinkedCrime', crime))],
    rows.map(({ first, cells }) => [
      ...first,
      ...crimes.map((crime) =>
        cellText(
          language,
          cells.find((cell) => cell.crime === crime),
        ),
      ),
    ]),
  )
}

function cellText(language: Language, cell: Cell | undefined): string {
  if (!cell) return ''
  const { claims, reports, offices } = cell.evidence
  return [
    `${claims} / ${reports} / ${offices}`,
    grades(cell.evidence),
    ...cell.links.map((link) => coded(language, 'LinkType', link)),
  ].join('\n')
}

export const crimeMatrix: Command = {
  name: 'crime matrix',
  about: 'cli.aboutCrimeMatrix',
  args: ['[names...]'],
  options: [
    { flags: '--most <count>', about: 'cli.optMostRows' },
    { flags: '--claims <count>', about: 'cli.optClaims' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'crime matrix', about: 'cli.tryCrimeMatrix' },
    { line: 'crime matrix Agadez-transport --claims 5', about: 'cli.tryCrimeMatrixOf' },
  ],
  async run(shell, names, options) {
    const things = []
    for (const name of names.flat()) things.push((await named(shell, name, CORRIDOR)).id)
    const question = {
      things,
      most: count(shell, options, 'most', 1, 100),
      claims: count(shell, options, 'claims', 0, 50) ?? 0,
    }
    await analyse(shell, crimeMatrixAnalysed, question, options)
  },
}

import { date, list, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, NODE, type Node, RELATION, type Relation } from './claims.ts'
import { type Command, text } from './command.ts'
import { EVIDENCE, type EvidenceCount, evidence, openedClaims } from './evidence.ts'
import { bound, figure } from './figures.ts'
import { MONTHS, monthsOf, monthText } from './months.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

type Comparison = {
  day: string
  before: number
  after: number
  daysBefore: number
  daysAfter: number
  ratio: number | null
  low: number | null
  high: number | null
  reading: string
  dispersion: number | null
  wholeYears: boolean
}
type Activity = {
  things: Node[]
  months: { month: string; count: number }[]
  undated: number
  comparison: Comparison | null
  evidence: EvidenceCount
  claims: Relation[]
}

export const activityAnalysed: Analysed<Activity> = {
  kind: 'activity',
  fields: `{ things ${NODE} months { month count } undated evidence ${EVIDENCE} claims ${RELATION}
    comparison { day before after daysBefore daysAfter ratio low high chance reading dispersion wholeYears } }`,
  people(shell, activity) {
    const { language } = shell
    const { things, months, undated, comparison, evidence: of, claims } = activity
    const [first, last] = [months[0], months.at(-1)]
    if (first && last) {
      const incidents = months.reduce((sum, { count: one }) => sum + one, 0)
      const span = { from: monthText(language, first.month), to: monthText(language, last.month) }
      const names = list(language, things.map(called))
      const is = { things: names, incidents, months: months.length, ...span }
      shell.line(say(language, 'cli.activityIs', is))
      shell.line(evidence(language, of))
      showYears(shell, months)
    } else shell.line(say(language, 'cli.flowIsNone'))
    if (undated > 0) shell.line(say(language, 'cli.flowUndated', { count: undated }))
    if (comparison) showComparison(shell, comparison)
    openedClaims(shell, say(language, 'cli.headEvidence'), claims)
  },
}

/** A year in a row, its months beside one another: of what is not known there is a dot. */
function showYears(shell: Shell, months: Activity['months']): void {
  const years = Map.groupBy(months, ({ month }) => month.slice(0, 4))
  const numbers = Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0'))
  const rows = [...years].map(([year, own]) => [
    year,
    ...numbers.map((number) => {
      const found = own.find(({ month }) => month.endsWith(`-${number}`))
      return found ? found.count || '·' : ''
    }),
    own.reduce((sum, { count: one }) => sum + one, 0),
  ])
  table(shell, [say(shell.language, 'cli.headYear'), ...numbers, say(shell.language, 'cli.headSum')], rows)
}

/** Above it, incidents come in bursts rather than independently. */
const BURSTS = 2

function showComparison(shell: Shell, comparison: Comparison): void {
  const { language } = shell
  const { before, after, daysBefore, daysAfter, ratio, low, high, dispersion, reading } = comparison
  const day = date(language, comparison.day)
  shell.line()
  shell.line(say(language, 'cli.activityBeforeAfter', { day, before, after, daysBefore, daysAfter }))
  const read = coded(language, 'RateReading', reading)
  const is = { reading: read, low: bound(language, low), high: bound(language, high) }
  shell.line(
    ratio === null
      ? say(language, 'cli.activityRatioNone', is)
      : say(language, 'cli.activityRatio', { ...is, ratio: figure(language, ratio) }),
  )
  if (dispersion !== null && dispersion > BURSTS)
    shell.line(say(language, 'cli.activityBursts', { dispersion: figure(language, dispersion) }))
  if (!comparison.wholeYears) shell.line(say(language, 'cli.activitySeason'))
  shell.line(say(language, 'cli.activityNoCause'))
}

/** What a corridor is made of. */
export const CORRIDOR = ['ROUTE', 'LEG', 'NETWORK'] as const

export const routeActivity: Command = {
  name: 'route activity',
  about: 'cli.aboutRouteActivity',
  args: ['<names...>'],
  options: [
    { flags: '--intervention <day>', about: 'cli.optInterventionDay' },
    { flags: '--before <months>', about: 'cli.optMonthsBefore' },
    { flags: '--after <months>', about: 'cli.optMonthsAfter' },
    ...MONTHS,
    { flags: '--claims <count>', about: 'cli.optClaims' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'route activity Agadez-Sabha Agadez-Sabha-bypass', about: 'cli.tryRouteActivity' },
    {
      line: 'route activity Agadez-Sabha --intervention 2016-08-01 --before 24 --after 24',
      about: 'cli.tryRouteIntervention',
    },
  ],
  async run(shell, names, options) {
    const things = []
    for (const name of names.flat()) things.push((await named(shell, name, CORRIDOR)).id)
    const question = {
      ...{ things, ...monthsOf(shell, options), intervention: text(options, 'intervention') },
      before: count(shell, options, 'before', 1, 120),
      after: count(shell, options, 'after', 1, 120),
      claims: count(shell, options, 'claims', 0, 100) ?? 0,
    }
    await analyse(shell, activityAnalysed, question, options)
  },
}

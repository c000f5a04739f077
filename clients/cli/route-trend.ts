import { FACET_GROUPS, type Language } from '../../schema/wire/codes.ts'
import { list, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, NODE, type Node, RELATION, type Relation } from './claims.ts'
import { type Command, texts } from './command.ts'
import { EVIDENCE, type EvidenceCount, evidence, openedClaims } from './evidence.ts'
import { chance, figure, percent } from './figures.ts'
import { MONTHS, monthsOf, monthText } from './months.ts'
import { named } from './names.ts'
import { CORRIDOR } from './route-activity.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

type Quarter = { month: string; all: number; having: number; share: number | null; low: number; high: number }
type Trend = {
  facet: string
  quarters: Quarter[]
  slope: number | null
  low: number | null
  high: number | null
  chance: number | null
  reading: string
}
type FacetTrend = {
  things: Node[]
  from: string | null
  to: string | null
  incidents: number
  known: number
  undated: number
  tried: number
  trends: Trend[]
  evidence: EvidenceCount
  claims: Relation[]
}

export const facetTrendAnalysed: Analysed<FacetTrend> = {
  kind: 'facetTrend',
  fields: `{ things ${NODE} from to incidents known undated tried evidence ${EVIDENCE} claims ${RELATION}
    trends { facet slope low high chance reading quarters { month all having share low high } } }`,
  people(shell, result) {
    const { language } = shell
    const { things, from, to, incidents, known, undated, tried, trends, claims } = result
    if (!from || !to) shell.line(say(language, 'cli.flowIsNone'))
    else {
      const span = { from: monthText(language, from), to: monthText(language, to) }
      const names = list(language, things.map(called))
      shell.line(say(language, 'cli.trendIs', { things: names, known, incidents, ...span }))
      shell.line(evidence(language, result.evidence))
      showTrends(shell, trends)
      shell.line(say(language, 'cli.trendTried', { tried }))
    }
    if (undated > 0) shell.line(say(language, 'cli.flowUndated', { count: undated }))
    openedClaims(shell, say(language, 'cli.headEvidence'), claims)
  },
}

function showTrends(shell: Shell, trends: Trend[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headFacet'),
    say(language, 'cli.headReading'),
    say(language, 'cli.headSlope'),
    say(language, 'cli.headChance'),
    say(language, 'cli.headShares'),
  ]
  const rows = trends.map(({ facet, reading, slope, low, high, chance: of, quarters }) => [
    coded(language, 'Facet', facet),
    coded(language, 'RateReading', reading),
    slope === null
      ? ''
      : `${points(language, slope)}\n(${points(language, low!)} – ${points(language, high!)})`,
    of === null ? '' : chance(language, of),
    yearsOf(language, quarters),
  ])
  table(shell, head, rows)
}

/** Hundredths, with their sign. */
const points = (language: Language, share: number): string =>
  `${share > 0 ? '+' : ''}${figure(language, share * 100)}`

/** A year in a line: the share of each of its quarters, a dot where nothing is known. */
function yearsOf(language: Language, quarters: Quarter[]): string {
  const years = Map.groupBy(quarters, ({ month }) => month.slice(0, 4))
  return [...years]
    .filter(([, own]) => own.some(({ all }) => all > 0))
    .map(([year, own]) => {
      const shares = own.map(({ share, all }) =>
        share === null ? '·' : `${percent(language, share)}/${all}`,
      )
      return `${year}: ${shares.join(' ')}`
    })
    .join('\n')
}

export const routeTrend: Command = {
  name: 'route trend',
  about: 'cli.aboutRouteTrend',
  args: ['<names...>'],
  options: [
    { flags: '--group <code>', about: 'cli.optFacetGroup', many: true },
    ...MONTHS,
    { flags: '--most <count>', about: 'cli.optMost' },
    { flags: '--claims <count>', about: 'cli.optClaims' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [{ line: 'route trend Agadez-Sabha --group PAY', about: 'cli.tryRouteTrend' }],
  async run(shell, names, options) {
    const groups = texts(options, 'group').map((group) => group.toUpperCase())
    if (groups.some((group) => !(FACET_GROUPS as readonly string[]).includes(group)))
      throw new Usage(say(shell.language, 'cli.badChoice', { option: '--group', choices: [...FACET_GROUPS] }))
    const things = []
    for (const name of names.flat()) things.push((await named(shell, name, CORRIDOR)).id)
    const question = {
      ...{ things, groups, ...monthsOf(shell, options) },
      most: count(shell, options, 'most', 1, 100),
      claims: count(shell, options, 'claims', 0, 100) ?? 0,
    }
    await analyse(shell, facetTrendAnalysed, question, options)
  },
}

import { BYPASS_COSTS, type Language } from '../../schema/wire/codes.ts'
import { date, list, money, number, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, fieldName, NODE, type Node, RELATION, type Relation } from './claims.ts'
import { type Command, text, texts } from './command.ts'
import { EVIDENCE, type EvidenceCount, openedClaims } from './evidence.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

type Sum = { least: number; most: number; untold: number }
type Leg = {
  leg: Node
  status: string | null
  before: number
  since: number
  evidence: EvidenceCount
  claims: Relation[]
}
type Way = {
  cost: number
  more: number | null
  activity: string
  isNew: boolean
  hours: Sum
  fees: (Sum & { currency: string })[]
  hops: { from: Node; to: Node; legs: Leg[] }[]
}
type Bypass = {
  from: Node
  to: Node
  closed: Node[]
  since: string | null
  by: string
  currency: string | null
  usual: Way | null
  ways: Way[]
  unpriced: number
}

const LEG = `{ leg ${NODE} status before since evidence ${EVIDENCE} claims ${RELATION} }`
const WAY = `{ cost more activity isNew hours { least most untold } fees { currency least most untold }
  hops { from ${NODE} to ${NODE} legs ${LEG} } }`

export const bypassAnalysed: Analysed<Bypass> = {
  kind: 'bypass',
  fields: `{ from ${NODE} to ${NODE} closed ${NODE} since by currency usual ${WAY} ways ${WAY} unpriced }`,
  people(shell, bypass) {
    const { language } = shell
    const { from, to, closed, since, usual, ways, unpriced } = bypass
    const shut = list(language, closed.map(called))
    shell.line(say(language, 'cli.bypassIs', { from: called(from), to: called(to), closed: shut }))
    if (since) shell.line(say(language, 'cli.bypassSince', { day: date(language, since) }))
    if (ways.length === 0) shell.line(say(language, 'cli.bypassNone'))
    showWays(shell, bypass)
    if (unpriced > 0) shell.line(say(language, 'cli.bypassUnpriced', { count: unpriced }))
    shell.line(say(language, 'cli.bypassSuggests'))
    const legs = [...(usual ? [usual] : []), ...ways].flatMap(({ hops }) => hops.flatMap((hop) => hop.legs))
    for (const { leg, claims } of new Map(legs.map((one) => [one.leg.id, one])).values())
      openedClaims(shell, called(leg), claims)
  },
}

function showWays(shell: Shell, { usual, ways, by, currency }: Bypass): void {
  if (!usual && ways.length === 0) return
  const { language } = shell
  const head = [
    say(language, 'cli.headWay'),
    `${say(language, 'cli.headMore')} (${currency ?? coded(language, 'BypassCost', by)})`,
    fieldName(language, 'hours'),
    fieldName(language, 'fee'),
    say(language, 'cli.headActivity'),
  ]
  const rows = [
    ...(usual ? [wayRow(language, usual, say(language, 'cli.usualWay'))] : []),
    ...ways.map((way) => wayRow(language, way, way.more === null ? '' : `+ ${number(language, way.more)}`)),
  ]
  table(shell, head, rows)
}

function wayRow(language: Language, { hops, hours, fees, activity, isNew }: Way, more: string) {
  const stops = [hops[0]?.from, ...hops.map(({ to }) => to)].filter((one) => one !== undefined)
  const seen = hops.flatMap(({ legs }) =>
    legs.map(({ leg, before, since }) =>
      say(language, 'cli.seenBeforeSince', { leg: called(leg), before, since }),
    ),
  )
  return [
    stops.map(called).join(' → '),
    more,
    ranged(language, hours, hops.length, (one) => number(language, one)),
    fees
      .map((fee) => ranged(language, fee, hops.length, (one) => money(language, one, fee.currency)))
      .join('\n'),
    [
      coded(language, 'BypassActivity', activity),
      ...(isNew ? [say(language, 'cli.bypassNew')] : []),
      ...seen,
    ].join('\n'),
  ]
}

/** The range of a sum, and of how many legs nobody says it. */
function ranged(
  language: Language,
  { least, most, untold }: Sum,
  legs: number,
  write: (one: number) => string,
): string {
  if (untold === legs) return ''
  const range = [...new Set([least, most])].map(write).join('–')
  return untold > 0 ? `${range}\n${say(language, 'cli.untold', { count: untold })}` : range
}

export const routeBypass: Command = {
  name: 'route bypass',
  about: 'cli.aboutRouteBypass',
  args: ['<from>', '<to>'],
  options: [
    { flags: '--closed <name>', about: 'cli.optClosed', many: true },
    { flags: '--by <cost>', about: 'cli.optBypassBy' },
    { flags: '--currency <code>', about: 'cli.optCurrency' },
    { flags: '--since <day>', about: 'cli.optSince' },
    { flags: '--most <count>', about: 'cli.optMostWays' },
    { flags: '--claims <count>', about: 'cli.optClaims' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'route bypass Agadez Sabha --closed Agadez-Dirkou', about: 'cli.tryRouteBypass' },
    {
      line: 'route bypass Agadez Sabha --closed Dirkou --by HOURS --since 2016-08-01',
      about: 'cli.tryRouteBypassBy',
    },
  ],
  async run(shell, [from, to], options) {
    const by = text(options, 'by')?.toUpperCase()
    if (by !== undefined && !(BYPASS_COSTS as readonly string[]).includes(by))
      throw new Usage(say(shell.language, 'cli.badChoice', { option: '--by', choices: [...BYPASS_COSTS] }))
    const names = texts(options, 'closed')
    if (names.length === 0) throw new Usage(say(shell.language, 'cli.missingArgument', { name: '--closed' }))
    const closed = []
    for (const name of names) closed.push((await named(shell, name, ['LEG', 'PLACE'])).id)
    const question = {
      from: (await named(shell, from!, ['PLACE'])).id,
      to: (await named(shell, to!, ['PLACE'])).id,
      ...{ closed, by, currency: text(options, 'currency')?.toUpperCase(), since: text(options, 'since') },
      most: count(shell, options, 'most', 1, 20),
      claims: count(shell, options, 'claims', 0, 20) ?? 0,
    }
    await analyse(shell, bypassAnalysed, question, options)
  },
}

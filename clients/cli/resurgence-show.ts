import { TRACES, type Trace } from '../../schema/wire/codes.ts'
import { date, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { dayOf } from './choices.ts'
import {
  type Claim,
  called,
  coded,
  type Description,
  fieldName,
  grading,
  NODE,
  type Node,
  RELATION,
  type Relation,
  relationName,
  relationTable,
  saidBy,
  seen,
} from './claims.ts'
import type { Command } from './command.ts'
import { figure } from './figures.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

type Reason = {
  trace: Trace
  facet: string | null
  things: Node[]
  bits: number
  relations: Relation[]
  descriptions: (Description & { entity: Node })[]
}
type Lead = {
  network: Node
  begun: string
  bits: number
  odds: number
  strongest: Trace
  oddsWithout: number
  reasons: Reason[]
  against: { trace: Trace; things: number; bits: number }[]
}
type Found = {
  network: Node
  ended: string
  endedBy: Description[]
  looked: number
  undated: number
  leftOut: number
  claimed: Relation[]
  leads: Lead[]
}

const CLAIM = 'id report office source information basis observedFrom observedTo handling recorded retracted'

export const resurgenceAnalysed: Analysed<Found> = {
  kind: 'resurgence',
  fields: `{ network ${NODE} ended endedBy { ${CLAIM} entity ${NODE} } looked undated leftOut claimed ${RELATION}
    leads { network ${NODE} begun bits odds strongest oddsWithout
      reasons { trace facet things ${NODE} bits relations ${RELATION}
        descriptions { ${CLAIM} entity ${NODE} ... on ModusOperandiDescription { facets } } }
      against { trace things bits } } }`,
  people(shell, result) {
    const { language } = shell
    const { looked, undated, leftOut } = result
    const facts = { name: called(result.network), ended: date(language, result.ended), looked, undated }
    shell.line(say(language, 'cli.resurgenceIs', facts))
    for (const claim of result.endedBy)
      shell.line(say(language, 'cli.endedBy', { who: whoSays(shell, claim), seen: seen(language, claim) }))
    for (const lead of result.leads) showLead(shell, lead)
    if (result.claimed.length > 0) {
      heading(shell, say(language, 'cli.headSaidOutright'))
      relationTable(shell, result.claimed)
    }
    shell.line()
    shell.line(say(language, result.leads.length > 0 ? 'cli.leadIsNoFinding' : 'cli.noLead'))
    if (leftOut > 0) shell.line(say(language, 'cli.leftUncounted', { count: leftOut }))
  },
}

const whoSays = ({ language }: Shell, claim: Claim) => `${claim.office}, ${grading(language, claim)}`

function showLead(
  shell: Shell,
  { network, begun, odds, strongest, oddsWithout, reasons, against }: Lead,
): void {
  const { language } = shell
  heading(shell, `${called(network)} (${network.id})`)
  const facts = {
    ...{ begun: date(language, begun), odds: toOne(shell, odds), without: toOne(shell, oddsWithout) },
    strongest: coded(language, 'Trace', strongest),
  }
  // What would be left of long odds is of no use to anybody.
  shell.line(odds < 1 ? say(language, 'cli.leadIsUnlikely', facts) : say(language, 'cli.leadIs', facts))
  const head = [
    ...[say(language, 'cli.headMetAgain'), say(language, 'cli.headBits'), say(language, 'cli.headClaim')],
    fieldName(language, 'reportedBy'),
  ]
  const rows = reasons.map((reason) => [
    metAgain(shell, reason),
    figure(language, reason.bits),
    claimsOf(shell, reason),
    saidBy(language, [...reason.relations, ...reason.descriptions]),
  ])
  const lost = TRACES.flatMap((trace) => against.filter((one) => one.trace === trace)).map((one) => [
    say(language, 'cli.notMetAgain', { trace: coded(language, 'Trace', one.trace), things: one.things }),
    ...[figure(language, one.bits), '', ''],
  ])
  table(shell, head, [...rows, ...lost])
}

/** What both sides are said to have; of a facet, the ways of working that have it. Each once. */
function claimsOf({ language }: Shell, { relations, descriptions }: Reason): string {
  const lines =
    descriptions.length > 0
      ? descriptions.map(({ entity }) => called(entity))
      : relations.map(({ from, type, to }) => `${called(from)} ${relationName(language, type)} ${called(to)}`)
  return [...new Set(lines)].join('\n')
}

function metAgain({ language }: Shell, { trace, facet, things }: Reason): string {
  const what = facet ? coded(language, 'Facet', facet) : things.map(called).join(' = ')
  return `${coded(language, 'Trace', trace)}: ${what}`
}

/** Odds as people say them: 12 : 1, or 1 : 12 where it is likelier not. */
const toOne = ({ language }: Shell, odds: number): string =>
  odds >= 1 ? `${figure(language, odds)} : 1` : `1 : ${figure(language, 1 / odds)}`

export const resurgenceShow: Command = {
  name: 'resurgence show',
  about: 'cli.aboutResurgenceShow',
  args: ['<network>'],
  options: [
    { flags: '--ended <day>', about: 'cli.optEnded' },
    { flags: '--before <days>', about: 'cli.optBegunBefore' },
    { flags: '--most <count>', about: 'cli.optMostNetworks' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'resurgence show Agadez-transport', about: 'cli.tryResurgenceShow' },
    {
      line: 'resurgence show Agadez-transport --ended 2014-06-01 --before 90',
      about: 'cli.tryResurgenceEnded',
    },
  ],
  async run(shell, [network], options) {
    const question = {
      network: (await named(shell, network!, ['NETWORK'])).id,
      ended: dayOf(shell, options, 'ended'),
      before: count(shell, options, 'before', 0, 3_650),
      most: count(shell, options, 'most', 1, 100),
    }
    await analyse(shell, resurgenceAnalysed, question, options)
  },
}

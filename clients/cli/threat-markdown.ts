import type { Language } from '../../schema/wire/codes.ts'
import { label, list, number, say } from '../../schema/words/index.ts'
import { called, coded, fieldName, grading, type Relation, relationName, seen, worded } from './claims.ts'
import { cell, markdownTable } from './markdown.ts'
import {
  type Described,
  figureLines,
  type Indicator,
  type NetworkThreat,
  type ThreatPicture,
} from './threat-figures.ts'

/** A threat picture as Markdown without a title: all networks side by side, then each with the claims of each indicator. */
export function threatMarkdown(language: Language, { networks }: ThreatPicture): string {
  const leftOut = networks.reduce((sum, one) => sum + one.leftOut, 0)
  return [
    say(language, 'cli.threatNote'),
    ...(leftOut > 0 ? [say(language, 'cli.protectedMembers', { count: leftOut })] : []),
    `## ${say(language, 'cli.headSideBySide')}`,
    sideBySide(language, networks),
    ...networks.flatMap((one) => [`## ${cell(called(one.network))}`, ...known(language, one.indicators)]),
  ].join('\n\n')
}

/** So many networks fit beside one another on a page. */
const ABREAST = 4

function sideBySide(language: Language, networks: NetworkThreat[]): string {
  const tables = []
  for (let at = 0; at < networks.length; at += ABREAST) {
    const some = networks.slice(at, at + ABREAST)
    const rows = some[0]!.indicators.map(({ indicator }, row) => [
      label(language, 'ThreatIndicator', indicator),
      ...some.map(({ indicators }) => figureLines(language, { ...indicators[row]!, parts: [] }).join(', ')),
    ])
    tables.push(
      markdownTable(
        [say(language, 'cli.headIndicator'), ...some.map(({ network }) => cell(called(network)))],
        rows,
      ),
    )
  }
  return tables.join('\n\n')
}

/** Each indicator of which something is known; then which are unknown, in one line. */
function known(language: Language, indicators: readonly Indicator[]): string[] {
  const isUnknown = ({ value, claimCount }: Indicator) => value === null && claimCount === 0
  const unknown = indicators
    .filter(isUnknown)
    .map(({ indicator }) => label(language, 'ThreatIndicator', indicator))
  return [
    ...indicators.filter((one) => !isUnknown(one)).flatMap((one) => opened(language, one)),
    ...(unknown.length > 0 ? [say(language, 'cli.nothingKnownOf', { indicators: unknown })] : []),
  ]
}

function opened(language: Language, one: Indicator): string[] {
  const [value, ...parts] = figureLines(language, one)
  const title = `### ${label(language, 'ThreatIndicator', one.indicator)}: ${cell(value!)}`
  const claims = [
    ...one.relations.map((claim) => row(language, claim, relationText(language, claim))),
    ...one.descriptions.map((claim) => row(language, claim, descriptionText(language, claim))),
  ]
  if (claims.length === 0) return [title]
  const more = one.claimCount - claims.length
  return [
    title,
    ...(parts.length > 0 ? [parts.map((part) => `- ${cell(part)}`).join('\n')] : []),
    markdownTable(
      [
        say(language, 'cli.headClaim'),
        say(language, 'cli.headSeen'),
        fieldName(language, 'office'),
        say(language, 'cli.headGrading'),
        fieldName(language, 'report'),
      ],
      claims,
    ),
    ...(more > 0 ? [say(language, 'cli.moreClaims', { count: more })] : []),
  ]
}

const row = (language: Language, claim: Relation | Described, what: string): string[] => [
  what,
  seen(language, claim),
  claim.office,
  grading(language, claim),
  claim.report,
]

function relationText(language: Language, claim: Relation): string {
  const own = [
    claim.level && coded(language, 'Level', claim.level),
    claim.role && coded(language, 'Role', claim.role),
    claim.crime && coded(language, 'LinkedCrime', claim.crime),
    claim.link && coded(language, 'LinkType', claim.link),
  ].filter((text) => text !== null)
  const says = `${called(claim.from)} ${relationName(language, claim.type)} ${called(claim.to)}`
  return own.length > 0 ? `${says} (${own.join(', ')})` : says
}

const SHOWN = ['country', 'feeMin', 'feeMax', 'currency', 'facets', 'dead', 'missing', 'injured']

function descriptionText(language: Language, claim: Described): string {
  const { kind } = claim.entity
  const says = SHOWN.flatMap((field) => {
    const value = claim[field]
    if (value === null || value === undefined) return []
    const text = typeof value === 'number' ? number(language, value) : worded(language, kind, field, value)
    return [say(language, 'cli.fieldIs', { field: fieldName(language, field), value: text })]
  })
  const name = `${coded(language, 'Kind', kind)} ${called(claim.entity)}`
  return says.length > 0 ? `${name}: ${list(language, says)}` : name
}

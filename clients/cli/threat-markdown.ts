import type { Language } from '../../schema/wire/codes.ts'
import { label, say } from '../../schema/words/index.ts'
import { type Claim, called, fieldName, grading, seen } from './claims.ts'
import { cell, markdownTable } from './markdown.ts'
import {
  descriptionText,
  figureLines,
  type Indicator,
  isSameGround,
  type NetworkThreat,
  relationText,
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
  const said = indicators.filter((one) => !isUnknown(one))
  return [
    ...said.flatMap((one, at) => opened(language, one, said[at - 1])),
    ...(unknown.length > 0 ? [say(language, 'cli.nothingKnownOf', { indicators: unknown })] : []),
  ]
}

function opened(language: Language, one: Indicator, former: Indicator | undefined): string[] {
  const [value, ...parts] = figureLines(language, one)
  const name = label(language, 'ThreatIndicator', one.indicator)
  const title = `### ${say(language, 'cli.fieldIs', { field: name, value: cell(value!) })}`
  const listed = parts.length > 0 ? [parts.map((part) => `- ${cell(part)}`).join('\n')] : []
  if (one.claimCount === 0) return [title, ...listed]
  if (isSameGround(one, former)) return [title, ...listed, say(language, 'cli.sameClaims')]
  const claims = [
    ...one.relations.map((claim) => ({ claim, what: relationText(language, claim) })),
    ...one.descriptions.map((claim) => ({ claim, what: descriptionText(language, claim) })),
  ]
  const more = one.claimCount - claims.length
  return [
    title,
    ...listed,
    claimTable(language, claims),
    ...(more > 0 ? [say(language, 'cli.moreClaims', { count: more })] : []),
  ]
}

/** Without the column of days where no claim has any. */
function claimTable(language: Language, claims: { claim: Claim; what: string }[]): string {
  const isDated = claims.some(({ claim }) => seen(language, claim) !== '')
  return markdownTable(
    [
      say(language, 'cli.headClaim'),
      ...(isDated ? [say(language, 'cli.headSeen')] : []),
      say(language, 'cli.headWhoSays'),
      fieldName(language, 'report'),
    ],
    claims.map(({ claim, what }) => [
      what,
      ...(isDated ? [seen(language, claim)] : []),
      `${claim.office}, ${grading(language, claim)}`,
      claim.report,
    ]),
  )
}

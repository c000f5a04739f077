import type { CodeList, Language, ThreatIndicator } from '../../schema/wire/codes.ts'
import { country, list, money, number, say } from '../../schema/words/index.ts'
import {
  CLAIM,
  type Claim,
  called,
  coded,
  fieldName,
  NODE,
  type Node,
  RELATION,
  type Relation,
  relationName,
  worded,
} from './claims.ts'
import { bandedFigure } from './figures.ts'

// What a threat picture says, as texts: the same at the terminal and in a report.

export type Part = {
  code: string | null
  year: number | null
  node: Node | null
  value: number | null
  low: number | null
  high: number | null
}
export type Described = Claim & {
  entity: Node
  [field: string]: unknown
}
export type Indicator = {
  indicator: ThreatIndicator
  value: number | null
  low: number | null
  high: number | null
  unknown: number
  parts: Part[]
  claimCount: number
  relations: Relation[]
  descriptions: Described[]
}
export type NetworkThreat = {
  network: Node
  leftOut: number
  handling: string[]
  sensitivity: string | null
  indicators: Indicator[]
}
export type ThreatPicture = { networks: NetworkThreat[] }

export const THREAT = `{ networks { network ${NODE} leftOut handling sensitivity indicators { indicator value low high unknown
  parts { code year node ${NODE} value low high } claimCount relations ${RELATION}
  descriptions { ${CLAIM} entity ${NODE} ... on PlaceDescription { country }
    ... on LegDescription { feeMin feeMax currency } ... on ModusOperandiDescription { facets }
    ... on IncidentDescription { dead missing injured } } } } }`

const LISTS: Partial<Record<ThreatIndicator, CodeList>> = {
  LEVELS: 'Level',
  HARMS: 'Facet',
  CORRUPTION: 'Facet',
  PAYMENT: 'Facet',
  CORRUPTION_LINKS: 'LinkType',
  TRAFFICKING_LINKS: 'LinkType',
  LINKED_CRIMES: 'LinkedCrime',
}

type Banded = Pick<Part, 'value' | 'low' | 'high'>

/** `3`, `3 (2–3)`, or that it is unknown, which is not 0. */
export function banded(language: Language, { value, low, high }: Banded): string {
  if (value === null) return say(language, 'cli.unknown')
  return bandedFigure(language, value, low, high)
}

/** A figure in a cell: what it is, of how many things nothing is said, and its parts below. */
export function figureLines(language: Language, one: Indicator): string[] {
  const unknown = one.value !== null && one.unknown > 0
  return [
    banded(language, one),
    ...(unknown ? [say(language, 'cli.ofThemUnknown', { count: one.unknown })] : []),
    ...one.parts.map((part) => partText(language, one.indicator, part)),
  ]
}

function partText(language: Language, indicator: ThreatIndicator, part: Part): string {
  const { code, year, node, low, high } = part
  if (indicator === 'FEES')
    return say(language, 'cli.fieldIs', { field: called(node!), value: fee(language, code!, low!, high!) })
  const codes = LISTS[indicator]
  const name = node
    ? called(node)
    : year !== null
      ? String(year)
      : codes
        ? coded(language, codes, code!)
        : country(language, code!)
  return say(language, 'cli.fieldIs', { field: name, value: banded(language, part) })
}

function fee(language: Language, currency: string, low: number, high: number): string {
  const amount = money(language, low, currency)
  return low === high ? amount : `${amount} – ${money(language, high, currency)}`
}

/** Whether an indicator rests on the claims that another does. */
export function isSameGround(one: Indicator, other: Indicator | undefined): boolean {
  const ids = ({ relations, descriptions }: Indicator) =>
    [...relations, ...descriptions].map(({ id }) => id).join()
  return other !== undefined && one.claimCount === other.claimCount && ids(one) === ids(other)
}

/** What a relation says, in one line. */
export function relationText(language: Language, claim: Relation): string {
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

/** What a description says of what an indicator counts, in one line. */
export function descriptionText(language: Language, claim: Described): string {
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

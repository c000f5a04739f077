import type { CodeList, Language, ThreatIndicator } from '../../schema/wire/codes.ts'
import { country, money, say } from '../../schema/words/index.ts'
import { CLAIM, type Claim, called, coded, NODE, type Node, RELATION, type Relation } from './claims.ts'
import { figure } from './figures.ts'

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
  const isExact = low === null || high === null || (low === value && high === value)
  if (isExact) return figure(language, value)
  return `${figure(language, value)} (${figure(language, low)}–${figure(language, high)})`
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
  if (indicator === 'FEES') return `${called(node!)}: ${fee(language, code!, low!, high!)}`
  const list = LISTS[indicator]
  const name = node
    ? called(node)
    : year !== null
      ? String(year)
      : list
        ? coded(language, list, code!)
        : country(language, code!)
  return `${name}: ${banded(language, part)}`
}

function fee(language: Language, currency: string, low: number, high: number): string {
  const amount = money(language, low, currency)
  return low === high ? amount : `${amount} – ${money(language, high, currency)}`
}

import type { Language } from '../../schema/wire/codes.ts'
import { CODES, type CodeList, type Kind } from '../../schema/wire/codes.ts'
import {
  DESCRIPTION_KINDS,
  DESCRIPTIONS,
  type Field,
  type Fields,
  RELATION_KINDS,
  RELATIONS,
} from '../../schema/wire/model.ts'
import { country, date, label, list, number, say, words } from '../../schema/words/index.ts'
import type { Shell } from './shell.ts'
import { type Cell, heading, table } from './table.ts'

// How claims are asked for and shown: every command that shows some uses these.

export type Node = { id: string; kind: Kind; label: string | null }
export type Claim = {
  id: string
  report: string
  office: string
  source: string
  information: string
  basis: 'FACT' | 'ASSESSMENT'
  observedFrom: string | null
  observedTo: string | null
  handling: string[]
  recorded: string
  retracted: string | null
}
export type Relation = Claim & {
  type: string
  from: Node
  to: Node
  level: string | null
  role: string | null
  tie: string | null
  position: number | null
  crime: string | null
  link: string | null
}
export type Said = { field: string; disputed: boolean; values: { value: string; offices: string[] }[] }
export type Description = Claim & Record<string, unknown>

export const CLAIM =
  'id report office source information basis observedFrom observedTo handling recorded retracted'
export const NODE = '{ id kind label }'
export const RELATION = `{ ${CLAIM} type from ${NODE} to ${NODE} level role tie position crime link }`
export const SAID = '{ field disputed values { value offices } }'

const descriptionOf = (kind: Kind) => DESCRIPTION_KINDS.find((one) => DESCRIPTIONS[one].kind === kind)!

/** The fields of the descriptions of one kind. Kinds name fields alike that differ in type: no query asks for two. */
export function descriptionFields(kind: Kind): string {
  const name = descriptionOf(kind)
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Description`
  return `{ ${CLAIM} entity ${NODE} ... on ${type} { ${Object.keys(DESCRIPTIONS[name].fields).join(' ')} } }`
}

export const called = ({ label: name, id }: { label: string | null; id: string }): string => name ?? id

/** A field's value in words: codes by their labels, flags as yes or no. */
export function worded(language: Language, kind: Kind, field: string, value: unknown): string {
  const fields = DESCRIPTIONS[descriptionOf(kind)].fields as Fields
  const shape = fields[field]
  if (value === null || value === undefined) return ''
  if (!shape) return String(value)
  // `said` writes lists and flags as text.
  if (shape.type === 'flag') return say(language, String(value) === 'true' ? 'cli.yes' : 'cli.no')
  if (shape.type === 'codes' || shape.type === 'ints' || shape.type === 'nationalities') {
    const items = Array.isArray(value) ? value.map(String) : String(value).split(' ').filter(Boolean)
    return list(
      language,
      items.map((item) => one(language, shape, item)),
    )
  }
  return single(language, shape, value)
}

/** One of a list. */
function one(language: Language, shape: Field, item: string): string {
  if (shape.type === 'codes') return coded(language, shape.list, item)
  return shape.type === 'nationalities' ? country(language, item) : item
}

function single(language: Language, shape: Field, value: unknown): string {
  if (shape.type === 'code') return coded(language, shape.list, String(value))
  if (shape.type === 'country' || shape.type === 'nationality') return country(language, String(value))
  if (shape.type === 'int' || shape.type === 'decimal') return number(language, Number(value))
  return String(value)
}

/** A code by its label; one that this version does not know stays as it came. */
export function coded(language: Language, codes: CodeList, code: string): string {
  return (CODES[codes] as readonly string[]).includes(code) ? label(language, codes, code as never) : code
}

/** The name of a field, for people. */
export function fieldName(language: Language, field: string): string {
  return (words(language).fields as Record<string, string>)[field] ?? field
}

export function relationName(language: Language, type: string): string {
  const kind = RELATION_KINDS.find((one) => RELATIONS[one].type === type)
  return kind ? words(language).relations[kind] : type
}

/** `B2` and whether it is a fact: the grading in one glance, with the handling codes that restrict. */
export function grading(language: Language, { source, information, basis, handling }: Claim): string {
  const restricted = handling.filter((code) => code !== 'H0')
  return [`${source}${information.slice(1)}`, label(language, 'Basis', basis), ...restricted].join(' ')
}

export function seen(language: Language, { observedFrom, observedTo }: Claim): string {
  if (!observedFrom && !observedTo) return ''
  if (observedFrom === observedTo) return date(language, observedFrom!)
  return `${observedFrom ? date(language, observedFrom) : '…'} – ${observedTo ? date(language, observedTo) : ''}`.trim()
}

/** Who says it and where it stands: office, grading and report. */
const provenance = (language: Language, claim: Claim): string =>
  `${claim.office}, ${grading(language, claim)}\n${claim.report}`

/** Who says it, in short: each office with its gradings, once; and how many claims more there are than are listed. */
export function saidBy(
  language: Language,
  claims: readonly Pick<Claim, 'office' | 'source' | 'information'>[],
  inAll = claims.length,
): string {
  const graded = claims.map(({ office, source, information }) => `${office} ${source}${information.slice(1)}`)
  const more = inAll - claims.length
  return [...new Set(graded), ...(more > 0 ? [say(language, 'cli.moreClaims', { count: more })] : [])].join(
    '\n',
  )
}

export function details(language: Language, { level, role, tie, position, crime, link }: Relation): string {
  const parts = [
    level && coded(language, 'Level', level),
    role && coded(language, 'Role', role),
    tie && coded(language, 'Tie', tie),
    crime && coded(language, 'LinkedCrime', crime),
    link && coded(language, 'LinkType', link),
    position && `${fieldName(language, 'position')} ${position}`,
  ]
  return parts.filter(Boolean).join('\n')
}

export function relationTable(shell: Shell, relations: Relation[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headClaim'),
    '',
    say(language, 'cli.headSeen'),
    fieldName(language, 'reportedBy'),
  ]
  const rows = relations.map((one) => [
    `${called(one.from)}\n${relationName(language, one.type)}\n${called(one.to)}`,
    details(language, one),
    when(language, one),
    provenance(language, one),
  ])
  table(shell, head, rows)
}

/** When it was so and, in a history, when the platform learned it and when it was taken back. */
function when(language: Language, claim: Claim): string {
  const taken = claim.retracted && say(language, 'cli.takenBack', { time: new Date(claim.retracted) })
  return [seen(language, claim), taken].filter(Boolean).join('\n')
}

const NOT_OWN = new Set([...CLAIM.split(' '), 'entity'])

export function descriptionTable(shell: Shell, kind: Kind, descriptions: Description[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headClaim'),
    say(language, 'cli.headSeen'),
    fieldName(language, 'reportedBy'),
  ]
  const rows = descriptions.map((one) => [
    ownFields(language, kind, one),
    when(language, one),
    provenance(language, one),
  ])
  table(shell, head, rows)
}

function ownFields(language: Language, kind: Kind, one: Description): Cell {
  return Object.entries(one)
    .filter(
      ([field, value]) =>
        !NOT_OWN.has(field) && value !== null && !(Array.isArray(value) && value.length === 0),
    )
    .map(([field, value]) =>
      say(language, 'cli.fieldIs', {
        field: fieldName(language, field),
        value: worded(language, kind, field, value),
      }),
    )
    .join('\n')
}

/** What the visible reports say of each field; where they differ every value stands, with its offices. */
export function saidTable(shell: Shell, kind: Kind, said: Said[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headField'),
    say(language, 'cli.headSaid'),
    fieldName(language, 'reportedBy'),
  ]
  const rows = said
    .filter(({ field }) => field !== 'label')
    .flatMap(({ field, values }) =>
      values.map(({ value, offices }, i) => [
        i === 0 ? fieldName(language, field) : '',
        worded(language, kind, field, value),
        offices.join(', '),
      ]),
    )
  table(shell, head, rows)
  if (said.some(({ disputed }) => disputed)) shell.line(say(language, 'cli.disputed'))
}

export function titleOf(shell: Shell, node: Node): void {
  shell.line(`${coded(shell.language, 'Kind', node.kind)} ${called(node)} (${node.id})`)
}

/** Relations by type, each type under its own heading. */
export function relationsByType(shell: Shell, relations: Relation[]): void {
  for (const type of new Set(relations.map((one) => one.type))) {
    heading(shell, relationName(shell.language, type))
    relationTable(
      shell,
      relations.filter((one) => one.type === type),
    )
  }
}

import type { Kind } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { called, fieldName, type Node, type Said, worded } from './claims.ts'
import { type Option, type Options, text } from './command.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

export const AS_OF: Option = { flags: '--as-of <time>', about: 'cli.optAsOf' }
export const PAGE: Option[] = [
  { flags: '--first <count>', about: 'cli.optFirst' },
  { flags: '--after <cursor>', about: 'cli.optAfter' },
]

/** `first`, `after` and `asOf` as variables. Throws Usage where they cannot be read. */
export function pageOf(shell: Shell, options: Options): Record<string, unknown> {
  const first = text(options, 'first')
  if (first !== undefined && !/^\d{1,3}$/.test(first))
    throw new Usage(say(shell.language, 'cli.badCount', { option: '--first' }))
  return {
    first: first ? Number(first) : 20,
    after: text(options, 'after') ?? null,
    ...moment(shell, options),
  }
}

export function moment(shell: Shell, options: Options): { asOf: string | null } {
  const given = text(options, 'asOf')
  return { asOf: given ? timeOf(shell, given, '--as-of', 'T23:59:59.999Z') : null }
}

/** A day or a time as an ISO time; a day means its `hour`. */
export function timeOf(shell: Shell, given: string, option: string, hour = 'T00:00:00.000Z'): string {
  const whole = /^\d{4}-\d\d-\d\d$/.test(given) ? `${given}${hour}` : given
  const time = new Date(whole)
  if (/^\d{4}-\d\d-\d\d/.test(given) && !Number.isNaN(time.getTime())) return time.toISOString()
  throw new Usage(say(shell.language, 'cli.badTime', { option }))
}

type Listed = Node & { said: Said[] }
export type Page = {
  totalCount: number
  hasNextPage: boolean
  endCursor: string | null
  edges: { node: Listed }[]
}
export const ENTITY_PAGE =
  '{ totalCount hasNextPage endCursor edges { node { id kind label said { field disputed values { value offices } } } } }'

/** A page of entities with the fields of their descriptions that matter most for `kind`. */
export function entityTable(shell: Shell, kind: Kind, page: Page, fields: string[]): void {
  const { language } = shell
  const head = ['codeName', ...fields, 'id'].map((field) => fieldName(language, field))
  const rows = page.edges.map(({ node }) => [
    called(node),
    ...fields.map((field) =>
      saidOf(node, field)
        .map((value) => worded(language, kind, field, value))
        .join('\n'),
    ),
    node.id,
  ])
  table(shell, head, rows)
  more(shell, page)
}

const saidOf = ({ said }: Listed, field: string): string[] =>
  said.find((one) => one.field === field)?.values.map(({ value }) => value) ?? []

/** How the next page is asked for. */
export function more(
  shell: Shell,
  { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null },
): void {
  if (hasNextPage && endCursor) shell.line(say(shell.language, 'cli.morePages', { cursor: endCursor }))
}

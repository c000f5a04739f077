import type { Kind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import {
  type Description,
  descriptionFields,
  descriptionTable,
  type Node,
  RELATION,
  type Relation,
  relationsByType,
  SAID,
  type Said,
  saidTable,
  titleOf,
} from './claims.ts'
import type { Options } from './command.ts'
import { named } from './names.ts'
import { moment } from './page.ts'
import type { Shell } from './shell.ts'
import { heading } from './table.ts'

export type Thing = Node & { more: boolean; said: Said[]; descriptions: Description[]; relations: Relation[] }

/** What every kind is asked for: what is said of it, by whom, and every relation. */
export const thingFields = (kind: Kind): string =>
  `id kind label more said ${SAID} descriptions ${descriptionFields(kind)} relations ${RELATION}`

/** One entity by name or id. Throws NOT_FOUND: hidden and absent are one answer. */
export async function thing<T extends Thing>(
  shell: Shell,
  name: string,
  asked: { kind: Kind; field: string; more?: string },
  options: Options,
): Promise<T> {
  const { kind, field, more = '' } = asked
  const { id } = await named(shell, name, [kind])
  const query = `query ${field}Show($id: ID!, $asOf: Time) { ${field}(id: $id, asOf: $asOf) { ${thingFields(kind)} ${more} } }`
  const answer = await shell.ask<Record<string, T | null>>(query, { id, ...moment(shell, options) })
  const found = answer[field]
  if (!found) throw new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
  return found
}

export function showDescriptions(shell: Shell, one: Thing): void {
  saidTable(shell, one.kind, one.said)
  if (one.descriptions.length === 0) return
  heading(shell, say(shell.language, 'cli.headDescriptions'))
  descriptionTable(shell, one.kind, one.descriptions)
}

export function showRelations(shell: Shell, one: Thing): void {
  relationsByType(shell, one.relations)
  if (one.more) shell.line(say(shell.language, 'cli.tooManyRelations', { count: one.relations.length }))
}

export function showThing(shell: Shell, one: Thing): void {
  titleOf(shell, one)
  showDescriptions(shell, one)
  showRelations(shell, one)
}

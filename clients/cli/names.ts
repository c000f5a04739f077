import { KINDS, type Kind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { EntityId } from '../../schema/wire/report.ts'
import { say } from '../../schema/words/index.ts'
import { coded, type Node } from './claims.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

type Page = { edges: { node: Node }[] }

/**
 * The entity of one of `kinds` that a person means: an id is taken as it is, a code name is looked up. Of an id the
 * kind is known only where one is possible.
 * @throws Fault NOT_FOUND; Usage with the candidates and their ids where several have that name
 */
export async function named(
  shell: Shell,
  name: string,
  kinds: readonly Kind[] = KINDS,
): Promise<{ id: string; kind: Kind | null }> {
  if (EntityId.safeParse(name).success) return { id: name, kind: kinds.length === 1 ? kinds[0]! : null }
  const nodes = await likeNamed(shell, name, kinds)
  const exact = nodes.filter(({ label }) => label === name)
  const found =
    exact.length > 0 ? exact : nodes.filter(({ label }) => label?.toLowerCase() === name.toLowerCase())
  if (found.length === 1) return found[0]!
  if (found.length === 0 && nodes.length === 0)
    throw new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
  const candidates = (found.length > 0 ? found : nodes).map(
    ({ id, kind, label }) => `  ${id}  ${coded(shell.language, 'Kind', kind)}  ${label}`,
  )
  const key = found.length > 0 ? 'cli.ambiguous' : 'cli.noExact'
  throw new Usage(`${say(shell.language, key, { name })}\n${candidates.join('\n')}`)
}

async function likeNamed(shell: Shell, name: string, kinds: readonly Kind[]): Promise<Node[]> {
  const fields = kinds.map(
    (kind) => `${kind}: entities(kind: ${kind}, name: $name, first: 20) { edges { node { id kind label } } }`,
  )
  const pages = await shell.ask<Record<string, Page>>(`query named($name: String) { ${fields.join(' ')} }`, {
    name,
  })
  return kinds.flatMap((kind) => pages[kind]!.edges.map(({ node }) => node))
}

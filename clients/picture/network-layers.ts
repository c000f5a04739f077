import { type Kind, type Language, LEVELS, type Level } from '../../schema/wire/codes.ts'
import { label, say } from '../../schema/words/index.ts'
import type { PictureClaim } from './network-lines.ts'

/** An entity as a picture needs it. `states` are an actor's protected states: law 6 asks for them. */
export type PictureNode = { id: string; kind: Kind; label: string | null; states: readonly string[] }

/** What an entity is called in a picture: its code name, else its id. */
export const nameOf = ({ label: name, id }: { label: string | null; id: string }): string =>
  name?.trim() || id

/** States that no export carries, nor the person in them (law 6). Who is also a migrant is an actor for what he does. */
const NEVER_DRAWN = ['COERCED', 'MINOR']

/**
 * What may be drawn: without protected persons, whatever is claimed of them, and whatever hung on them alone stays as it
 * is. The picture does not say whether there were any.
 */
export function drawable<N extends PictureNode>(
  nodes: readonly N[],
  claims: readonly PictureClaim[],
): { nodes: N[]; claims: PictureClaim[]; leftOut: number } {
  const unique = [...new Map(nodes.map((one) => [one.id, one])).values()]
  const left = unique.filter(({ states }) => !states.some((state) => NEVER_DRAWN.includes(state)))
  const drawn = new Set(left.map(({ id }) => id))
  return {
    nodes: left.sort((a, b) => (a.id < b.id ? -1 : 1)),
    claims: claims.filter(({ from, to }) => drawn.has(from) && drawn.has(to)),
    leftOut: unique.length - left.length,
  }
}

/** From the top of a picture: levels first, then what is no actor. */
export const LAYERS = [
  ...(['L3', 'L2', 'L1', 'LX'] as const),
  ...([
    'ACTOR',
    'NETWORK',
    'ROUTE',
    'LEG',
    'PLACE',
    'INCIDENT',
    'MODUS_OPERANDI',
    'VEHICLE',
    'CRIME',
  ] as const),
]
export type Layer = (typeof LAYERS)[number]

const isLevel = (layer: string): layer is Level => (LEVELS as readonly string[]).includes(layer)

export function layerName(language: Language, layer: Layer): string {
  if (isLevel(layer)) return label(language, 'Level', layer)
  return layer === 'ACTOR' ? say(language, 'picture.noLevel') : label(language, 'Kind', layer)
}

/**
 * Every level that is claimed of each actor, highest first, unknown last: in `focus` where that is a network of which he
 * is claimed to be a member, else in any. None is preferred: law 8.
 */
export function levelsOf(claims: readonly PictureClaim[], focus: string | null): Map<string, Level[]> {
  const memberships = claims.filter(({ type, level }) => type === 'MEMBER_OF' && level)
  const found = new Map<string, Level[]>()
  for (const [id, all] of Map.groupBy(memberships, ({ from }) => from)) {
    const here = all.filter(({ to }) => to === focus)
    const said = new Set((here.length > 0 ? here : all).map(({ level }) => level!))
    const levels = LAYERS.filter(isLevel).filter((level) => said.has(level))
    if (levels.length > 0) found.set(id, levels)
  }
  return found
}

/** In which layer each node stands: an actor in that of the highest level that is claimed of him. */
export function layersOf<N extends PictureNode>(
  nodes: readonly N[],
  levels: ReadonlyMap<string, readonly Level[]>,
): { layer: Layer; nodes: N[] }[] {
  const layers = Map.groupBy(
    nodes,
    ({ id, kind }): Layer => (kind === 'ACTOR' ? (levels.get(id)?.[0] ?? 'ACTOR') : kind),
  )
  return LAYERS.flatMap((layer) => {
    const all = layers.get(layer)
    return all ? [{ layer, nodes: all }] : []
  })
}

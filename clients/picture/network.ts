import type { Kind, Language, Level } from '../../schema/wire/codes.ts'
import { RELATION_KINDS, RELATIONS } from '../../schema/wire/model.ts'
import { label, say, words } from '../../schema/words/index.ts'
import { INKS, PAPERS } from './colours.ts'
import { framed, type LegendItem } from './frame.ts'
import { drawable, layerName, layersOf, levelsOf, nameOf, type PictureNode } from './network-layers.ts'
import { CELL, layOut, type Places } from './network-layout.ts'
import {
  bent,
  countAt,
  drawLine,
  type Line,
  linesOf,
  type PictureClaim,
  sampleLine,
} from './network-lines.ts'
import { nodeShape, RADIUS, styleOf } from './network-styles.ts'
import type { Stamp } from './stamp.ts'
import { el, lineHeight, type Markup, type Point, textWidth, together, wrapped, written } from './svg.ts'

export type NetworkPicture = {
  language: Language
  title: string
  /** What the picture is about. */
  focus: string | null
  nodes: readonly PictureNode[]
  claims: readonly PictureClaim[]
  /** Coordinates of a former picture, by id. */
  kept?: Places | undefined
  /** Whether there is more than was asked for. */
  isCut?: boolean
  stamp: Stamp
}

/** Room for the names of the layers, left of the nodes. */
const ASIDE = 132
const SMALL = 11
/** How many names of a layer stand in the description. */
const NAMED = 12

/**
 * Entities and the claims between them as one SVG document: the same bytes for the same content, in whatever order it
 * comes. `places` are the coordinates of this picture and of `kept`, for the next one. Protected persons are not drawn.
 */
export function drawNetwork(picture: NetworkPicture): { svg: string; places: Places; leftOut: number } {
  const { language, focus, kept = {} } = picture
  const { nodes, claims, leftOut } = drawable(picture.nodes, picture.claims)
  const levels = levelsOf(claims, focus)
  const layers = layersOf(nodes, levels)
  const lines = linesOf(claims)
  const places = layOut({
    layers: layers.map((one) => one.nodes.map(({ id }) => id)),
    ties: lines.map(({ from, to }) => [from, to] as const),
    kept,
  })
  const size = sizeOf(places)
  const labels = new Map(nodes.map((node) => [node.id, labelOf(node, levels.get(node.id))]))
  const standing = new Map(
    nodes.map(({ id }) => [id, { ...places.get(id)!, ...labels.get(id)!.room }] as const),
  )
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]))
  const body = together([
    ...bands(language, layers, places, size.width),
    el(
      'g',
      { transform: `translate(${ASIDE} 0)` },
      together([
        ...bent(lines, standing).map((one) =>
          drawLine(one, aboutLine(language, one.line, names), standing.values()),
        ),
        ...nodes.map((node) => drawNode(node, places.get(node.id)!, labels.get(node.id)!, node.id === focus)),
        ...(nodes.length === 0 ? [nothing(language)] : []),
      ]),
    ),
  ])
  const svg = framed({
    language,
    title: picture.title,
    desc: describe(language, layers, lines),
    stamp: picture.stamp,
    body,
    width: size.width + ASIDE,
    height: size.height,
    legend: legendOf(language, layers, lines),
    notes: notesOf(language, picture),
  })
  return { svg, places: sortedPlaces({ ...kept, ...Object.fromEntries(places) }), leftOut }
}

function sizeOf(places: ReadonlyMap<string, Point>): { width: number; height: number } {
  let [right, bottom]: [number, number] = [CELL.width * 4, CELL.height]
  for (const { x, y } of places.values()) {
    right = Math.max(right, x + CELL.width / 2)
    bottom = Math.max(bottom, y + CELL.height / 2)
  }
  return { width: right, height: bottom + 16 }
}

/** Coordinates as they are kept: to a tenth, by id. */
function sortedPlaces(places: Places): Places {
  const round = (value: number) => Math.round(value * 10) / 10
  return Object.fromEntries(
    Object.entries(places)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { x, y }]) => [id, { x: round(x), y: round(y) }]),
  )
}

type Layers = ReturnType<typeof layersOf<PictureNode>>

/** A stripe behind each layer, with its name; none where kept coordinates have mixed the layers. */
function bands(
  language: Language,
  layers: Layers,
  places: ReadonlyMap<string, Point>,
  width: number,
): Markup[] {
  const rows = layers.map(({ layer, nodes }) => {
    const ys = nodes.map(({ id }) => places.get(id)!.y)
    return { layer, top: Math.min(...ys) - CELL.height / 2, bottom: Math.max(...ys) + CELL.height / 2 }
  })
  const isMixed = rows.some((row, i) => i > 0 && row.top < rows[i - 1]!.bottom - 1)
  if (isMixed) return []
  return rows.map(({ layer, top, bottom }, i) =>
    el(
      'g',
      {},
      el('rect', {
        ...{ x: 0, y: top + 8, width: width + ASIDE, height: bottom - top },
        fill: i % 2 === 0 ? PAPERS.band : PAPERS.paper,
      }),
      written(wrapped(layerName(language, layer), ASIDE - 14, SMALL), {
        ...{ x: 8, y: top + CELL.height / 2, size: SMALL, fill: INKS.ink, weight: 'bold' },
      }),
    ),
  )
}

type Label = { name: string[]; levels: string[]; room: { half: number; foot: number } }

/** What stands below a node, and the room it takes. */
function labelOf(node: PictureNode, levels: readonly Level[] = []): Label {
  const name = wrapped(nameOf(node), CELL.width - 12, SMALL, 2)
  const said = levels.length > 0 ? [levels.join(' / ')] : []
  const all = [...name, ...said]
  const half = Math.max(0, ...all.map((line) => textWidth(line, SMALL))) / 2 + 3
  return { name, levels: said, room: { half, foot: RADIUS + 6 + all.length * lineHeight(SMALL) } }
}

function drawNode(node: PictureNode, { x, y }: Point, label_: Label, isCentre: boolean): Markup {
  const { name, levels, room } = label_
  const style = { x, size: SMALL, anchor: 'middle' as const }
  const foot = y + RADIUS + 13
  const plate = { x: x - room.half, y: y + RADIUS + 3, width: 2 * room.half, height: room.foot - RADIUS - 3 }
  return el(
    'g',
    {},
    el('title', {}, [nameOf(node), ...levels].join(' · ')),
    el('rect', { ...plate, rx: 3, fill: PAPERS.paper, 'fill-opacity': '0.85' }),
    ...(isCentre
      ? [el('circle', { cx: x, cy: y, r: RADIUS + 5, fill: PAPERS.paper, stroke: INKS.ink })]
      : []),
    nodeShape(node.kind, { x, y }, isCentre),
    written(name, { ...style, y: foot, fill: INKS.ink, ...(isCentre && { weight: 'bold' as const }) }),
    written(levels, { ...style, y: foot + name.length * lineHeight(SMALL), fill: INKS.grey }),
  )
}

const nothing = (language: Language): Markup =>
  written([say(language, 'picture.nothingDrawn')], { x: 0, y: 50, size: 13, fill: INKS.grey })

function typeName(language: Language, type: string): string {
  const kind = RELATION_KINDS.find((one) => RELATIONS[one].type === type)
  return kind ? words(language).relations[kind] : type
}

function aboutLine(language: Language, { type, from, to, claims }: Line, names: Map<string, string>): string {
  const graded = claims.map(({ source, information }) => `${source}${information.slice(1)}`)
  const count = say(language, 'picture.claimsOf', { count: claims.length })
  const which = [...new Set(graded)].sort().join(', ')
  return `${names.get(from)} ${typeName(language, type)} ${names.get(to)} · ${count} · ${which}`
}

const typesOf = (lines: readonly Line[]): string[] => [...new Set(lines.map(({ type }) => type))].sort()

function describe(language: Language, layers: Layers, lines: readonly Line[]): string {
  if (layers.length === 0) return say(language, 'picture.nothingDrawn')
  const nodes = layers.map(({ layer, nodes: all }) => {
    const named = all.slice(0, NAMED).map((node) => nameOf(node))
    const shown = `${named.join(', ')}${all.length > NAMED ? ', …' : ''}`
    const counted = say(language, 'picture.layer', { layer: layerName(language, layer), count: all.length })
    return `${counted} (${shown})`
  })
  const tied = typesOf(lines).map((type) => {
    const count = lines.filter((one) => one.type === type).reduce((sum, { claims }) => sum + claims.length, 0)
    const layer = typeName(language, type)
    return say(language, 'picture.layer', { layer, count })
  })
  return say(language, 'picture.networkDesc', { nodes: nodes.join('; '), lines: tied.join('; ') || '–' })
}

function legendOf(language: Language, layers: Layers, lines: readonly Line[]): LegendItem[] {
  const kinds = [...new Set(layers.flatMap(({ nodes }) => nodes.map(({ kind }) => kind)))]
  const shape = (kind: Kind) => nodeShape(kind, { x: 17, y: 10 }, false, 8)
  const plain = { ink: INKS.ink, width: 1.5 }
  return [
    ...kinds.map((kind) => ({ mark: shape(kind), text: label(language, 'Kind', kind) })),
    ...typesOf(lines).map((type) => ({ mark: sampleLine(styleOf(type)), text: typeName(language, type) })),
    ...(lines.length === 0
      ? []
      : [
          { mark: sampleLine(plain), text: say(language, 'picture.solid') },
          { mark: sampleLine(plain, false), text: say(language, 'picture.dashed') },
        ]),
    ...(lines.some(({ claims }) => claims.length > 1)
      ? [
          {
            mark: together([sampleLine(plain), countAt({ x: 17, y: 10 }, 3, plain)]),
            text: say(language, 'picture.several'),
          },
        ]
      : []),
  ]
}

function notesOf(language: Language, { isCut }: NetworkPicture): string[] {
  const keys = ['picture.levels', 'picture.protectedLeftOut'] as const
  const notes = keys.map((key) => say(language, key))
  return isCut ? [say(language, 'picture.cut'), ...notes] : notes
}

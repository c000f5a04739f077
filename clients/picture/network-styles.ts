import type { Kind } from '../../schema/wire/codes.ts'
import { INKS, PAPERS } from './colours.ts'
import { el, type Markup, num, type Point } from './svg.ts'

// What nodes and lines look like. Kinds differ by shape and types of line by the mark at their end: colour only helps.

/** Half the height of a node's shape, and how far from its middle a line ends. */
export const RADIUS = 13
export const GAP = RADIUS + 4

type Corners = readonly (readonly [number, number])[]

/** Corners in units of the radius; an actor is a circle. */
const SHAPES: Record<Exclude<Kind, 'ACTOR'>, Corners> = {
  NETWORK: around(6, 1.15, 0),
  ROUTE: [
    [-0.7, -0.7],
    [1.3, -0.7],
    [0.7, 0.7],
    [-1.3, 0.7],
  ],
  LEG: [
    [-1.1, -0.7],
    [0.5, -0.7],
    [1.2, 0],
    [0.5, 0.7],
    [-1.1, 0.7],
  ],
  PLACE: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  INCIDENT: [
    [0, -1.1],
    [1.1, 0.85],
    [-1.1, 0.85],
  ],
  MODUS_OPERANDI: [
    [0, -1.15],
    [1.15, 0],
    [0, 1.15],
    [-1.15, 0],
  ],
  VEHICLE: [
    [-0.6, -0.8],
    [0.6, -0.8],
    [1.2, 0.8],
    [-1.2, 0.8],
  ],
  CRIME: star(),
}

function around(count: number, radius: number, turn: number): Corners {
  return Array.from({ length: count }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / count
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const
  })
}

function star(): Corners {
  return Array.from({ length: 10 }, (_, i) => {
    const [angle, radius] = [-Math.PI / 2 + (Math.PI * i) / 5, i % 2 === 0 ? 1.25 : 0.6]
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const
  })
}

export const NODE_INKS: Record<Kind, string> = {
  ACTOR: INKS.ink,
  NETWORK: INKS.blue,
  ROUTE: INKS.green,
  LEG: INKS.green,
  PLACE: INKS.brown,
  INCIDENT: INKS.red,
  MODUS_OPERANDI: INKS.purple,
  VEHICLE: INKS.teal,
  CRIME: INKS.magenta,
}

/** The shape of a kind. What the picture is about has a thicker rim and a second one. */
export function nodeShape(kind: Kind, { x, y }: Point, isCentre = false, radius = RADIUS): Markup {
  const style = { fill: PAPERS.paper, stroke: NODE_INKS[kind], 'stroke-width': isCentre ? 3 : 1.8 }
  if (kind === 'ACTOR') return el('circle', { cx: x, cy: y, r: radius * 0.95, ...style })
  const points = SHAPES[kind].map(([dx, dy]) => `${num(x + dx * radius)},${num(y + dy * radius)}`).join(' ')
  return el('polygon', { points, ...style, 'stroke-linejoin': 'round' })
}

/** At the end of a line. `is` in its own frame: the line comes from the left and ends at 0. */
type Mark = { points?: Corners; dot?: number; isHollow?: boolean; isBar?: boolean }
export type LineStyle = { ink: string; width: number; isDouble?: boolean; isMutual?: boolean; mark?: Mark }

const ARROW: Corners = [
  [0, 0],
  [-9, -4.2],
  [-9, 4.2],
]
const OPEN_ARROW: Corners = [
  [-9, -4.5],
  [0, 0],
  [-9, 4.5],
]
const DIAMOND: Corners = [
  [0, 0],
  [-6, -4],
  [-12, 0],
  [-6, 4],
]
const SQUARE: Corners = [
  [0, -3.6],
  [-7.2, -3.6],
  [-7.2, 3.6],
  [0, 3.6],
]
const TWO_ARROWS: Corners = [
  [0, 0],
  [-8, -4.2],
  [-8, 0],
  [-16, -4.2],
  [-16, 4.2],
  [-8, 0],
  [-8, 4.2],
]

/** By the type of a relation, as the API names it. */
export const LINE_STYLES: Record<string, LineStyle> = {
  WORKS_WITH: { ink: INKS.ink, width: 2, isMutual: true },
  MEMBER_OF: { ink: INKS.blue, width: 1.5, mark: { points: ARROW } },
  USES: { ink: INKS.purple, width: 1.5, mark: { dot: 3.8, isHollow: true } },
  OPERATES: { ink: INKS.green, width: 1.5, mark: { points: SQUARE } },
  HAS_LEG: { ink: INKS.olive, width: 1.5, mark: { points: SQUARE, isHollow: true } },
  DEPARTS_FROM: { ink: INKS.brown, width: 1.5, mark: { isBar: true } },
  ARRIVES_AT: { ink: INKS.brown, width: 1.5, mark: { points: OPEN_ARROW, isHollow: true } },
  LINKED_TO: { ink: INKS.magenta, width: 1.5, mark: { points: DIAMOND } },
  SAME_AS: { ink: INKS.rust, width: 1.2, isDouble: true, isMutual: true },
  LOCATED_AT: { ink: INKS.teal, width: 1.5, mark: { dot: 4 } },
  INVOLVED_IN: { ink: INKS.red, width: 1.5, mark: { points: DIAMOND, isHollow: true } },
  SUCCEEDS: { ink: INKS.navy, width: 1.5, mark: { points: TWO_ARROWS } },
}
export const styleOf = (type: string): LineStyle =>
  LINE_STYLES[type] ?? { ink: INKS.grey, width: 1.5, mark: { points: ARROW } }

/** The mark of a line that ends at `end`, coming in the direction `angle`. */
export function endMark({ mark, ink }: LineStyle, end: Point, angle: number): Markup[] {
  if (!mark) return []
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const at = ([x, y]: readonly [number, number]) =>
    `${num(end.x + x * cos - y * sin)},${num(end.y + x * sin + y * cos)}`
  const style = { stroke: ink, 'stroke-width': 1.4, fill: mark.isHollow ? PAPERS.paper : ink }
  if (mark.isBar)
    return [el('polyline', { points: `${at([-1, -5])} ${at([-1, 5])}`, ...style, 'stroke-width': 2.4 })]
  if (mark.dot !== undefined)
    return [el('circle', { cx: end.x - mark.dot * cos, cy: end.y - mark.dot * sin, r: mark.dot, ...style })]
  const points = mark.points!.map(at).join(' ')
  if (mark.points === OPEN_ARROW)
    return [el('polyline', { points, ...style, fill: 'none', 'stroke-width': 1.8 })]
  return [el('polygon', { points, ...style })]
}

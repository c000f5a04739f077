import { FRAME } from './map-places.ts'
import type { Point } from './svg.ts'

export type Box = { x: number; y: number; width: number; height: number }

const overlap = (one: Box, other: Box): number =>
  Math.max(0, Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)) *
  Math.max(0, Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y))

/** How much of a box lies outside the frame. */
const outside = (box: Box): number =>
  box.width * box.height - overlap(box, { x: 2, y: 2, width: FRAME.width - 4, height: FRAME.height - 4 })

/** The first of the boxes that hides nothing of what is `taken`, else the one that hides least; it is taken then. */
export function freeOf(candidates: readonly Box[], taken: Box[]): Box {
  const hides = (box: Box) => taken.reduce((sum, one) => sum + overlap(box, one), 2 * outside(box))
  let [best, least] = [candidates[0]!, Number.POSITIVE_INFINITY]
  for (const box of candidates) {
    const cost = hides(box)
    // What is nothing but for the last bits of a float is nothing: the nearer place wins.
    if (cost > least - 0.01) continue
    best = box
    least = cost
  }
  taken.push(best)
  return best
}

/** Where a label may stand beside a mark: right, left, above, below, then the corners, then farther off. */
export function beside({ x, y }: Point, width: number, height: number): Box[] {
  const boxes: Box[] = []
  for (const gap of [8, 16, 26, 40]) {
    const [right, left, middle] = [x + gap, x - gap - width, x - width / 2]
    const [above, below, level] = [y - gap - height, y + gap, y - height / 2]
    for (const [at, top] of [
      ...[
        [right, level],
        [left, level],
        [middle, above],
        [middle, below],
      ],
      ...[
        [right, above],
        [right, below],
        [left, above],
        [left, below],
      ],
    ] as [number, number][])
      boxes.push({ x: at, y: top, width, height })
  }
  return boxes
}

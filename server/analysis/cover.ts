import type { Span } from './span-set.ts'

/** What is known of the arrivals at one node: over `from`…`to` one can have left the source at `min(start, arrival − length)`. */
export type Known = Span & { start: number; length: number }

/**
 * Keeps what is new and gives its parts that allow a later start than all known before, in order; times are whole. Linear in what
 * is known of the node; what is nowhere better is forgotten.
 */
export function addKnown(known: Known[], fresh: Known): Span[] {
  let pieces: Span[] = [{ from: fresh.from, to: fresh.to }]
  for (const one of known) {
    const { from, to } = asGood(one, fresh)
    if (from <= to) pieces = pieces.flatMap((piece) => without(piece, from, to))
    if (pieces.length === 0) return pieces
  }
  const kept = known.filter((one) => {
    const worse = asGood(fresh, one)
    return !(worse.from <= one.from && worse.to >= one.to)
  })
  known.splice(0, known.length, ...kept, fresh)
  return pieces
}

/** Where min(one.start, a − one.length) ≥ min(other.start, a − other.length), for arrivals a of both. */
function asGood(one: Known, other: Known): Span {
  if (one.length > other.length && one.start < other.start) return { from: 1, to: 0 }
  const from = Math.max(one.from, other.from)
  const to = Math.min(one.to, other.to)
  if (one.length > other.length) return { from: Math.max(from, other.start + one.length), to }
  if (one.start < other.start) return { from, to: Math.min(to, one.start + other.length) }
  return { from, to }
}

function without(piece: Span, from: number, to: number): Span[] {
  if (to < piece.from || from > piece.to) return [piece]
  const left = { from: piece.from, to: from - 1 }
  const right = { from: to + 1, to: piece.to }
  return [left, right].filter((part) => part.from <= part.to)
}

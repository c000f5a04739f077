/** A part of a span of arrivals that nothing found before is as good as. */
export type Piece = { from: number; to: number }

/**
 * What is known of the arrivals at one node: over `from`…`to` one can have left the source at `min(start, arrival − length)`. For
 * questions that do not ask when one left, `start` is infinite and `length` is minus infinite: being there is all.
 */
export type Known = Piece & { start: number; length: number }

/**
 * Keeps what is new and gives its parts that are better than all known before, in order; times are whole. Linear in what is
 * known of the node, which is merged where it can be.
 */
export function addTo(known: Known[], fresh: Known): Piece[] {
  let pieces: Piece[] = [{ from: fresh.from, to: fresh.to }]
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
  if (fresh.start === Number.POSITIVE_INFINITY) merge(known)
  return pieces
}

/** Where being in one is as good as in another. */
function asGood(one: Known, other: Known): Piece {
  const from = Math.max(one.from, other.from)
  const to = Math.min(one.to, other.to)
  // min(one.start, a − one.length) ≥ min(other.start, a − other.length), for which arrivals a?
  const least = one.length > other.length ? other.start + one.length : from
  const most = one.start < other.start ? one.start + other.length : to
  if (one.length > other.length && one.start < other.start) return { from: 1, to: 0 }
  return { from: Math.max(from, least), to: Math.min(to, most) }
}

function without(piece: Piece, from: number, to: number): Piece[] {
  if (to < piece.from || from > piece.to) return [piece]
  const left = { from: piece.from, to: from - 1 }
  const right = { from: to + 1, to: piece.to }
  return [left, right].filter((part) => part.from <= part.to)
}

/** Joins what overlaps or touches, where all of it is as good. */
function merge(known: Known[]): void {
  known.sort((one, other) => one.from - other.from)
  let last = 0
  for (let at = 1; at < known.length; at++) {
    if (known[at]!.from <= known[last]!.to + 1) known[last]!.to = Math.max(known[last]!.to, known[at]!.to)
    else known[++last] = known[at]!
  }
  known.length = last + 1
}

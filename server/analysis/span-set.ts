/** Whole times from one to another, both included. */
export type Span = { from: number; to: number }

/** A set of whole times: spans in order, of which no two overlap or touch. */
export type SpanSet = { from: number[]; to: number[] }

export const noSpans = (): SpanSet => ({ from: [], to: [] })

/** Adds a span and gives its parts that were not in the set, in order. O(log spans), and what it joins. */
export function addSpan(set: SpanSet, { from, to }: Span): Span[] {
  const begin = firstEndingFrom(set, from - 1)
  const fresh: Span[] = []
  let [at, next] = [begin, from]
  for (; at < set.from.length && set.from[at]! <= to + 1; at++) {
    if (next < set.from[at]!) fresh.push({ from: next, to: set.from[at]! - 1 })
    next = Math.max(next, set.to[at]! + 1)
  }
  if (next <= to) fresh.push({ from: next, to })
  const joined = at - begin
  const least = joined > 0 ? Math.min(from, set.from[begin]!) : from
  const most = joined > 0 ? Math.max(to, set.to[at - 1]!) : to
  set.from.splice(begin, joined, least)
  set.to.splice(begin, joined, most)
  return fresh
}

function firstEndingFrom({ to }: SpanSet, time: number): number {
  let [low, high] = [0, to.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (to[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

import { firstFrom } from './earliest.ts'
import {
  entry,
  type Family,
  isOutdone,
  opened,
  type Search,
  type State,
  settle,
  take,
  windowOf,
} from './families.ts'
import { addSpan, noSpans, type Span } from './span-set.ts'
import { paced, type Watch } from './watch.ts'

/**
 * Finds families of walks, best first, and leaves out what is nowhere better than those found before: exact also where waits have an
 * end, when the first part of an earliest walk need not itself be earliest. Walks may pass a node twice: with an end to waits, to
 * forbid that is NP-hard (Casteigts, Himmel, Molter, Zschoche 2021, DOI 10.1007/s00453-021-00831-w).
 *
 * Where contacts stand at instants, each is used once: O(nodes + contacts · log contacts), as Bentert, Himmel, Nichterlein,
 * Niedermeier 2020 (DOI 10.1007/s41109-020-00311-0). Spans are not in that paper. With spans, durations and an end to waits
 * together, whether one can arrive at all is as hard as whether a sum can be paid in given coins; the work is then bounded by the whole
 * times of the interval, and by `limit`. Throws RangeError at the limit: no answer rather than a wrong one.
 */
export async function searchWalks(search: Search, watch: Watch = {}): Promise<Family[]> {
  const pace = paced(watch)
  const state = opened(search)
  let [popped, done] = [0, 0]
  for (let next = state.heap.pop(); next >= 0; next = state.heap.pop()) {
    const pause = pace(state.looked)
    popped++
    state.looked = 0
    if (pause) {
      done = Math.max(done, popped / (popped + state.heap.size()))
      watch.progress?.(done)
      await pause
    }
    const family = state.families[next]!
    if (search.by === 'START') {
      if (isOutdone(state, family)) continue
      settle(state, family)
    }
    if (family.node !== search.target) extend(state, family)
    else if (search.by !== 'START') break
  }
  watch.progress?.(1)
  return state.families
}

function extend(state: State, family: Family): void {
  const { waits, by } = state
  const { node, early, late } = family
  if (waits.most[node]! < waits.least[node]!) return
  const departures = { from: early + waits.least[node]!, to: late + waits.most[node]! }
  const fresh = by === 'START' ? [departures] : addSpan(entry(state.departed, node, noSpans), departures)
  for (const span of fresh) leaveIn(state, family, span)
}

function leaveIn(state: State, family: Family, { from, to }: Span): void {
  const { contacts, waits, open } = state
  const { node, start } = family
  const length = family.length + waits.least[node]!
  const reach = (contact: number) => {
    state.looked++
    const window = windowOf(state, contact, from, to)
    if (window.from > window.to || contacts.to[contact] === state.source) return false
    take(state, contact, window, { start: Math.min(start, window.to - length), length, parent: family })
    return true
  }
  const spans = contacts.spans[node]!
  for (let at = opening(open, firstFrom(contacts, node, from)); at < spans; at = opening(open, at + 1)) {
    if (contacts.first[at]! > to) break
    // One that leads back to the source, or arrives too late, is of use to nobody.
    if (!reach(at)) open[at] = at + 1
  }
  for (let at = spans; at < contacts.offsets[node + 1]! && contacts.first[at]! <= to; at++) reach(at)
}

/** Follows to what is still of use, and shortens the way (Tarjan 1975, by halving). */
function opening(open: Uint32Array, contact: number): number {
  let at = contact
  while (open[at] !== at) {
    open[at] = open[open[at]!]!
    at = open[at]!
  }
  return at
}

/** The contacts of a family, in order. */
export function rowOf(family: Family): number[] {
  const row: number[] = []
  for (let at: Family | null = family; at; at = at.parent) row.unshift(at.contact)
  return row
}

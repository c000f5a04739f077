import { type Contacts, compareContacts } from './contacts.ts'
import { heapOf } from './heap.ts'
import type { Leave, Waits } from './wait.ts'

/** The earliest arrival at each node, `Infinity` where there is none, and the contact by which it is reached. */
export type Arrivals = { arrival: Float64Array; by: Uint32Array }

export const NO_CONTACT = 0xffffffff

/**
 * Earliest arrivals where any wait may be as long as one likes: then to be somewhere earlier is never worse, so each node is done
 * once, in the order of arrival (Dijkstra 1959 over contacts; Wu, Cheng, Huang, Ke, Lu, Xu 2014, DOI 10.14778/2732939.2732945). Among
 * equal arrivals the one of fewer contacts on the way that was found, then the least contact. O(nodes + contacts · log contacts).
 */
export function earliestFree(contacts: Contacts, waits: Waits, source: number, leave: Leave): Arrivals {
  const { offsets, to, first, last, duration } = contacts
  const arrival = new Float64Array(contacts.nodes).fill(Number.POSITIVE_INFINITY)
  const hops = new Uint32Array(contacts.nodes)
  const by = new Uint32Array(contacts.nodes).fill(NO_CONTACT)
  const heap = heapOf()

  function offer(contact: number, arrives: number, count: number): void {
    const node = to[contact]!
    if (arrives === arrival[node]!) {
      if (count > hops[node]! || node === source) return
      if (count === hops[node]! && compareContacts(contacts, contact, by[node]!) >= 0) return
    }
    const isKnown = arrives === arrival[node]! && count === hops[node]!
    arrival[node] = arrives
    hops[node] = count
    by[node] = contact
    if (!isKnown) heap.push(arrives, count, node)
  }

  arrival[source] = leave.from
  heap.push(leave.from, 0, source)
  for (let node = heap.pop(); node >= 0; node = heap.pop()) {
    if (heap.first !== arrival[node] || heap.second !== hops[node]) continue
    const ready = heap.first + (node === source ? 0 : waits.least[node]!)
    const next = heap.second + 1
    const end = offsets[node + 1]!
    for (let at = firstFrom(contacts, node, ready); at < end; at++) {
      const departure = first[at]! > ready ? first[at]! : ready
      const arrives = departure + duration[at]!
      if (arrives <= arrival[to[at]!]! && arrives <= leave.to && departure <= last[at]!)
        offer(at, arrives, next)
    }
  }
  return { arrival, by }
}

/** The first of a node's contacts that is not over before a time: of instants the first from then on, and all spans. */
export function firstFrom({ offsets, spans, first }: Contacts, node: number, time: number): number {
  let [low, high] = [offsets[node]!, spans[node]!]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (first[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

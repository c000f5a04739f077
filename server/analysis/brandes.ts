/** What one thread needs to count: the arrays of the places, all on shared memory. */
export type Ground = {
  offsets: Uint32Array
  neighbours: Uint32Array
  via: Uint32Array
  weights: Float64Array
  pairs: number
}

/** Adds up sources `from` … `to − 1`: first the places, then the pairs, each unordered pair of ends counted twice. */
export type Count = (from: number, to: number) => Float64Array<ArrayBuffer>

const UNSEEN = 0xffffffff

/**
 * A counter of the shortest paths that run through places and pairs, by Brandes (2001, DOI 10.1080/0022250X.2001.9990249; for pairs
 * 2008, DOI 10.1016/j.socnet.2007.11.001), for places with weights: O(places + pairs) for each source. Ways are kept on the way out, so the way back
 * touches only those, and dividing what comes back by the number of paths once for each place leaves one product for each way.
 * It allocates the sums alone. Numbers of paths above 2^1023 make them infinite or no number.
 */
export function counterOf({ offsets, neighbours, via, weights, pairs }: Ground): Count {
  const places = offsets.length - 1
  const distance = new Uint32Array(places).fill(UNSEEN)
  const paths = new Float64Array(places)
  /** Of what lies behind a place, the share for one path to it. */
  const share = new Float64Array(places)
  const queue = new Uint32Array(places)
  const ways = new Uint32Array(pairs)
  const firstWay = new Uint32Array(places)

  /** How many places were reached and ways kept; both lists are in order of distance. */
  function goOut(source: number): [reached: number, kept: number] {
    let [tail, kept] = [1, 0]
    queue[0] = source
    distance[source] = 0
    paths[source] = 1
    for (let head = 0; head < tail; head++) {
      const place = queue[head]!
      const [further, ofPlace, end] = [distance[place]! + 1, paths[place]!, offsets[place + 1]!]
      firstWay[head] = kept
      for (let at = offsets[place]!; at < end; at++) {
        const next = neighbours[at]!
        const known = distance[next]!
        if (known === UNSEEN) {
          distance[next] = further
          paths[next] = ofPlace
          queue[tail++] = next
          ways[kept++] = at
        } else if (known === further) {
          paths[next]! += ofPlace
          ways[kept++] = at
        }
      }
    }
    return [tail, kept]
  }

  function comeBack(source: number, [reached, kept]: [number, number], sums: Float64Array): void {
    const weight = weights[source]!
    let way = kept - 1
    for (let head = reached - 1; head >= 0; head--) {
      const place = queue[head]!
      const [ofPlace, first] = [paths[place]!, firstWay[head]!]
      const factor = weight * ofPlace
      let behind = 0
      for (; way >= first; way--) {
        const at = ways[way]!
        const one = share[neighbours[at]!]!
        behind += one
        sums[places + via[at]!]! += factor * one
      }
      share[place] = weights[place]! / ofPlace + behind
      distance[place] = UNSEEN
      if (head > 0) sums[place]! += factor * behind
    }
  }

  return (from, to) => {
    const sums = new Float64Array(places + pairs)
    for (let source = from; source < to; source++) comeBack(source, goOut(source), sums)
    return sums
  }
}

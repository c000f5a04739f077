/** What one thread needs to count: the arrays of the places, all on shared memory. */
export type Ground = {
  offsets: Uint32Array
  neighbours: Uint32Array
  weights: Float64Array
}

/**
 * Adds up sources `from` … `to − 1`: first the places, then the ways, which are pairs in one direction, as they stand in `neighbours`. Each
 * unordered pair of ends is counted twice.
 */
export type Count = (from: number, to: number) => Float64Array<ArrayBuffer>

/**
 * A counter of the shortest paths that run through places and ways, by Brandes (2001, DOI 10.1080/0022250X.2001.9990249; for pairs
 * 2008, DOI 10.1016/j.socnet.2007.11.001), for places with weights: O(places + ways) for each source. Ways are kept on the way out, so the way back
 * touches only those, and dividing what comes back by the number of paths once for each place leaves one product for each way.
 * It allocates the sums alone, and its loops take no lists apart, which V8 was seen to do at a fifth of their time. Numbers of paths above 2^1023 make them infinite or no number.
 */
export function counterOf({ weights, ...ground }: Ground): Count {
  const [offsets, neighbours] = [signed(ground.offsets), signed(ground.neighbours)]
  const places = weights.length
  const isSmall = places < 0xffff
  const unseen = isSmall ? 0xffff : 0x7fffffff
  const distance = (isSmall ? new Uint16Array(places) : new Int32Array(places)).fill(unseen)
  const paths = new Float64Array(places)
  /** Of what lies behind a place, the share for one path to it. */
  const share = new Float64Array(places)
  const queue = new Int32Array(places)
  const ways = new Int32Array(neighbours.length / 2)
  const firstWay = new Int32Array(places)

  /** How many places were reached and ways kept; both lists are in order of distance. */
  function goOut(source: number): [reached: number, kept: number] {
    let tail = 1
    let kept = 0
    queue[0] = source
    distance[source] = 0
    paths[source] = 1
    for (let head = 0; head < tail; head++) {
      const place = queue[head]!
      const further = distance[place]! + 1
      const ofPlace = paths[place]!
      const end = offsets[place + 1]!
      firstWay[head] = kept
      for (let at = offsets[place]!; at < end; at++) {
        const next = neighbours[at]!
        const known = distance[next]!
        if (known === unseen) {
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
    const through = sums.subarray(places)
    let way = kept - 1
    for (let head = reached - 1; head >= 0; head--) {
      const place = queue[head]!
      const ofPlace = paths[place]!
      const first = firstWay[head]!
      const factor = weight * ofPlace
      let behind = 0
      for (; way >= first; way--) {
        const at = ways[way]!
        const one = share[neighbours[at]!]!
        behind += one
        through[at]! += factor * one
      }
      share[place] = weights[place]! / ofPlace + behind
      distance[place] = unseen
      if (head > 0) sums[place]! += factor * behind
    }
  }

  return (from, to) => {
    const sums = new Float64Array(places + neighbours.length)
    for (let source = from; source < to; source++) comeBack(source, goOut(source), sums)
    return sums
  }
}

/** Numbers here are below 2^31, and V8 reads signed ones without asking whether they are. */
const signed = ({ buffer, byteOffset, length }: Uint32Array) => new Int32Array(buffer, byteOffset, length)

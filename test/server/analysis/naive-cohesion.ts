// Distances and key-player measures by the definitions, on matrices and sets of bits: slow, and sharing nothing with the server.

export type Ties = readonly (readonly [number, number])[]

/** Distances by Floyd and Warshall 1962; Infinity without a path. The nodes of `gone` have none. */
export function distanceMatrix(nodes: number, ties: Ties, gone: ReadonlySet<number> = new Set()): number[][] {
  const matrix = Array.from({ length: nodes }, (_, one) =>
    Array.from({ length: nodes }, (_, other) => (one === other ? 0 : Number.POSITIVE_INFINITY)),
  )
  for (const [one, other] of ties)
    if (one !== other && !gone.has(one) && !gone.has(other)) {
      matrix[one]![other] = 1
      matrix[other]![one] = 1
    }
  for (let via = 0; via < nodes; via++)
    for (const row of matrix)
      for (let to = 0; to < nodes; to++) row[to] = Math.min(row[to]!, row[via]! + matrix[via]![to]!)
  return matrix
}

export type Values = { components: number; distances: number; reach: number; within: number }

/** F and DF without the set, R and m-reach of the set. */
export function valuesOf(nodes: number, ties: Ties, set: readonly number[], within: number): Values {
  const left = Array.from({ length: nodes }, (_, node) => node).filter((node) => !set.includes(node))
  const after = distanceMatrix(nodes, ties, new Set(set))
  const before = distanceMatrix(nodes, ties)
  const pairs = left.flatMap((one) =>
    left.filter((other) => other !== one).map((other) => after[one]![other]!),
  )
  const share = (sum: number) => (pairs.length === 0 ? 1 : 1 - sum / pairs.length)
  const from = before.map((row) => Math.min(...set.map((node) => row[node]!), Number.POSITIVE_INFINITY))
  return {
    components: share(pairs.filter(Number.isFinite).length),
    distances: share(pairs.reduce((sum, distance) => sum + 1 / distance, 0)),
    reach: nodes === 0 ? 0 : from.reduce((sum, distance) => sum + 1 / Math.max(1, distance), 0) / nodes,
    within: nodes === 0 ? 0 : from.filter((distance) => distance <= within).length / nodes,
  }
}

/** The best value of each measure over all sets of a size, each its own: exhaustive, for up to 14 nodes. */
export function bestValues(nodes: number, ties: Ties, size: number, within: number): Values {
  if (nodes > 14) throw new RangeError(`expected up to 14 nodes, got ${nodes}`)
  const beside = Array.from({ length: nodes }, () => 0)
  for (const [one, other] of ties)
    if (one !== other) {
      beside[one]! |= 1 << other
      beside[other]! |= 1 << one
    }
  const best: Values = { components: -1, distances: -1, reach: -1, within: -1 }
  for (let set = 0; set < 1 << nodes; set++) {
    if (bits(set) !== size) continue
    const values = { ...negative(beside, nodes, set), ...positive(beside, nodes, set, within) }
    for (const name of Object.keys(best) as (keyof Values)[]) best[name] = Math.max(best[name], values[name])
  }
  return best
}

const bits = (set: number): number => set.toString(2).replaceAll('0', '').length

/** The sets of nodes at distances 0, 1, 2 … from a set, inside `open`. */
function levels(beside: number[], open: number, from: number): number[] {
  const found = [from]
  let seen = from
  for (let level = from; level !== 0; found.push(level)) {
    let next = 0
    for (const [node, others] of beside.entries()) if (level & (1 << node)) next |= others
    level = next & open & ~seen
    seen |= level
  }
  return found
}

function negative(beside: number[], nodes: number, set: number) {
  const left = ((1 << nodes) - 1) & ~set
  const pairs = bits(left) * (bits(left) - 1)
  if (pairs === 0) return { components: 1, distances: 1 }
  let [connected, near] = [0, 0]
  for (let node = 0; node < nodes; node++) {
    if (!(left & (1 << node))) continue
    for (const [distance, level] of levels(beside, left, 1 << node).entries()) {
      if (distance === 0) continue
      connected += bits(level)
      near += bits(level) / distance
    }
  }
  return { components: 1 - connected / pairs, distances: 1 - near / pairs }
}

function positive(beside: number[], nodes: number, set: number, within: number) {
  let [reach, near] = [0, 0]
  for (const [distance, level] of levels(beside, (1 << nodes) - 1, set).entries()) {
    reach += bits(level) / Math.max(1, distance)
    if (distance <= within) near += bits(level)
  }
  return { reach: reach / nodes, within: near / nodes }
}

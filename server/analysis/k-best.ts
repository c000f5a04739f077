import { comparePaths, type Path, shortestPath } from './shortest.ts'
import { paced, type Watch } from './watch.ts'
import type { Ways } from './ways.ts'

/** A path, and up to which hop it is the same as the one that it branched from. */
type Candidate = { path: Path; branch: number }

/**
 * The k least paths without a cycle from one node to another, in the order of `comparePaths`; fewer where there are no more.
 * Two paths that pass the same nodes are one: parallel ties are claims of the same hop.
 *
 * Yen 1971 (DOI 10.1287/mnsc.17.11.712), branching only after the hop where a path itself branched off (Lawler 1972, DOI
 * 10.1287/mnsc.18.7.401). O(k · nodes · pairs · log pairs) at worst; in between it lets others have the thread. Throws
 * RangeError on an end that is no node or a k below 0, and the signal's reason.
 */
export async function kBestPaths(
  ways: Ways,
  source: number,
  target: number,
  k: number,
  watch: Watch = {},
): Promise<Path[]> {
  if (!(Number.isSafeInteger(k) && k >= 0))
    throw new RangeError(`expected a number of paths from 0, got ${k}`)
  const pace = paced(watch)
  const found: Path[] = []
  const candidates: Candidate[] = []
  const first = shortestPath(ways, source, target)
  if (first) candidates.push({ path: first, branch: 0 })
  while (found.length < k && candidates.length > 0) {
    const { path, branch } = takeLeast(candidates)
    found.push(path)
    if (found.length === k) break
    for (let hop = branch; hop < path.ties.length; hop++) {
      watch.progress?.((found.length - 1 + hop / path.ties.length) / k)
      await pace(4 * (ways.network.nodes + ways.network.pairs))
      const next = branched(ways, found, path, hop)
      if (next) candidates.push({ path: next, branch: hop })
    }
  }
  watch.progress?.(1)
  return found
}

/** No candidate comes twice: each shares a different beginning with all that are found, or leaves it by another tie. */
function takeLeast(candidates: Candidate[]): Candidate {
  let least = 0
  for (let at = 1; at < candidates.length; at++)
    if (comparePaths(candidates[at]!.path, candidates[least]!.path) < 0) least = at
  const [taken] = candidates.splice(least, 1)
  return taken!
}

/** The least path that goes with another up to a hop and there leaves all those found that go the same way so far. */
function branched(ways: Ways, found: Path[], path: Path, hop: number): Path | null {
  const isSameSoFar = ({ nodes }: Path) =>
    path.nodes.slice(0, hop + 1).every((node, at) => nodes[at] === node)
  const first = new Set(found.filter(isSameSoFar).map(({ ties }) => ties[hop]!))
  const passed = new Uint8Array(ways.network.nodes)
  for (const node of path.nodes.slice(0, hop)) passed[node] = 1
  const rest = shortestPath(ways, path.nodes[hop]!, path.nodes.at(-1)!, { nodes: passed, first })
  if (!rest) return null
  const weights = [...path.weights.slice(0, hop), ...rest.weights]
  return {
    nodes: [...path.nodes.slice(0, hop), ...rest.nodes],
    ties: [...path.ties.slice(0, hop), ...rest.ties],
    ranks: [...path.ranks.slice(0, hop), ...rest.ranks],
    weights,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
  }
}

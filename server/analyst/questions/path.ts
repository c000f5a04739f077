import type { PathResult } from '../../../schema/analysis/path.ts'
import type { PathQuestion } from '../../../schema/wire/analysis/path.ts'
import { kBestPaths } from '../../analysis/k-best.ts'
import type { Watch } from '../../analysis/watch.ts'
import { waysOf } from '../../analysis/ways.ts'
import { entityNumber } from '../ground.ts'
import type { Projection } from '../projection.ts'
import { pathsTold, takenGround, weightsAsked } from '../taken.ts'
import type { Told } from '../told.ts'

/** See `PathQuestion`. Throws NOT_FOUND for an end that is not in the view. */
export async function path(
  view: Projection,
  told: Told,
  asked: PathQuestion,
  watch: Watch,
): Promise<PathResult> {
  const [from, to] = [entityNumber(view, asked.from), entityNumber(view, asked.to)]
  const ground = takenGround(view, asked, new Set([from, to]))
  const weights = weightsAsked(view, ground, asked)
  // Rows stand in the order of claim ids.
  const ways = waysOf({ ...ground, rank: ground.rows, weights })
  const paths = await kBestPaths(ways, ground.nodeOf[from]!, ground.nodeOf[to]!, asked.most, watch)
  return {
    kind: 'path',
    ...{ from: told.node(from), to: told.node(to), claims: ground.rows.length },
    paths: pathsTold(ground, told, paths),
  }
}

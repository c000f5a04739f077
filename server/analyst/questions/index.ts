import type { Results } from '../../../schema/analysis.ts'
import type { Question, QuestionKind } from '../../../schema/wire/analysis/analysis.ts'
import type { Watch } from '../../analysis/watch.ts'
import type { Projection } from '../projection.ts'
import type { Told } from '../told.ts'
import { activity } from './activity.ts'
import { between } from './between.ts'
import { bypass } from './bypass.ts'
import { crimeMatrix } from './crime-matrix.ts'
import { displacement } from './displacement.ts'
import { disruption } from './disruption.ts'
import { facetTrend } from './facet-trend.ts'
import { flow } from './flow.ts'
import { keyPlayersAnswer } from './key-players.ts'
import { path } from './path.ts'
import { resurgence } from './resurgence.ts'
import { facetSearch, similar } from './similar.ts'
import { structure } from './structure.ts'
import { threatPicture } from './threat-picture.ts'
import { timePath } from './time-path.ts'

/**
 * How each question is answered from a view: a function of the view and the question alone, so that the answer is what an
 * instance would give that held nothing else. Whatever it names it names by `told`.
 */
export type Answering<K extends QuestionKind> = (
  view: Projection,
  told: Told,
  asked: Question<K>['asked'],
  watch: Watch,
) => Results[K] | Promise<Results[K]>

export const ANSWERS: { [K in QuestionKind]: Answering<K> } = {
  path,
  similar,
  facetSearch,
  structure,
  flow,
  activity,
  displacement,
  bypass,
  facetTrend,
  crimeMatrix,
  resurgence,
  between,
  timePath,
  keyPlayers: keyPlayersAnswer,
  disruption,
  threatPicture,
}

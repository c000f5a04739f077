import type { Language } from '../../schema/wire/codes.ts'
import { moment, say } from '../../schema/words/index.ts'
import type { PruningRecord } from '../core/erased.ts'

/** Says from which record on details are kept. */
export function prunedText(language: Language, { index, pruning }: PruningRecord): string {
  const time = moment(language, new Date(pruning.before))
  return say(language, 'cli.prunedBefore', { from: String(pruning.from), by: String(index), time })
}

import { decodeLeaf } from '../../schema/wire/audit-leaf.ts'
import { markIn } from '../../schema/wire/audit-pruning.ts'
import { moment, say } from '../../schema/words/index.ts'
import type { Shell } from './shell.ts'

/** What the leaves of an audit log say to everybody of details that are not kept any more. */
export type Kept = {
  take(entries: readonly Buffer[]): void
  /** How many records there are of erasures. */
  erasures(): number
  /** The last record of a pruning. */
  pruned(): { by: number; from: number; before: string } | null
}

/** Of a log of other entries it says nothing. */
export function openKept(): Kept {
  let erasures = 0
  let pruned: ReturnType<Kept['pruned']> = null
  return {
    take(entries) {
      for (const entry of entries) {
        const leaf = decodeLeaf(entry)
        if (leaf?.kind === 'ERASED') erasures += 1
        const mark = markIn(leaf)
        if (mark) pruned = { by: leaf!.index, from: mark.from, before: new Date(mark.before).toISOString() }
      }
    },
    erasures: () => erasures,
    pruned: () => pruned,
  }
}

export function tellKept({ language, line }: Shell, kept: Kept): void {
  const [count, pruned] = [kept.erasures(), kept.pruned()]
  if (count > 0) line(say(language, 'cli.logErasures', { count }))
  if (pruned === null) return
  const { from, by, before } = pruned
  const time = moment(language, new Date(before))
  line(say(language, 'cli.prunedBefore', { from: String(from), by: String(by), time }))
}

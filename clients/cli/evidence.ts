import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { type Relation, relationTable } from './claims.ts'
import type { Shell } from './shell.ts'
import { heading } from './table.ts'

// What stands behind the figures of an analysis, as people are shown it.

type Grades = { source: string; information: string }
export type EvidenceCount = {
  claims: number
  reports: number
  offices: number
  best: Grades | null
  worst: Grades | null
}
const GRADES = '{ source information }'
export const EVIDENCE = `{ claims reports offices best ${GRADES} worst ${GRADES} }`

/** How many claims there are, and between which gradings they lie. */
export function evidence(
  language: Language,
  { claims, reports, offices, best, worst }: EvidenceCount,
): string {
  if (!best || !worst) return say(language, 'cli.evidenceIsNone')
  return say(language, 'cli.evidenceIs', {
    ...{ claims, reports, offices },
    sources: between(best.source, worst.source),
    informations: between(best.information.slice(1), worst.information.slice(1)),
  })
}

/** The gradings alone: those of the source, and those of the information. */
export const grades = ({ best, worst }: EvidenceCount): string =>
  best && worst
    ? `${between(best.source, worst.source)} ${between(best.information.slice(1), worst.information.slice(1))}`
    : ''

const between = (one: string, other: string) => (one === other ? one : `${one}–${other}`)

/** Claims that an analysis opened, under a heading of their own; nothing where there are none. */
export function openedClaims(shell: Shell, title: string, claims: Relation[]): void {
  if (claims.length === 0) return
  heading(shell, title)
  relationTable(shell, claims)
}

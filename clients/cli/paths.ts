import { TIES, WEIGHTS } from '../../schema/wire/codes.ts'
import { RELATION_TYPES } from '../../schema/wire/model.ts'
import { say } from '../../schema/words/index.ts'
import { count } from './analysis.ts'
import { chosen, dayOf } from './choices.ts'
import {
  called,
  details,
  fieldName,
  grading,
  NODE,
  type Node,
  RELATION,
  type Relation,
  relationName,
  seen,
} from './claims.ts'
import { type Option, type Options, text } from './command.ts'
import { figure } from './figures.ts'
import type { Shell } from './shell.ts'
import { type Cell, heading, table } from './table.ts'

// What the commands about paths share: how they ask what counts, and how a path is shown.

export type Hop = { from: Node; to: Node; claims: Relation[]; reports: number }
export type FoundPath = { length: number; ofOneReport: number; hops: Hop[] }
export const FOUND_PATH = `{ length ofOneReport hops { length reports from ${NODE} to ${NODE} claims ${RELATION} } }`

export const TAKEN_OPTIONS: Option[] = [
  { flags: '--types <codes>', about: 'cli.optTypes', many: true },
  { flags: '--ties <codes>', about: 'cli.optTies', many: true },
]
export const WEIGHING_OPTIONS: Option[] = [
  { flags: '--weigh <codes>', about: 'cli.optWeigh', many: true },
  ...TAKEN_OPTIONS,
  { flags: '--on <day>', about: 'cli.optAgeOn' },
  { flags: '--half <days>', about: 'cli.optHalf' },
]

export const takenOf = (shell: Shell, options: Options) => ({
  types: chosen(shell, options, 'types', RELATION_TYPES),
  ties: chosen(shell, options, 'ties', TIES),
})

/** Age is counted from the day that is asked about, or today. */
export function weighingOf(shell: Shell, options: Options): Record<string, unknown> {
  const weigh = chosen(shell, options, 'weigh', WEIGHTS)
  const asOf = text(options, 'asOf')?.slice(0, 10)
  const today = new Date(shell.terminal.clock()).toISOString().slice(0, 10)
  const on = dayOf(shell, options, 'on') ?? asOf ?? today
  return {
    ...takenOf(shell, options),
    weigh,
    ...(weigh?.includes('RECENCY') && { on, half: count(shell, options, 'half', 1, 36_500) }),
  }
}

/** Paths under headings, hop by hop with the claims of each. */
export function showPaths(shell: Shell, paths: readonly FoundPath[]): void {
  const { language } = shell
  for (const { length, ofOneReport, hops } of paths) {
    heading(shell, [hops[0]!.from, ...hops.map(({ to }) => to)].map(called).join(' → '))
    const facts = { hops: hops.length, length: figure(language, length), alone: ofOneReport }
    shell.line(say(language, 'cli.pathIs', facts))
    hopTable(shell, hops)
  }
  shell.line()
  shell.line(say(language, paths.length > 0 ? 'cli.pathIsNoProof' : 'cli.noPath'))
}

/** One row for each claim; the hop stands beside its first. `first` puts a column before all others. */
export function hopTable<H extends Omit<Hop, 'reports'>>(
  shell: Shell,
  hops: readonly H[],
  first?: { head: string; of(hop: H): string },
): void {
  const { language } = shell
  const head = [
    ...(first ? [first.head] : []),
    ...[say(language, 'cli.headHop'), say(language, 'cli.headClaim'), ''],
    ...[say(language, 'cli.headSeen'), fieldName(language, 'reportedBy')],
  ]
  const rows = hops.flatMap((hop) =>
    hop.claims.map((claim, at) => {
      const step = [...(first ? [first.of(hop)] : []), `${called(hop.from)} → ${called(hop.to)}`]
      return [...(at === 0 ? step : step.map(() => '')), ...claimCells(shell, claim)]
    }),
  )
  table(shell, head, rows)
}

/** What is said, in which way, when, and by whom. */
export const claimCells = ({ language }: Shell, claim: Relation): Cell[] => [
  `${called(claim.from)} ${relationName(language, claim.type)} ${called(claim.to)}`,
  details(language, claim),
  seen(language, claim),
  `${claim.office}, ${grading(language, claim)}`,
]

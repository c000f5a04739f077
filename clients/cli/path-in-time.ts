import { TIME_AIMS, type TimeAim } from '../../schema/wire/codes.ts'
import { date, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { chosen, dayOf } from './choices.ts'
import { called, coded, NODE, type Node, RELATION, type Relation } from './claims.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { hopTable, TAKEN_OPTIONS, takenOf } from './paths.ts'
import type { Shell } from './shell.ts'
import { heading } from './table.ts'

type Walk = {
  departure: string
  arrival: string
  hops: { from: Node; to: Node; on: string; claims: Relation[] }[]
}
type Found = {
  from: Node
  to: Node
  since: string | null
  until: string | null
  dated: number
  undated: number
  walks: { by: TimeAim; walk: Walk | null }[]
}

export const timePathAnalysed: Analysed<Found> = {
  kind: 'timePath',
  fields: `{ from ${NODE} to ${NODE} since until dated undated walks { by walk { departure arrival
    hops { on reports from ${NODE} to ${NODE} claims ${RELATION} } } } }`,
  people(shell, { from, to, since, until, dated, undated, walks }) {
    const { language } = shell
    const day = (one: string | null) => (one ? date(language, one) : '…')
    const facts = { from: called(from), to: called(to), since: day(since), until: day(until), dated, undated }
    shell.line(say(language, 'cli.inTimeIs', facts))
    for (const { aims, walk } of byWalk(walks)) {
      heading(shell, aims.map((aim) => coded(language, 'TimeAim', aim)).join(', '))
      if (walk) showWalk(shell, walk)
      else shell.line(say(language, 'cli.noPath'))
    }
    shell.line()
    shell.line(say(language, 'cli.inTimeIsNoProof'))
  },
}

/** Several aims may be met by one way: it is shown once. */
function byWalk(walks: Found['walks']): { aims: TimeAim[]; walk: Walk | null }[] {
  const found = new Map<string, { aims: TimeAim[]; walk: Walk | null }>()
  for (const { by, walk } of walks) {
    const key = JSON.stringify(walk)
    const one = found.get(key) ?? { aims: [], walk }
    one.aims.push(by)
    found.set(key, one)
  }
  return [...found.values()]
}

function showWalk(shell: Shell, { departure, arrival, hops }: Walk): void {
  const { language } = shell
  shell.line(say(language, 'cli.walkIs', { from: date(language, departure), to: date(language, arrival) }))
  hopTable(shell, hops, { head: say(language, 'cli.headTaken'), of: ({ on }) => date(language, on) })
}

export const pathInTime: Command = {
  name: 'path in-time',
  about: 'cli.aboutPathInTime',
  args: ['<from>', '<to>'],
  options: [
    { flags: '--by <aims>', about: 'cli.optAims', many: true },
    { flags: '--since <day>', about: 'cli.optWalkSince' },
    { flags: '--until <day>', about: 'cli.optWalkUntil' },
    { flags: '--min-wait <days>', about: 'cli.optMinWait' },
    { flags: '--max-wait <days>', about: 'cli.optMaxWait' },
    ...TAKEN_OPTIONS,
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'path in-time Addax Barracuda', about: 'cli.tryPathInTime' },
    { line: 'path in-time Addax Barracuda --by FASTEST --max-wait 30', about: 'cli.tryPathFastest' },
  ],
  async run(shell, [from, to], options) {
    const question = {
      from: (await named(shell, from!)).id,
      to: (await named(shell, to!)).id,
      by: chosen(shell, options, 'by', TIME_AIMS),
      since: dayOf(shell, options, 'since'),
      until: dayOf(shell, options, 'until'),
      minWait: count(shell, options, 'minWait', 0, 36_500),
      maxWait: count(shell, options, 'maxWait', 0, 36_500),
      ...takenOf(shell, options),
    }
    await analyse(shell, timePathAnalysed, question, options)
  },
}

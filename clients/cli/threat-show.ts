import { label, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, grading, seen } from './claims.ts'
import type { Command, Option, Options } from './command.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'
import {
  descriptionText,
  figureLines,
  type Indicator,
  isSameGround,
  relationText,
  THREAT,
  type ThreatPicture,
} from './threat-figures.ts'

export const threatAnalysed: Analysed<ThreatPicture> = {
  kind: 'threatPicture',
  fields: THREAT,
  people: (shell, result) => sideBySide(shell, result),
}

function sideBySide(shell: Shell, { networks }: ThreatPicture): void {
  const { language } = shell
  const [first] = networks
  if (!first) return
  table(
    shell,
    [say(language, 'cli.headIndicator'), ...networks.map(({ network }) => called(network))],
    first.indicators.map(({ indicator }, at) => [
      label(language, 'ThreatIndicator', indicator),
      ...networks.map(({ indicators }) => figureLines(language, indicators[at]!).join('\n')),
    ]),
  )
  const leftOut = networks.reduce((sum, one) => sum + one.leftOut, 0)
  if (leftOut > 0) shell.line(say(language, 'cli.protectedMembers', { count: leftOut }))
  shell.line(say(language, 'cli.threatNote'))
}

/** The same, and every claim that is listed, indicator by indicator. */
const opened: Analysed<ThreatPicture> = {
  ...threatAnalysed,
  people(shell, result) {
    sideBySide(shell, result)
    for (const { network, indicators } of result.networks)
      for (const [at, one] of indicators.entries())
        if (one.claimCount > 0) showClaims(shell, called(network), one, indicators[at - 1])
  },
}

function showClaims(shell: Shell, name: string, one: Indicator, former: Indicator | undefined): void {
  const { language } = shell
  const value = label(language, 'ThreatIndicator', one.indicator)
  heading(shell, say(language, 'cli.fieldIs', { field: name, value }))
  if (isSameGround(one, former)) {
    shell.line(say(language, 'cli.sameClaims'))
    return
  }
  const rows = [
    ...one.relations.map((claim) => ({ claim, what: relationText(language, claim) })),
    ...one.descriptions.map((claim) => ({ claim, what: descriptionText(language, claim) })),
  ]
  table(
    shell,
    [say(language, 'cli.headClaim'), say(language, 'cli.headSeen'), say(language, 'cli.headWhoSays')],
    rows.map(({ claim, what }) => [
      what,
      seen(language, claim),
      `${claim.office}, ${grading(language, claim)}\n${claim.report}`,
    ]),
  )
  const more = one.claimCount - rows.length
  if (more > 0) shell.line(say(language, 'cli.moreClaims', { count: more }))
}

export const THREAT_OPTIONS: Option[] = [
  { flags: '--most <count>', about: 'cli.optMostClaims' },
  { flags: '--rounds <count>', about: 'cli.optRoundsFew' },
]

export async function threatQuestion(shell: Shell, names: string[], options: Options) {
  const networks = []
  for (const name of names.flat()) networks.push((await named(shell, name, ['NETWORK'])).id)
  return {
    networks,
    most: count(shell, options, 'most', 1, 100),
    rounds: count(shell, options, 'rounds', 0, 100),
  }
}

export const threatShow: Command = {
  name: 'threat show',
  about: 'cli.aboutThreatShow',
  args: ['<networks...>'],
  options: [{ flags: '--claims', about: 'cli.optThreatClaims' }, ...THREAT_OPTIONS, ...ANALYSIS_OPTIONS],
  examples: [
    { line: 'threat show Agadez-transport-2 Sabha-transport', about: 'cli.tryThreatShow' },
    { line: 'threat show Agadez-transport-2 --claims', about: 'cli.tryThreatClaims' },
  ],
  async run(shell, names, options) {
    const what = options.claims === true ? opened : threatAnalysed
    await analyse(shell, what, await threatQuestion(shell, names, options), options)
  },
}

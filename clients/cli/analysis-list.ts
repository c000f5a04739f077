import { Fault } from '../../schema/wire/fault.ts'
import { moment, say } from '../../schema/words/index.ts'
import { ANALYSIS_ROW, type Analysed, type AnalysisRow, showResult } from './analysis.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { crimeMatrixAnalysed } from './crime-matrix.ts'
import { displacementAnalysed } from './displacement-find.ts'
import { disruptionAnalysed } from './disruption-simulate.ts'
import { keyPlayersAnalysed } from './key-player-find.ts'
import { betweenAnalysed } from './path-between.ts'
import { pathAnalysed } from './path-find.ts'
import { timePathAnalysed } from './path-in-time.ts'
import { resurgenceAnalysed } from './resurgence-show.ts'
import { activityAnalysed } from './route-activity.ts'
import { bypassAnalysed } from './route-bypass.ts'
import { flowAnalysed } from './route-flow.ts'
import { facetTrendAnalysed } from './route-trend.ts'
import type { Shell } from './shell.ts'
import { facetSearchAnalysed, similarAnalysed } from './similarity-show.ts'
import { structureAnalysed } from './structure-show.ts'
import { table } from './table.ts'
import { threatAnalysed } from './threat-show.ts'

/** Every kind of analysis, as its own command shows it. */
const KINDS: readonly Analysed<never>[] = [
  pathAnalysed,
  structureAnalysed,
  timePathAnalysed,
  betweenAnalysed,
  similarAnalysed,
  facetSearchAnalysed,
  resurgenceAnalysed,
  keyPlayersAnalysed,
  disruptionAnalysed,
  flowAnalysed,
  activityAnalysed,
  displacementAnalysed,
  bypassAnalysed,
  facetTrendAnalysed,
  crimeMatrixAnalysed,
  threatAnalysed,
]

const LIST = `query analysisList { analyses { ${ANALYSIS_ROW} } }`
const OPEN = `query analysisOpen($id: ID!) { analysis(id: $id) { ${ANALYSIS_ROW} } }`
const CANCEL = `mutation analysisCancel($id: ID!) { cancelAnalysis(id: $id) { ${ANALYSIS_ROW} } }`

export const analysisList: Command = {
  name: 'analysis list',
  about: 'cli.aboutAnalysisList',
  examples: [{ line: 'analysis list', about: 'cli.tryAnalysisList' }],
  async run(shell) {
    const { analyses } = await shell.ask<{ analyses: AnalysisRow[] }>(LIST)
    shell.show(analyses, () => analysisTable(shell, analyses))
  },
}

function analysisTable(shell: Shell, analyses: readonly AnalysisRow[]): void {
  const { language } = shell
  const head = ['analysis', 'state', 'askedAt', 'id'].map((field) => fieldName(language, field))
  const rows = analyses.map(({ kind, question, state, progress, askedAt, fault, id }) => [
    `${kind} ${JSON.stringify(question)}`,
    [
      coded(language, 'AnalysisState', state),
      ...(state === 'RUNNING' ? [`${Math.round(progress * 100)} %`] : []),
      ...(fault ? [fault.code] : []),
    ].join('\n'),
    moment(language, new Date(askedAt)),
    id,
  ])
  table(shell, head, rows)
}

export const analysisShow: Command = {
  name: 'analysis show',
  about: 'cli.aboutAnalysisShow',
  args: ['<id>'],
  examples: [{ line: 'analysis show ID', about: 'cli.tryAnalysisShow' }],
  async run(shell, [id]) {
    const { analysis } = await shell.ask<{ analysis: AnalysisRow | null }>(OPEN, { id })
    const kind = KINDS.find((one) => one.kind === analysis?.kind)
    if (!analysis || !kind) throw notFound()
    if (analysis.state === 'DONE') return showResult(shell, kind, id!)
    shell.show(analysis, () => analysisTable(shell, [analysis]))
  },
}

export const analysisCancel: Command = {
  name: 'analysis cancel',
  about: 'cli.aboutAnalysisCancel',
  args: ['<id>'],
  examples: [{ line: 'analysis cancel ID', about: 'cli.tryAnalysisCancel' }],
  async run(shell, [id]) {
    const { cancelAnalysis } = await shell.ask<{ cancelAnalysis: AnalysisRow | null }>(CANCEL, { id })
    if (!cancelAnalysis) throw notFound()
    shell.show(cancelAnalysis, () => shell.line(say(shell.language, 'cli.analysisCancelled')))
  },
}

const notFound = () => new Fault('NOT_FOUND', 'expected an analysis of yours that is still kept')

import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { AnalysisState } from '../../schema/wire/codes.ts'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { flagOf, type Option, type Options, text } from './command.ts'
import { AS_OF, moment } from './page.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

// How every command that analyses asks: it starts the analysis, waits for it, and reads what came of it.

/** One kind of analysis: what of its result is asked for, and how people are shown it. */
export type Analysed<R> = {
  /** The name of the question in the API. */
  kind: string
  /** A selection on its result type, in braces. */
  fields: string
  people(shell: Shell, result: R): void
}

export type AnalysisRow = {
  id: string
  kind: string
  question: unknown
  state: AnalysisState
  progress: number
  askedAt: string
  asOf: string | null
  endedAt: string | null
  fault: { code: FaultCode; message: string } | null
}
export const ANALYSIS_ROW = 'id kind question state progress askedAt asOf endedAt fault { code message }'

export const ANALYSIS_OPTIONS: Option[] = [AS_OF, { flags: '--no-wait', about: 'cli.optNoWait' }]

const START = `mutation analysisStart($key: ID!, $analysis: AnalysisInput!, $asOf: Time) {
  startAnalysis(key: $key, analysis: $analysis, asOf: $asOf) { ${ANALYSIS_ROW} } }`
const STATE = `query analysisState($id: ID!) { analysis(id: $id) { ${ANALYSIS_ROW} } }`

/** Asks, waits and shows. With `--no-wait` it says under which id the analysis runs, for `analysis show`. */
export async function analyse<R>(
  shell: Shell,
  what: Analysed<R>,
  question: Record<string, unknown>,
  options: Options,
): Promise<void> {
  const begun = await started(shell, what, question, options)
  if (options.wait === false) {
    shell.show(begun, () => shell.line(say(shell.language, 'cli.analysisRuns', { id: begun.id })))
    return
  }
  await waited(shell, begun.id)
  await showResult(shell, what, begun.id)
}

async function started<R>(
  shell: Shell,
  what: Analysed<R>,
  question: Record<string, unknown>,
  options: Options,
): Promise<AnalysisRow> {
  const variables = {
    key: `cli-${randomUUID()}`,
    analysis: { [what.kind]: question },
    ...moment(shell, options),
  }
  const { startAnalysis } = await shell.ask<{ startAnalysis: AnalysisRow }>(START, variables)
  return startAnalysis
}

/** Between two questions how it stands, ms: soon at first, for most are short. */
const FIRST_WAIT = 50
const LONGEST_WAIT = 2_000

async function waited(shell: Shell, id: string): Promise<void> {
  const bar = progress(shell, say(shell.language, 'cli.analysing'), 100, '%')
  try {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
      const { analysis } = await shell.ask<{ analysis: AnalysisRow | null }>(STATE, { id })
      if (!analysis) throw new Fault('NOT_FOUND', 'expected an analysis of yours that is still kept')
      if (analysis.fault) throw new Fault(analysis.fault.code, analysis.fault.message)
      if (analysis.state !== 'WAITING' && analysis.state !== 'RUNNING') return
      bar.step(Math.round(analysis.progress * 100))
      await setTimeout(wait)
    }
  } finally {
    bar.stop()
  }
}

/** Asks, waits and gives what came of it, for a command that shows it in its own way. */
export async function answered<R>(
  shell: Shell,
  what: Analysed<R>,
  question: Record<string, unknown>,
  options: Options,
): Promise<R> {
  const { id } = await started(shell, what, question, options)
  await waited(shell, id)
  return (await read(shell, what, id)).result
}

/** What came of an analysis that is over. Throws NOT_FOUND where nothing may be shown of it. */
export async function showResult<R>(shell: Shell, what: Analysed<R>, id: string) {
  const analysis = await read(shell, what, id)
  shell.show(analysis, () => what.people(shell, analysis.result))
}

async function read<R>(shell: Shell, { kind, fields }: Analysed<R>, id: string) {
  const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Result`
  const query = `query analysisRead($id: ID!) {
    analysis(id: $id) { ${ANALYSIS_ROW} result { ... on ${type} ${fields} } } }`
  const { analysis } = await shell.ask<{ analysis: (AnalysisRow & { result: R | null }) | null }>(query, {
    id,
  })
  if (!analysis?.result)
    throw new Fault('NOT_FOUND', 'expected an analysis that is done and may still be shown: ask again')
  return { ...analysis, result: analysis.result }
}

/** A whole number from an option, or undefined where it is not given. Throws Usage outside of its bounds. */
export function count(shell: Shell, options: Options, name: string, least: number, most: number) {
  const given = text(options, name)
  if (given === undefined) return undefined
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= least && value <= most) return value
  throw new Usage(say(shell.language, 'cli.badCount', { option: flagOf(name) }))
}

/** Codes of a list from an option, joined by commas, or undefined where it is not given. Throws Usage on another. */
export function choices<C extends string>(
  shell: Shell,
  options: Options,
  name: string,
  codes: readonly C[],
): C[] | undefined {
  const given = text(options, name)?.toUpperCase().split(',')
  if (given?.every((one): one is C => (codes as readonly string[]).includes(one))) return given
  if (given === undefined) return undefined
  throw new Usage(say(shell.language, 'cli.badChoice', { option: `--${name}`, choices: [...codes] }))
}

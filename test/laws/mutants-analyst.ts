import type { Statement } from '../../cypher/statement.ts'
import type { Graph } from '../../server/graph.ts'
import type { TestPortolan } from '../instance.ts'
import { ANALYSES, freshAnalyses, over, readAnalysis, START_ANALYSIS } from './analyses.ts'
import type { World } from './world.ts'

// What an analyst asks a broken server: of a view that is read anew, and of one of which every report is read again, so that
// all of it comes by the statement that catches up.

/** Whether every report counts as changed right now. */
let isReadAgain = false

/** The text of a statement that a thread is to run, and its name where the answer hangs on it. */
export function errandOf(
  graph: Graph,
  needed: (name: string) => void,
  text: (one: Statement) => string,
): Graph['errand'] {
  return (statement, params, deadline) => {
    const isCatchingUp = statement.name === 'projection/reports'
    if (isCatchingUp === isReadAgain) needed(statement.name)
    const own = text(statement)
    const again = statement.name === 'projection/changed' && isReadAgain
    return graph.errand(
      { ...statement, text: again ? own.replace('a.version > $since', 'a.version > 0 * $since') : own },
      params,
      deadline,
    )
  }
}

let keys = 0

/** What Italy is told of the structure now, and of that which the first report alone had told. */
export function analystAsks(portolan: TestPortolan, world: World): (() => Promise<string>)[] {
  const moments = [null, new Date(world.times[1]!).toISOString()]
  const { analysis, fields } = ANALYSES[0]!
  const ask = (asOf: string | null, again: boolean) => async () => {
    // No view is kept from one to the next: each would hide what is broken by then.
    await freshAnalyses(portolan.instance)
    isReadAgain = again
    const variables = { key: `mutant-analysis-${++keys}`, analysis: analysis({}), asOf }
    const { json } = await portolan.ask(VIEWER, START_ANALYSIS, variables)
    const { id } = json.data.startAnalysis
    await over(portolan, VIEWER, id)
    const told = await portolan.ask(VIEWER, readAnalysis(fields), { id })
    isReadAgain = false
    return JSON.stringify([told.json.data.analysis.fault, told.json.data.analysis.result])
  }
  return moments.flatMap((asOf) => [ask(asOf, false), ask(asOf, true)])
}
const VIEWER = 'it-sco.paola'

import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { TestPortolan } from '../../instance.ts'

// Analyses as a client asks them: started, waited for, and read.

export const STATE = 'id kind question state progress asOf fault { code message }'
const START = `mutation Start($key: ID!, $analysis: AnalysisInput!, $asOf: Time) {
  startAnalysis(key: $key, analysis: $analysis, asOf: $asOf) { ${STATE} } }`

let keys = 0
export const freshKey = () => `analysis-${process.pid}-${++keys}`

export async function start(
  portolan: TestPortolan,
  person: string,
  analysis: unknown,
  { key = freshKey(), asOf = null }: { key?: string; asOf?: string | null } = {},
) {
  const { json } = await portolan.ask(person, START, { key, analysis, asOf })
  expect(json.errors).toBeUndefined()
  return json.data.startAnalysis
}

/** Waits until an analysis is over; in one that does not end a test fails by its own time. */
export async function ended(portolan: TestPortolan, person: string, id: string) {
  for (;;) {
    const { json } = await portolan.ask(person, `query($id: ID!) { analysis(id: $id) { ${STATE} } }`, { id })
    expect(json.errors).toBeUndefined()
    if (!['WAITING', 'RUNNING'].includes(json.data.analysis.state)) return json.data.analysis
    await setTimeout(20)
  }
}

/** What came of a question: `fields` are those of its result, such as `... on StructureResult { actors }`. */
export async function analysed(
  portolan: TestPortolan,
  person: string,
  analysis: unknown,
  fields: string,
  asOf: string | null = null,
) {
  const { id } = await start(portolan, person, analysis, { asOf })
  expect(await ended(portolan, person, id)).toMatchObject({ state: 'DONE', fault: null })
  return read(portolan, person, id, fields)
}

export async function read(portolan: TestPortolan, person: string, id: string, fields: string) {
  const query = `query Read($id: ID!) { analysis(id: $id) { state result { ${fields} } } }`
  const { json } = await portolan.ask(person, query, { id })
  expect(json.errors).toBeUndefined()
  return json.data.analysis.result
}

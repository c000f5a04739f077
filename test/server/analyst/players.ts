import { expect } from 'vitest'
import { makeCast } from '../../cast.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT } from '../../report.ts'
import { analysed, ended, STATE, start } from './analyses.ts'

// A small Portolan in which Niger reports and an analyst in Italy asks.

const PARTS = [
  { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
  { office: 'it-sco', persons: { paola: 'ANALYST' } },
  { office: 'it-audit', kind: 'AUDITOR', persons: { giulia: 'AUDITOR' } },
] as const
export const [NIGER, ITALY] = ['ne-dst.aicha', 'it-sco.paola'] as const
export const toNobody = { to: ['office:ne-dst'] }

export const openPlayers = async (): Promise<TestPortolan> =>
  openPortolan(await testNeo4j(), await makeCast(PARTS as never))

export const actor = (entity: string, more: object = {}) => ({
  actor: { entity, label: `A-${entity}`, category: 'OTHER', benefit: 'UNKNOWN', ...more },
})
export const tie = ([from, to]: readonly [string, string]) => ({ worksWith: { from, to, tie: 'BUSINESS' } })
export const entities = (kind: string, names: readonly string[], ids: Record<string, string> = {}) =>
  names.map((local) => ({ local, kind, ...(ids[local] && { id: ids[local] }) }))

/** Submits what Niger says; gives the ids by local name. */
export async function submit(
  portolan: TestPortolan,
  key: string,
  changes: Record<string, unknown>,
): Promise<Record<string, string>> {
  const { json } = await portolan.ask(NIGER, SUBMIT, { input: report(key, changes) })
  expect(json.errors).toBeUndefined()
  return Object.fromEntries(
    json.data.submitReport.ids.map(({ local, id }: { local: string; id: string }) => [local, id]),
  )
}

/** Asks as Italy, or as who is given, with every field of the result. */
export const asking =
  (kind: string, fields: string) =>
  (portolan: TestPortolan, asked: object, { by = ITALY as string, asOf = null as string | null } = {}) =>
    analysed(portolan, by, { [kind]: asked }, fields, asOf)

/** Expects that an analysis fails for an id that the view does not hold. */
export async function expectNotFound(
  portolan: TestPortolan,
  analysis: object,
  { asOf = null as string | null } = {},
): Promise<void> {
  const { id } = await start(portolan, ITALY, analysis, { asOf })
  expect(await ended(portolan, ITALY, id)).toMatchObject({ state: 'FAILED', fault: { code: 'NOT_FOUND' } })
}

/** Expects that a question is refused before it becomes a job. */
export async function expectRefused(portolan: TestPortolan, analysis: object, code = 'BAD_INPUT') {
  const mutation = `mutation($analysis: AnalysisInput!) {
    startAnalysis(key: "players-refused", analysis: $analysis) { ${STATE} } }`
  const { json } = await portolan.ask(ITALY, mutation, { analysis })
  expect(json.errors?.[0].extensions.code).toBe(code)
}

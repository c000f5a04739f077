import { expect } from 'vitest'
import { makeCast } from '../../cast.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT, toItaly } from '../../report.ts'
import { ended, freshKey, start } from './analyses.ts'

// Niger reports; Italy sees what is released to it, Mali nothing.

const PARTS = [
  { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
  { office: 'it-sco', persons: { paola: 'ANALYST' } },
  { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
  { office: 'it-audit', kind: 'AUDITOR', persons: { giulia: 'AUDITOR' } },
] as const

export const [NIGER, ITALY, MALI] = ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fatoumata'] as const
const toNobody = { to: ['office:ne-dst'] }

export type Chart = {
  /** Local name → kind. Those that are known already keep their ids. */
  things?: Record<string, string>
  claims: object[]
  hidden?: boolean
}
export type Stage = {
  portolan: TestPortolan
  ids: Record<string, string>
  /** Reports as Niger, and gives the moment at which it was recorded. */
  submit(chart: Chart): Promise<{ recorded: string; report: string }>
}

const named = (claims: object[]) => [
  ...new Set(
    claims.flatMap((claim) =>
      Object.values(claim).flatMap((one) =>
        one && typeof one === 'object' ? [one.entity, one.from, one.to].filter(Boolean) : [],
      ),
    ),
  ),
]

export async function openStage(): Promise<Stage> {
  const portolan = await openPortolan(await testNeo4j(), await makeCast(PARTS as never))
  const ids: Record<string, string> = {}
  const kinds: Record<string, string> = {}
  return {
    portolan,
    ids,
    async submit({ things = {}, claims, hidden = false }) {
      Object.assign(kinds, things)
      const entities = named(claims).map((local) => ({
        ...{ local, kind: kinds[local] },
        ...(ids[local] && { id: ids[local] }),
      }))
      const input = report(freshKey(), { release: hidden ? toNobody : toItaly, entities, claims })
      const { json } = await portolan.ask(NIGER, SUBMIT, { input })
      expect(json.errors).toBeUndefined()
      for (const { local, id } of json.data.submitReport.ids) ids[local] = id
      const { id, recorded } = json.data.submitReport.report
      return { report: id, recorded }
    },
  }
}

export const actor = (entity: string, more: object = {}) => ({
  actor: { entity, label: `A-${entity}`, category: 'SUSPECT', benefit: 'UNKNOWN', ...more },
})

export const tie = (from: string, to: string, more: object = {}, kind = 'BUSINESS') => ({
  worksWith: { from, to, tie: kind },
  ...more,
})

/** The fault that an analysis ends with. */
export async function failed({ portolan }: Stage, person: string, analysis: unknown) {
  const { id } = await start(portolan, person, analysis)
  const { state, fault } = await ended(portolan, person, id)
  expect(state).toBe('FAILED')
  return fault
}

/** The faults with which a question is refused before it is an analysis: code and path. */
export async function refused({ portolan }: Stage, analysis: unknown) {
  const document =
    'mutation($key: ID!, $analysis: AnalysisInput!) { startAnalysis(key: $key, analysis: $analysis) { id } }'
  const { json } = await portolan.ask(NIGER, document, { key: freshKey(), analysis })
  return json.errors.map(({ extensions, path, message }: never) => ({ extensions, path, message }))
}

import { expect } from 'vitest'
import { makeCast } from '../../cast.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT, toItaly } from '../../report.ts'

// Small charts of places, legs and incidents for the tests of what analyses say of routes.

const PARTS = [
  { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
  { office: 'it-sco', persons: { paola: 'ANALYST' } },
] as const
export const READER = 'it-sco.paola'
export const REPORTER = 'ne-dst.aicha'
export const toNobody = { to: ['office:ne-dst'] }

type Claim = Record<string, unknown>
/** A part of a report: what it speaks of, by kind, and what it says. */
export type Part = { kinds: Record<string, string>; claims: Claim[] }

export const parts = (...list: Part[]): Part => ({
  kinds: Object.assign({}, ...list.map(({ kinds }) => kinds)),
  claims: list.flatMap(({ claims }) => claims),
})
export const place = (name: string, country: string): Part => ({
  kinds: { [name]: 'PLACE' },
  claims: [{ place: { entity: name, label: name, country } }],
})
export const leg = (name: string, from: string, to: string, says: Claim = {}, when: Claim = {}): Part => ({
  kinds: { [name]: 'LEG', [from]: 'PLACE', [to]: 'PLACE' },
  claims: [
    { ...when, leg: { entity: name, label: name, ...says } },
    { departsFrom: { from: name, to: from } },
    { arrivesAt: { from: name, to } },
  ],
})
export const route = (name: string, ...legs: string[]): Part => ({
  kinds: Object.fromEntries([[name, 'ROUTE'], ...legs.map((one) => [one, 'LEG'])]),
  claims: [
    { route: { entity: name, label: name, status: 'OPEN' } },
    ...legs.map((to, i) => ({ hasLeg: { from: name, to, position: i + 1 } })),
  ],
})
/** An incident of a day on a leg; without a day nobody says one. */
export const incident = (name: string, day: string | null, on: string | null, says: Claim = {}): Part => {
  const when = day ? { observedFrom: day } : {}
  return {
    kinds: { [name]: 'INCIDENT', ...(on && { [on]: 'LEG' }) },
    claims: [
      { ...when, incident: { entity: name, label: name, type: 'INTERCEPTION', ...says } },
      ...(on ? [{ ...when, locatedAt: { from: name, to: on } }] : []),
    ],
  }
}
export const saying = (kinds: Record<string, string>, ...claims: Claim[]): Part => ({ kinds, claims })

export type RoutePortolan = {
  portolan: TestPortolan
  /** By the local name of everything that was reported. */
  ids: Record<string, string>
  submit(key: string, part: Part, release?: unknown): Promise<void>
}

export async function openRoutes(): Promise<RoutePortolan> {
  const portolan = await openPortolan(await testNeo4j(), await makeCast(PARTS as never))
  const ids: Record<string, string> = {}
  return {
    portolan,
    ids,
    async submit(key, { kinds, claims }, release = toItaly) {
      const entities = Object.entries(kinds).map(([local, kind]) => ({
        ...{ local, kind },
        ...(ids[local] && { id: ids[local] }),
      }))
      const { json } = await portolan.ask(REPORTER, SUBMIT, {
        input: report(`routes-${key}`, { release, entities, claims }),
      })
      expect(json.errors).toBeUndefined()
      for (const { local, id } of json.data.submitReport.ids) ids[local] = id
    },
  }
}

/** An analysis that fails, by the code of its fault. */
export async function faultOf({ portolan }: RoutePortolan, analysis: unknown): Promise<string> {
  const { ended, freshKey } = await import('./analyses.ts')
  const query =
    'mutation($key: ID!, $analysis: AnalysisInput!) { startAnalysis(key: $key, analysis: $analysis) { id } }'
  const { json } = await portolan.ask(READER, query, { key: freshKey(), analysis })
  if (json.errors) return json.errors[0].extensions.code
  return (await ended(portolan, READER, json.data.startAnalysis.id)).fault?.code
}

import { PURPOSE } from '../instance.ts'

// What the callers ask, as they would: every field that an answer has.

const CLAIM = `id type from { id } to { id } report office recorded source information basis observedFrom observedTo
  handling sensitivity evidenceUse onward level role tie position crime link`

export const NEIGHBOURHOOD = `query Neighbourhood($id: ID!) {
  neighbourhood(id: $id, depth: 2) { more nodes { id kind label } claims { ${CLAIM} } }
}`

/** A network by all claims at it, and what stands at their other ends. */
export const NETWORK = `query Network($id: ID!) {
  network(id: $id) { id label relations { ${CLAIM.replaceAll('{ id }', '{ id label }')} } }
}`

/** Ids alone, one step: the nested query that suits the peer best. */
export const WORKS_WITH = `query WorksWith($id: ID!) { actor(id: $id) { id worksWith { id from { id } to { id } } } }`

/** A whole signed and recorded answer for which nothing is looked up: what every other one costs at least. */
export const NOTHING = `query Nothing { me { person } }`

/** One request for each id, with the purpose that the law asks for. */
export const bodiesFor = (query: string, ids: readonly string[]): string[] =>
  ids.map((id) => JSON.stringify({ query, variables: { id }, extensions: { purpose: PURPOSE } }))

export type NeighbourhoodAnswer = { nodes: { id: string }[]; claims: { id: string }[] } | null
export const neighbourhoodIn = (body: string): NeighbourhoodAnswer => JSON.parse(body).data.neighbourhood

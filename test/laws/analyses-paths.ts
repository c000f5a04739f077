import type { Questioned } from './analyses.ts'

// Questions about paths, ways of working and resurgence, with every field of their results.

const CLAIM = `id report office recorded retracted source information basis observedFrom observedTo handling sensitivity
  evidenceUse onward`
const NODE = '{ id kind label }'
const RELATION = `{ ${CLAIM} type from ${NODE} to ${NODE} level role tie position crime link }`
const DESCRIPTION = `{ __typename ${CLAIM} entity ${NODE} }`
const WORKING = `{ __typename ${CLAIM} entity ${NODE} ... on ModusOperandiDescription { label facets } }`
const PATHS_FOUND = `paths { length ofOneReport hops { length reports from ${NODE} to ${NODE} claims ${RELATION} } }`
const EVIDENCE = `relations ${RELATION} descriptions ${WORKING}`
const FOUND = `networks unknown leftOut found { network ${NODE} alike low high shared whole place
  facets { facet side bits share own { by claims } theirs { by claims } } ${EVIDENCE} }`

const PATH = `... on PathResult { from ${NODE} to ${NODE} claims ${PATHS_FOUND} }`
const TIME_PATH = `... on TimePathResult { from ${NODE} to ${NODE} since until dated undated walks { by walk {
  departure arrival hops { on reports from ${NODE} to ${NODE} claims ${RELATION} } } } }`
const BETWEEN = `... on BetweenResult { one ${NODE} other ${NODE} sizeOne sizeOther shared ${NODE} allShared nodes ${NODE}
  ${PATHS_FOUND} memberships ${RELATION} leftNodes leftPaths claims }`
const SIMILAR = `... on SimilarResult { network ${NODE} ${EVIDENCE} ${FOUND} }`
const SEARCH = `... on FacetSearchResult { facets ${FOUND} }`
const RESURGENCE = `... on ResurgenceResult { network ${NODE} ended endedBy ${DESCRIPTION} looked undated leftOut
  claimed ${RELATION} leads { network ${NODE} begun bits odds strongest oddsWithout reasons { trace facet things ${NODE} bits
    relations ${RELATION} descriptions ${WORKING} } against { trace things bits } } }`

const weighed = { weigh: ['GRADING', 'RECENCY'], on: '2020-01-01', half: 400 }

/** Of the named ids of a world: `actor`, `actor2`, `network` and so on. No end is of the kind of the other, and so none the same. */
export const PATHS: Questioned[] = [
  { analysis: ({ actor, network }) => ({ path: { from: actor, to: network, most: 10 } }), fields: PATH },
  {
    analysis: ({ incident, vehicle }) => ({ path: { from: incident, to: vehicle, most: 5, ...weighed } }),
    fields: PATH,
  },
  {
    analysis: ({ actor2, place }) => ({
      path: { from: actor2, to: place, types: ['LOCATED_AT', 'WORKS_WITH', 'INVOLVED_IN'], weigh: ['KIND'] },
    }),
    fields: PATH,
  },
  { analysis: ({ actor, network }) => ({ timePath: { from: actor, to: network } }), fields: TIME_PATH },
  {
    analysis: ({ actor, place }) => ({
      timePath: { from: actor, to: place, types: ['LOCATED_AT', 'INVOLVED_IN', 'WORKS_WITH'], maxWait: 400 },
    }),
    fields: TIME_PATH,
  },
  {
    analysis: ({ network, network2 }) => ({ between: { one: [network], other: [network2] } }),
    fields: BETWEEN,
  },
  {
    analysis: ({ actor, actor2, leg, crime }) => ({
      between: { one: [actor, actor2], other: [leg, crime], paths: 20, nodes: 100, ...weighed },
    }),
    fields: BETWEEN,
  },
  { analysis: ({ network }) => ({ similar: { network, most: 100 } }), fields: SIMILAR },
  {
    analysis: () => ({ facetSearch: { facets: ['TRN_02', 'PAY_01', 'DOC_03'], most: 100 } }),
    fields: SEARCH,
  },
  {
    analysis: ({ network }) => ({
      resurgence: { network, ended: '2010-01-01', before: 3650, most: 100 },
    }),
    fields: RESURGENCE,
  },
  { analysis: ({ network2 }) => ({ resurgence: { network: network2, before: 3650 } }), fields: RESURGENCE },
]

// Questions about key players with every field of their results.

const CLAIM = `id report office recorded retracted source information basis observedFrom observedTo handling sensitivity
  evidenceUse onward`
const NODE = '{ id kind label }'
const RELATION = `{ ${CLAIM} type from ${NODE} to ${NODE} level role tie position crime link }`
const FIGURE = '{ value low high }'
const FOREMOST = `{ figure ${FIGURE} actors ${NODE} }`

/** What is asked, given the ids of a world by their names, and all that its result can tell. */
export type Questioned = { analysis: (ids: Record<string, string>) => object; fields: string }

export const KEY_PLAYERS: Questioned = {
  analysis: () => ({ keyPlayers: { size: 2, most: 100, rounds: 5 } }),
  fields: `... on KeyPlayersResult { actors pairs leftOut rounds sets { goal unaided figure ${FIGURE}
    members { actor ${NODE} held ties claims ${RELATION} } byDegree ${FOREMOST} byBetweenness ${FOREMOST} whole } }`,
}

const COHESION = `{ ${['largest', 'fragmentation', 'efficiency', 'density']
  .map((one) => `${one} { low median high }`)
  .join(' ')} }`

export const DISRUPTION: Questioned = {
  analysis: () => ({ disruption: { roles: ['R20', 'R22', 'GHETTO_BOSS'], most: 100, runs: 5 } }),
  fields: `... on DisruptionResult { nodes pairs removed ${NODE} removedPairs leftOut runs before ${COHESION}
    recoveries { recovery moreCompact outcomes { way after ${COHESION} } } claimCount claims ${RELATION} }`,
}

const DESCRIPTION = `{ __typename ${CLAIM} entity ${NODE} }`

/** Of every network of a world, given their names. */
export const threatOf = (networks: readonly string[]): Questioned => ({
  analysis: (ids) => ({
    threatPicture: { networks: networks.map((name) => ids[name]), most: 100, rounds: 5 },
  }),
  fields: `... on ThreatPictureResult { networks { network ${NODE} leftOut rounds handling sensitivity indicators { indicator value low high unknown
    parts { code year node ${NODE} value low high } claimCount relations ${RELATION} descriptions ${DESCRIPTION} } } }`,
})

/** All of them, each in the ways in which it is asked. */
export const PLAYERS: Questioned[] = [
  KEY_PLAYERS,
  {
    ...KEY_PLAYERS,
    analysis: ({ network }) => ({ keyPlayers: { networks: [network], goals: ['COMPONENTS'], rounds: 2 } }),
  },
  DISRUPTION,
  { ...DISRUPTION, analysis: ({ actor }) => ({ disruption: { actors: [actor], most: 100, runs: 3 } }) },
  {
    ...DISRUPTION,
    analysis: ({ leg, place }) => ({ disruption: { legs: [leg], places: [place], runs: 3 } }),
  },
  threatOf(['network', 'network2']),
]

/** How one would describe our store to `@neo4j/graphql`: one type for each kind, every relation a field with its properties. */
const KIND_FIELDS: Record<string, string[]> = {
  Actor: [
    'worksWith: [Actor!]! @relationship(type: "WORKS_WITH", direction: OUT, queryDirection: UNDIRECTED, properties: "Claim")',
    'sameAs: [Actor!]! @relationship(type: "SAME_AS", direction: OUT, queryDirection: UNDIRECTED, properties: "Claim")',
    'memberOf: [Network!]! @relationship(type: "MEMBER_OF", direction: OUT, properties: "Claim")',
    'usesWays: [ModusOperandi!]! @relationship(type: "USES", direction: OUT, properties: "Claim")',
    'usesVehicles: [Vehicle!]! @relationship(type: "USES", direction: OUT, properties: "Claim")',
    'locatedAt: [Place!]! @relationship(type: "LOCATED_AT", direction: OUT, properties: "Claim")',
    'involvedIn: [Incident!]! @relationship(type: "INVOLVED_IN", direction: OUT, properties: "Claim")',
    'linkedTo: [Crime!]! @relationship(type: "LINKED_TO", direction: OUT, properties: "Claim")',
  ],
  Network: [
    'members: [Actor!]! @relationship(type: "MEMBER_OF", direction: IN, properties: "Claim")',
    'usesWays: [ModusOperandi!]! @relationship(type: "USES", direction: OUT, properties: "Claim")',
    'usesVehicles: [Vehicle!]! @relationship(type: "USES", direction: OUT, properties: "Claim")',
    'operatesRoutes: [Route!]! @relationship(type: "OPERATES", direction: OUT, properties: "Claim")',
    'operatesLegs: [Leg!]! @relationship(type: "OPERATES", direction: OUT, properties: "Claim")',
    'locatedAt: [Place!]! @relationship(type: "LOCATED_AT", direction: OUT, properties: "Claim")',
    'involvedIn: [Incident!]! @relationship(type: "INVOLVED_IN", direction: OUT, properties: "Claim")',
    'linkedTo: [Crime!]! @relationship(type: "LINKED_TO", direction: OUT, properties: "Claim")',
    'succeeds: [Network!]! @relationship(type: "SUCCEEDS", direction: OUT, queryDirection: UNDIRECTED, properties: "Claim")',
  ],
  Vehicle: [
    'users: [Actor!]! @relationship(type: "USES", direction: IN, properties: "Claim")',
    'involvedIn: [Incident!]! @relationship(type: "INVOLVED_IN", direction: OUT, properties: "Claim")',
  ],
  Incident: [
    'actors: [Actor!]! @relationship(type: "INVOLVED_IN", direction: IN, properties: "Claim")',
    'networks: [Network!]! @relationship(type: "INVOLVED_IN", direction: IN, properties: "Claim")',
    'locatedAt: [Place!]! @relationship(type: "LOCATED_AT", direction: OUT, properties: "Claim")',
    'linkedTo: [Crime!]! @relationship(type: "LINKED_TO", direction: OUT, properties: "Claim")',
  ],
  ModusOperandi: [
    'actors: [Actor!]! @relationship(type: "USES", direction: IN, properties: "Claim")',
    'networks: [Network!]! @relationship(type: "USES", direction: IN, properties: "Claim")',
  ],
  Place: [],
  Route: [],
  Leg: [],
  Crime: [],
}

const CLAIM_FIELDS =
  'claim report office recordedAt source information basis observedFrom observedTo sensitivity evidenceUse onward level role tie'.split(
    ' ',
  )

const VISIBILITY = 'compartment: Int! recordedAt: Int! retractedAt: BigInt!'

export const PEER_TYPES = `
  extend schema @mutation(operations: []) @subscription(events: [])
  type Report @node { id: ID! }
  type Said @relationshipProperties { ${VISIBILITY} claim: String! rank: Int! label: String of: String! }
  type Claim @relationshipProperties {
    ${VISIBILITY} handling: [String!]
    ${CLAIM_FIELDS.filter((field) => field !== 'recordedAt')
      .map((field) => `${field}: String`)
      .join('\n')}
    position: Int code: String link: String
  }
  ${Object.entries(KIND_FIELDS)
    .map(
      ([kind, fields]) => `type ${kind} @node(labels: ["Entity", "${kind}"]) {
    id: ID!
    said: [Report!]! @relationship(type: "DESCRIBES", direction: IN, properties: "Said")
    ${fields.join('\n    ')}
  }`,
    )
    .join('\n  ')}
`

const VISIBLE = 'compartment: { in: $compartments }, recordedAt: { lte: $asOf }, retractedAt: { gt: $now }'
const VARIABLES = '$id: ID!, $compartments: [Int!]!, $asOf: Int!, $now: BigInt!'
const PROPERTIES = `properties { ${CLAIM_FIELDS.join(' ')} handling position code link }`

/** Id, and the best graded visible description: what names an entity. */
const NAMED = `id saidConnection(
  where: { edge: { ${VISIBLE}, NOT: { label: { eq: null } } } }
  sort: [{ edge: { rank: ASC } }, { edge: { recordedAt: DESC } }, { edge: { claim: ASC } }], first: 1
) { edges { properties { label } } }`

const fieldsOf = (kind: string) =>
  KIND_FIELDS[kind]!.map((field) => ({ name: /^\w+/.exec(field)![0], to: /\[(\w+)!\]/.exec(field)![1]! }))

/** The claims at an entity, and `depth - 1` further; places and crimes have none of their own. */
function around(kind: string, depth: number): string {
  if (depth === 0) return NAMED
  const below = ({ name, to }: { name: string; to: string }) =>
    `${name}Connection(where: { edge: { ${VISIBLE} } }) { edges { ${PROPERTIES} node { ${around(to, depth - 1)} } } }`
  return [NAMED, ...fieldsOf(kind).map(below)].join('\n')
}

export const PEER_NEIGHBOURHOOD = `query Neighbourhood(${VARIABLES}) { actors(where: { id: { eq: $id } }) { ${around('Actor', 2)} } }`

export const PEER_WORKS_WITH = `query WorksWith(${VARIABLES}) { actors(where: { id: { eq: $id } }) {
  id worksWithConnection(where: { edge: { ${VISIBLE} } }) { edges { properties { claim } node { id } } }
} }`

/** A network by all claims at it, and what stands at their other ends. */
export const PEER_NETWORK = `query Network(${VARIABLES}) { networks(where: { id: { eq: $id } }) { ${around('Network', 1)} } }`

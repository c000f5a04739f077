import { ANALYSES, ANALYSIS_DOCUMENTS, LIST_ANALYSES, named, type Questioned } from './analyses.ts'
import type { Chance } from './chance.ts'
import {
  CRIMES_DRAWN,
  DAYS_DRAWN,
  FACETS_DRAWN,
  INCIDENTS_DRAWN,
  LEVELS_DRAWN,
  LINKS_DRAWN,
  REFERENCES_DRAWN,
  STATUSES_DRAWN,
} from './generated-report.ts'
import { OFFICES, type Officer } from './stage.ts'
import { ABSENT, allEntities, sees, visibleEntities, type World } from './world.ts'

// Every query of the schema, with arguments drawn from a world: what the viewer sees, what he does not, what never was.

const CLAIM = `id report office recorded retracted source information basis observedFrom observedTo handling sensitivity evidenceUse onward`
const FRAGMENTS: Record<string, string> = {
  relation: `fragment relation on Relation { ${CLAIM} type from { ...node } to { ...node } level role tie position crime link }`,
  node: 'fragment node on Node { id kind label }',
  thing:
    'fragment thing on Entity { id kind label more said { field disputed values { value claims offices } } }',
  ref: 'fragment ref on Entity { id kind label }',
  description: `fragment description on Description { __typename ${CLAIM} entity { ...node }
  ... on ActorDescription { label category benefit humanitarian migrant coerced minor age sex nationality }
  ... on NetworkDescription { label networkStatus: status sizeMin sizeMax }
  ... on PlaceDescription { label placeType: type country locode latitude longitude precision }
  ... on RouteDescription { label legStatus: status }
  ... on LegDescription { label legStatus: status lawful means feeMin feeMax currency perPerson hoursMin hoursMax risks months capacity }
  ... on ModusOperandiDescription { label facets }
  ... on VehicleDescription { label vehicleType: type registeredIn imo mmsi capacity }
  ... on IncidentDescription { label incidentType: type persons dead missing injured rescued arrested women men children nationalities }
  ... on CrimeDescription { label code }
}`,
}

/** A document with the fragments that it uses, and no other: an unused one is an error. */
function withFragments(text: string): string {
  const used = (part: string): string[] =>
    [...part.matchAll(/\.\.\.(\w+)(?! on)/g)].map(([, name]) => name!).filter((name) => name in FRAGMENTS)
  const names = new Set(used(text))
  for (const name of names) for (const further of used(FRAGMENTS[name]!)) names.add(further)
  return [text, ...[...names].map((name) => FRAGMENTS[name]!)].join('\n')
}

/** All that one id may name, asked at once: seven of the eight kinds are the wrong one. */
const SINGLES = withFragments(`query Singles($id: ID!, $depth: Int, $asOf: Time) {
  network(id: $id, asOf: $asOf) { ...thing members(level: L2) { id } all: members { ...relation } operates { id } routes { ...ref legs { position claims } }
    modusOperandi { ...ref } links { id } crimes { ...ref } incidents { ...ref } succession { id } }
  actor(id: $id, asOf: $asOf) { ...thing disputed protectedStates memberships { ...relation } worksWith { id } }
  route(id: $id, asOf: $asOf) { ...thing legs { position claims leg { ...ref from { ...ref } to { ...ref } } } operators { id } links { id } }
  leg(id: $id, asOf: $asOf) { ...thing from { ...ref } to { ...ref } links { id } operators { id } }
  place(id: $id, asOf: $asOf) { ...thing departures { id } arrivals { id } located { id } }
  incident(id: $id, asOf: $asOf) { ...thing located { id } involved { id } links { id } }
  neighbourhood(id: $id, depth: $depth, asOf: $asOf) { more nodes { ...node } claims { ...relation } }
}`)

const HISTORY = withFragments(`query History($id: ID!, $asOf: Time) {
  history(id: $id, asOf: $asOf) { descriptions { ...description } relations { ...relation } }
}`)

const RICH = withFragments(`query Rich($kind: Kind!, $name: String, $asOf: Time) {
  entities(kind: $kind, name: $name, first: 9, asOf: $asOf) { totalCount hasNextPage endCursor edges { cursor node { ...thing descriptions { ...description } relations { ...relation }
    ... on Vehicle { users { id } } ... on ModusOperandi { users { id } } ... on Crime { links { id } } } } }
}`)

const REPORT = withFragments(`query Report($id: ID!, $asOf: Time) {
  report(id: $id, asOf: $asOf) { id office reference purpose legalBasis reviewDue recorded status corrects correctedBy
    descriptions { ...description } relations { ...relation } note { id facts ciphertext signature }
    release { to except countries } reached acknowledgements { office kind at } acts { id kind report author reason time release } }
}`)

const CONNECTIONS = withFragments(`query Connections($a: ID!, $b: ID!, $c: ID!, $asOf: Time) {
  connection(from: $a, to: $b, asOf: $asOf) { stops { ...node } claims { ...relation } }
  second: connection(from: $b, to: $c, asOf: $asOf) { stops { id } claims { id } }
  third: connection(from: $a, to: $c, asOf: $asOf) { stops { id } claims { id } }
}`)

const ACKNOWLEDGED = 'query Acknowledged($id: ID!) { acknowledgements(report: $id) { office kind at } }'
const MESSAGE =
  'query Message($id: ID!) { message(id: $id) { id envelope sender signer signature received ciphertext erased reached receipts { office signer time } } }'
const INBOX =
  'query Inbox($first: Int, $after: String) { inbox(first: $first, after: $after) { endCursor hasNextPage nodes { id envelope sender signer signature received ciphertext erased reached receipts { office signer time } } } }'
const OWED = 'message to office state due acknowledged settled'
const THREAD = `query Thread($id: ID!) { thread(id: $id) { id latest state owed { ${OWED} } messages { id sender received } } }`
const THREADS = `query Threads($first: Int, $after: String, $state: ThreadState) { threads(first: $first, after: $after, state: $state) { endCursor hasNextPage nodes { id latest state owed { ${OWED} } messages { id } } } }`
const OVERDUE = `query Overdue($first: Int, $after: String) { overdue(first: $first, after: $after) { endCursor hasNextPage nodes { ${OWED} } } }`
const SEALED =
  'query Sealed($first: Int, $after: String) { sealedObjects(first: $first, after: $after) { totalCount walked endCursor hasNextPage nodes { id kind owner facts packets state ciphertext } } }'
const HANDOVERS =
  'query Handovers { handovers(first: 20) { office holder officer reason objects confirmed began ended } }'
const CONSULTED =
  'query Consulted($month: String!) { consultations(month: $month) { month floor step others offices { office count } } }'
const ATTACHMENT = 'query Attachment($id: ID!) { attachment(id: $id) { id chunks closed message } }'
const OFFICES_KNOWN = 'query Offices { offices { office country kind parent name { en fr } } directory }'
const ME =
  'query Me { me { person office country role principals teams { team kind name { en fr } signatories members from to } shownToday budget keyWarnings { holder fingerprint expires days } } }'
const NOTICES =
  'query Notices($first: Int, $before: Time) { notices(first: $first, before: $before) { id kind report office time } }'
const AUDIT =
  'query Entries($question: Json!) { auditEntries(question: $question) { after records { index leaf frame } } }'
const PERIODS =
  'query Periods($from: Time!, $to: Time!) { auditPeriods(from: $from, to: $to) { id country from to wrapped } }'

const page = (name: string, variables: string, args: string, rows: string) =>
  `query Page($first: Int, $after: String, $asOf: Time${variables}) { ${name}(first: $first, after: $after, asOf: $asOf${args}) { totalCount hasNextPage endCursor ${rows} } }`
const EDGES = 'edges { cursor node { id kind label } }'
const CARD_FIELDS = `id entity kind office facts recorded object signature ciphertext release { to except countries }`
const CARD = `query Card($id: ID!, $asOf: Time) { card(id: $id, asOf: $asOf) { ${CARD_FIELDS} } }`
const CARDS = page('cards', ', $entity: ID!', ', entity: $entity', `nodes { ${CARD_FIELDS} }`)
const TASKS = '{ resealTasks(first: 50) { sealed id object causes wanted missing lost keyless } }'
const NETWORKS = page(
  'networks',
  ', $name: String, $level: Level, $status: NetworkStatus, $place: ID, $crime: LinkedCrime, $facet: Facet, $from: Day, $to: Day',
  ', name: $name, level: $level, status: $status, place: $place, crime: $crime, facet: $facet, from: $from, to: $to',
  EDGES,
)
const INCIDENTS = page(
  'incidents',
  ', $type: IncidentType, $place: ID, $from: Day, $to: Day',
  ', type: $type, place: $place, from: $from, to: $to',
  EDGES,
)
const ROUTES = page('routes', ', $name: String', ', name: $name', EDGES)
const CRIMES = page('crimes', ', $code: LinkedCrime, $link: LinkType', ', code: $code, link: $link', EDGES)
const ENTITIES = page('entities', ', $kind: Kind!, $name: String', ', kind: $kind, name: $name', EDGES)
const REPORTS = page(
  'reports',
  ', $office: String, $reference: String',
  ', office: $office, reference: $reference',
  'nodes { id office recorded status }',
)

const HIT =
  '{ id type card network question found announced office refused theirRefusal proposed theirProposal same notice }'
/** What one id may name of matching, what there is of it, and what a network would be compared by. */
const MATCHED = `query Matched($id: ID!) {
  hit(id: $id) ${HIT}
  hits(first: 5) { totalCount hasNextPage endCursor nodes ${HIT} }
  cardsToRenew(epoch: 2000, first: 5) { id epochs choice }
  matchAnswer(id: $id) { id state due answers { type outcome hits { id office } } }
  matchTraits(network: $id) { network traits { trait claims reports counts } watched { choice traits } }
}`

/** Every document that the law is tested with: a test reads from them that each field of the schema is asked. */
export const DOCUMENTS = [
  ...ANALYSIS_DOCUMENTS,
  ...[
    SINGLES,
    HISTORY,
    RICH,
    REPORT,
    CONNECTIONS,
    MATCHED,
    ACKNOWLEDGED,
    MESSAGE,
    ATTACHMENT,
    CONSULTED,
    INBOX,
    THREAD,
    THREADS,
    OVERDUE,
    SEALED,
    HANDOVERS,
    OFFICES_KNOWN,
    ME,
    NOTICES,
    AUDIT,
    PERIODS,
  ],
  ...[NETWORKS, INCIDENTS, ROUTES, CRIMES, ENTITIES, REPORTS, CARD, CARDS, TASKS],
]

const NAMES = ['a', 'ALPHA', 'zulu', 'é', 'o-']

export type Question = {
  query: string
  variables: Record<string, unknown> /** Asked on from cursor to cursor. */
  paged?: string
}

/** What a viewer asks in a world. `exceptions` leaves out what one closed table lets differ. */
export function questionsOf(viewer: Officer, world: World, messages: string[], chance: Chance): Question[] {
  const visible = visibleEntities(viewer, world).map(({ id }) => id)
  const all = allEntities(world)
  const hidden = all.map(({ id }) => id).filter((id) => !visible.includes(id))
  const ids = [...chance.some(visible, 5), ...chance.some(hidden, 3), ABSENT]
  const anyId = () => (all.length > 0 ? chance.one(all).id : ABSENT)
  const moment = () => new Date(chance.one(world.times) + chance.below(2)).toISOString()
  const asOf = () => (chance.in(1, 2) ? null : moment())
  const maybe = <T>(list: readonly T[]): T | null => (chance.in(1, 3) ? chance.one(list) : null)
  const placeIds = all.filter(({ kind }) => kind === 'PLACE').map(({ id }) => id)
  const place = () =>
    chance.in(1, 3) ? (placeIds.length > 0 && chance.in(3, 4) ? chance.one(placeIds) : anyId()) : null
  const name = () => maybe(NAMES)
  const [from, to] = [maybe(DAYS_DRAWN), maybe(DAYS_DRAWN)]
  const first = () => 1 + chance.below(3)
  const reports = world.chains.flatMap((chain) => chain.versions.map(({ report }) => ({ report, chain })))
  const shownReports = reports.filter(({ chain }) => sees(viewer, chain)).map(({ report }) => report)
  const otherReports = reports.map(({ report }) => report).filter((id) => !shownReports.includes(id))
  const filters: Record<string, () => unknown> = {
    level: () => chance.one(LEVELS_DRAWN),
    status: () => chance.one(STATUSES_DRAWN),
    place: () => (placeIds.length > 0 && chance.in(3, 4) ? chance.one(placeIds) : anyId()),
    crime: () => chance.one(CRIMES_DRAWN),
    facet: () => chance.one(FACETS_DRAWN),
    from: () => chance.one(DAYS_DRAWN),
    to: () => chance.one(DAYS_DRAWN),
    name: () => chance.one(NAMES),
  }
  // One filter or all of them: Neo4j plans anew for each set of open arguments, and planning is what takes the time.
  const networks = () => {
    const given = chance.in(1, 5) ? Object.keys(filters) : [chance.one(Object.keys(filters))]
    return { ...bare, ...Object.fromEntries(given.map((filter) => [filter, filters[filter]!()])) }
  }
  const kind = () =>
    chance.one(['ACTOR', 'NETWORK', 'PLACE', 'LEG', 'MODUS_OPERANDI', 'VEHICLE', 'CRIME', 'INCIDENT'])
  const bare = {
    name: null,
    level: null,
    status: null,
    place: null,
    crime: null,
    facet: null,
    from: null,
    to: null,
  }
  return [
    ...ids.map((id) => ({ query: SINGLES, variables: { id, depth: maybe([1, 2, 3]), asOf: asOf() } })),
    ...chance.some(ids, 2).map((id) => ({ query: MATCHED, variables: { id } })),
    ...chance.some(ids, 3).map((id) => ({ query: HISTORY, variables: { id, asOf: asOf() } })),
    ...[kind(), kind()].map((one) => ({ query: RICH, variables: { kind: one, name: name(), asOf: asOf() } })),
    ...[...chance.some(shownReports, 3), ...chance.some(otherReports, 2), anyId()].map((id) => ({
      query: REPORT,
      variables: { id, asOf: asOf() },
    })),
    { query: ACKNOWLEDGED, variables: { id: reports.length > 0 ? chance.one(reports).report : ABSENT } },
    ...[0, 1].map(() => ({
      query: CONNECTIONS,
      variables: { a: anyId(), b: anyId(), c: anyId(), asOf: asOf() },
    })),
    ...[visible, visible]
      .filter((list) => list.length > 2)
      .map((list) => ({
        query: CONNECTIONS,
        variables: { a: chance.one(list), b: chance.one(list), c: chance.one(list), asOf: null },
      })),
    { query: NETWORKS, variables: { ...bare, first: first(), asOf: asOf() }, paged: 'networks' },
    { query: NETWORKS, variables: { ...networks(), first: first(), asOf: asOf() }, paged: 'networks' },
    {
      query: INCIDENTS,
      variables: { type: maybe(INCIDENTS_DRAWN), place: place(), from, to, first: first(), asOf: asOf() },
      paged: 'incidents',
    },
    { query: ROUTES, variables: { name: name(), first: first(), asOf: asOf() }, paged: 'routes' },
    {
      query: CRIMES,
      variables: { code: maybe(CRIMES_DRAWN), link: maybe(LINKS_DRAWN), first: first(), asOf: asOf() },
      paged: 'crimes',
    },
    {
      query: ENTITIES,
      variables: { kind: kind(), name: name(), first: first(), asOf: asOf() },
      paged: 'entities',
    },
    {
      query: REPORTS,
      variables: {
        office: maybe(OFFICES.map(({ office }) => office)),
        reference: maybe(REFERENCES_DRAWN),
        first: first(),
        asOf: asOf(),
      },
      paged: 'reports',
    },
    { query: REPORTS, variables: { office: null, reference: null, first: 2, asOf: null }, paged: 'reports' },
    ...chance.some([...new Set(world.cards.map(({ entity }) => entity)), anyId()], 4).map((entity) => ({
      query: CARDS,
      variables: { entity, first: first(), asOf: asOf() },
      paged: 'cards',
    })),
    ...chance.some([...world.cards.map(({ id }) => id), anyId()], 4).map((id) => ({
      query: CARD,
      variables: { id, asOf: asOf() },
    })),
    { query: TASKS, variables: {} },
    ...chance.some([...messages, anyId()], 2).map((id) => ({ query: MESSAGE, variables: { id } })),
    { query: ATTACHMENT, variables: { id: ABSENT } },
    // Of a month that is over: what is counted in a world is counted in the one under way.
    { query: CONSULTED, variables: { month: chance.one(['2026-09', '2000-01', '9999-12', 'x']) } },
    { query: INBOX, variables: { first: first() }, paged: 'inbox' },
    // Each message of a world opens its thread, so its id is the thread's.
    ...chance.some([...messages, anyId()], 2).map((id) => ({ query: THREAD, variables: { id } })),
    {
      query: THREADS,
      variables: { first: first(), state: maybe(['OPEN', 'OVERDUE'] as const) },
      paged: 'threads',
    },
    { query: OVERDUE, variables: { first: first() }, paged: 'overdue' },
    { query: SEALED, variables: { first: first() }, paged: 'sealedObjects' },
    { query: HANDOVERS, variables: {} },
    ...(chance.in(1, 8) ? [{ query: OFFICES_KNOWN, variables: {} }] : []),
    // Nothing of a refusal may differ; an auditor's answers are about callers and not about reports, a reporter's notices are an exception.
    ...(viewer.role === 'AUDITOR'
      ? []
      : [
          { query: PERIODS, variables: { from: moment(), to: moment() } },
          { query: AUDIT, variables: { question: { periods: [], from: 0, to: 1 } } },
        ]),
    ...(shownReports.length + otherReports.length === 0 ||
    !['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON'].includes(viewer.role)
      ? [{ query: NOTICES, variables: { first: 3, before: null } }]
      : []),
  ]
}

/** An analysis, and the same a second time: from what was kept of the view that the first was made of. */
export type AnalysisAsked = Questioned & { input: object; asOf: string | null; key: string }

/** A few of all analyses, about what the viewer sees and what he does not, now and at moments. */
export function analysesOf(viewer: Officer, world: World, chance: Chance): AnalysisAsked[] {
  const moment = () => new Date(chance.one(world.times) + chance.below(2)).toISOString()
  return Array.from({ length: 3 }, (_, nth) => {
    const ids = named(chance.in(1, 4) ? allEntities(world) : visibleEntities(viewer, world), chance, ABSENT)
    const one = chance.one(ANALYSES)
    const asOf = nth > 0 && chance.in(1, 2) ? moment() : null
    return { ...one, input: one.analysis(ids), asOf, key: `view-law-${nth}` }
  })
}
export const ANALYSES_LISTED: Question = { query: LIST_ANALYSES, variables: {} }

/** Asked last: it counts what was shown before. */
export const LAST: Question = { query: ME, variables: {} }

/** What a patient viewer asks: every entity from near and far, every list with each filter, now and at every moment. */
export function fixedQuestions(
  entities: { id: string; kind: string }[],
  times: number[],
  { cards = [], chains = [] }: Partial<Pick<World, 'cards' | 'chains'>> = {},
): Question[] {
  const bare = {
    name: null,
    level: null,
    status: null,
    place: null,
    crime: null,
    facet: null,
    from: null,
    to: null,
  }
  const filters = [
    ...[
      ...LEVELS_DRAWN.map((level) => ({ level })),
      ...CRIMES_DRAWN.map((crime) => ({ crime })),
      ...FACETS_DRAWN.map((facet) => ({ facet })),
    ],
    ...entities.filter(({ kind }) => kind === 'PLACE').map(({ id }) => ({ place: id })),
  ]
  const places = entities.filter(({ kind }) => kind === 'PLACE').map(({ id }) => id)
  const moments = [null, ...times.map((time) => new Date(time).toISOString())]
  // Cards came last.
  const late = [null, ...moments.slice(-10)]
  return [
    ...cards.flatMap(({ id }) => late.map((asOf) => ({ query: CARD, variables: { id, asOf } }))),
    ...[...new Set(cards.map(({ entity }) => entity))].flatMap((entity) =>
      late.map((asOf) => ({ query: CARDS, variables: { entity, first: 50, asOf } })),
    ),
    { query: TASKS, variables: {} },
    ...chains
      .flatMap(({ versions }) => versions)
      .flatMap(({ report: id }) => [
        { query: REPORT, variables: { id, asOf: null } },
        { query: ACKNOWLEDGED, variables: { id } },
      ]),
    ...['ACTOR', 'NETWORK', 'MODUS_OPERANDI', 'VEHICLE'].map((kind) => ({
      query: RICH,
      variables: { kind, name: null, asOf: null },
    })),
    ...moments.slice(1, 5).map((asOf) => ({
      query: ENTITIES,
      variables: { kind: 'ACTOR', name: null, first: 50, asOf },
    })),
    ...[2, 3].flatMap((depth) =>
      entities.map(({ id }) => ({ query: SINGLES, variables: { id, depth, asOf: null } })),
    ),
    // Each thing stands at the end of four ways at least: what is told of it there does not hang on which were drawn.
    ...[1, 2].flatMap((step) =>
      entities.map(({ id: a }, i) => {
        const [b, c] = [1, 2].map((times) => entities[(i + step * times) % entities.length]!.id)
        return { query: CONNECTIONS, variables: { a, b, c, asOf: null } }
      }),
    ),
    ...[null, ...moments.slice(1, 5)].flatMap((asOf) =>
      entities.map(({ id }) => ({ query: HISTORY, variables: { id, asOf } })),
    ),
    ...[{}, ...filters].map((filter) => ({
      query: NETWORKS,
      variables: { ...bare, ...filter, first: 50, asOf: null },
    })),
    ...[null, ...places].map((place) => ({
      query: INCIDENTS,
      variables: { type: null, place, from: null, to: null, first: 50, asOf: null },
    })),
    ...[null, ...LINKS_DRAWN].map((link) => ({
      query: CRIMES,
      variables: { code: null, link, first: 50, asOf: null },
    })),
    ...['ACTOR', 'NETWORK', 'CRIME', 'INCIDENT'].map((kind) => ({
      query: ENTITIES,
      variables: { kind, name: null, first: 50, asOf: null },
    })),
    ...moments.map((asOf) => ({
      query: REPORTS,
      variables: { office: null, reference: null, first: 50, asOf },
    })),
    // What the first report mentioned, which others speak of later: all of it, and by name, for ids stand in any order.
    ...moments.slice(1, 4).flatMap((asOf) =>
      (chains[0]?.versions[0]?.mentions ?? []).map(({ id }) => ({
        query: SINGLES,
        variables: { id, depth: 2, asOf },
      })),
    ),
  ]
}

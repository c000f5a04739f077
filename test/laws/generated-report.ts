import type { Kind } from '../../schema/wire/codes.ts'
import { DESCRIPTIONS, RELATION_KINDS, RELATIONS, type RelationKind } from '../../schema/wire/model.ts'
import type { Chance } from './chance.ts'

// Small random reports: a few new entities, a few that exist, and claims among them from small pools of values, so that
// labels tie, offices differ, and filters meet something.

export const LABELS_DRAWN = ['Alpha', 'Bravo', 'alpha-2', 'Zulu', 'Écho', 'bravo-9']
export const LEVELS_DRAWN = ['L1', 'L2', 'L3']
export const CRIMES_DRAWN = ['LNK_01', 'LNK_02']
export const LINKS_DRAWN = ['SAME_ROUTE', 'SAME_ACTOR']
export const FACETS_DRAWN = ['REC_01', 'PAY_02']
export const STATUSES_DRAWN = ['ACTIVE', 'DISMANTLED']
export const INCIDENTS_DRAWN = ['RESCUE', 'RAID']
export const DAYS_DRAWN = ['2012-05-01', '2013-06-01', '2014-07-01', '2015-08-01']
export const REFERENCES_DRAWN = ['Ref-1', 'Ref-2']

/** Kinds by how often they are drawn. */
const KINDS_DRAWN: Kind[] = [
  ...(['ACTOR', 'ACTOR', 'ACTOR', 'NETWORK', 'NETWORK', 'NETWORK', 'PLACE', 'PLACE'] as const),
  ...(['ROUTE', 'LEG', 'LEG', 'MODUS_OPERANDI', 'VEHICLE', 'INCIDENT', 'INCIDENT', 'CRIME'] as const),
]

export type Mention = { local: string; kind: Kind; id?: string }
type Claim = Record<string, unknown>

const DESCRIBED_BY = Object.fromEntries(
  Object.entries(DESCRIPTIONS).map(([name, { kind }]) => [kind, name]),
) as Record<Kind, string>

function ownFields(kind: Kind, chance: Chance): Claim {
  const maybe = (key: string, value: unknown) => (chance.in(2, 3) ? { [key]: value } : {})
  switch (kind) {
    case 'ACTOR':
      return {
        category: chance.one(['OTHER', 'CONTACT']),
        benefit: chance.one(['SHOWN', 'UNKNOWN']),
        ...maybe('migrant', chance.in(1, 2)),
        ...maybe('coerced', chance.in(1, 2)),
      }
    case 'NETWORK':
      return maybe('status', chance.one(STATUSES_DRAWN))
    case 'PLACE':
      return { ...maybe('type', chance.one(['CITY', 'WELL'])), ...maybe('country', chance.one(['NE', 'LY'])) }
    case 'ROUTE':
      return maybe('status', chance.one(['OPEN', 'CLOSED']))
    case 'LEG':
      return {
        ...maybe('lawful', chance.in(1, 2)),
        ...maybe('means', ['TRN_01']),
        ...maybe('months', [1, 12]),
      }
    case 'MODUS_OPERANDI':
      return maybe('facets', [chance.one(FACETS_DRAWN)])
    case 'VEHICLE':
      return maybe('type', chance.one(['PICKUP', 'TRUCK']))
    case 'INCIDENT':
      return {
        type: chance.one(INCIDENTS_DRAWN),
        ...maybe('dead', chance.below(9)),
        ...maybe('nationalities', chance.one([[], ['NE'], ['SN', 'ML', 'SN']])),
      }
    default:
      return { code: chance.one(CRIMES_DRAWN) }
  }
}

function relationFields(kind: RelationKind, chance: Chance): Claim {
  switch (kind) {
    case 'memberOf':
      return { level: chance.one(LEVELS_DRAWN), role: chance.one(['FIXER', 'COXEUR']) }
    case 'linkedTo':
      return { code: chance.one(CRIMES_DRAWN), link: chance.one(LINKS_DRAWN) }
    case 'hasLeg':
      return chance.in(2, 3) ? { position: 1 + chance.below(3) } : {}
    case 'worksWith':
      return chance.in(1, 2) ? { tie: chance.one(['KINSHIP', 'FINANCE']) } : {}
    default:
      return {}
  }
}

function grading(chance: Chance): Claim {
  const [from, to] = [chance.one(DAYS_DRAWN), chance.one(DAYS_DRAWN)].sort()
  return {
    ...(chance.in(1, 2) && { source: chance.one(['A', 'B', 'C', 'X']) }),
    ...(chance.in(1, 2) && { information: chance.one(['N1', 'N2', 'N3', 'N4']) }),
    ...(chance.in(1, 2) && { observedFrom: from }),
    ...(chance.in(1, 3) && { observedTo: to }),
  }
}

/** Relations that some two of the mentions can stand in. */
function possible(mentions: Mention[]): { kind: RelationKind; from: string; to: string }[] {
  return RELATION_KINDS.flatMap((kind) =>
    mentions.flatMap((from) =>
      mentions.flatMap((to) => {
        const fits =
          (RELATIONS[kind].from as readonly Kind[]).includes(from.kind) &&
          (RELATIONS[kind].to as readonly Kind[]).includes(to.kind)
        const apart = from !== to && (kind !== 'sameAs' || from.kind === to.kind)
        return fits && apart ? [{ kind, from: from.local, to: to.local }] : []
      }),
    ),
  )
}

/** What every report has, under a key of its own, about these entities and up to three new ones. */
export function generatedReport(key: string, known: Mention[], chance: Chance): Record<string, unknown> {
  const fresh = Array.from(
    { length: known.length < 2 ? 1 + chance.below(3) : chance.below(3) },
    (_, i): Mention => ({ local: `new-${i}`, kind: chance.one(KINDS_DRAWN) }),
  )
  const entities = [...known, ...fresh]
  const relations = chance.some(possible(entities), 3).map(({ kind, from, to }) => ({
    ...grading(chance),
    [kind]: { from, to, ...relationFields(kind, chance) },
  }))
  const related = new Set(
    relations.flatMap((claim) =>
      Object.values(claim).flatMap((own) =>
        typeof own === 'object' && own !== null ? [(own as Claim).from, (own as Claim).to] : [],
      ),
    ),
  )
  const described = entities.filter(({ local }) => !related.has(local) || chance.in(1, 2))
  const descriptions = described.map(({ local, kind }) => ({
    ...grading(chance),
    [DESCRIBED_BY[kind]]: {
      entity: local,
      ...(chance.in(4, 5) && { label: chance.one(LABELS_DRAWN) }),
      ...ownFields(kind, chance),
    },
  }))
  return {
    key,
    purpose: 'OPERATIONAL',
    legalBasis: 'Law-2010-86',
    reviewDue: '2030-01-01',
    ...(chance.in(1, 2) && { reference: chance.one(REFERENCES_DRAWN) }),
    defaults: {
      ...{ source: 'B', information: 'N2', basis: 'ASSESSMENT', handling: ['H0'] },
      ...{ sensitivity: 'S1_ROUTINE', evidenceUse: 'NOT_CONSENTED', onward: 'WITH_CONSENT' },
    },
    entities,
    claims: [...descriptions, ...relations],
  }
}

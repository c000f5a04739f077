import { type Kind, LINKED_CRIMES } from '../../schema/wire/codes.ts'
import type { Common, Description, Own } from '../../schema/wire/report.ts'
import type { Random } from './random.ts'

/** Every office of the world is in one of these. */
export const COUNTRIES = [
  ...['NE', 'ML', 'DZ', 'LY', 'IT', 'BF', 'SN', 'CI', 'NG', 'TD'],
  ...['MA', 'TN', 'ES', 'FR', 'DE', 'GM', 'GN', 'MR', 'SD', 'EG'],
]

const NAMES: Record<Kind, string> = {
  ...{
    ACTOR: 'Actor',
    NETWORK: 'Network',
    PLACE: 'Place',
    ROUTE: 'Route',
    LEG: 'Leg',
    MODUS_OPERANDI: 'Way',
  },
  ...{ VEHICLE: 'Vehicle', INCIDENT: 'Incident', CRIME: 'Crime' },
}

/** What a report says of one entity: a code name, and the fields that the model asks for. */
export function describing(
  kind: Kind,
  entity: number,
  random: Random,
): { claim: Description['claim']; own: Own } {
  const label = `${NAMES[kind]}-${entity}`
  switch (kind) {
    case 'ACTOR':
      return {
        claim: 'actor',
        own: { label, category: 'SUSPECT', benefit: random.pick(['SHOWN', 'UNKNOWN', 'NONE']) },
      }
    case 'NETWORK':
      return { claim: 'network', own: { label, status: 'ACTIVE', sizeMin: 10, sizeMax: 40 } }
    case 'PLACE':
      return { claim: 'place', own: { label, type: 'TOWN', country: random.pick(COUNTRIES) } }
    case 'ROUTE':
      return { claim: 'route', own: { label, status: 'OPEN' } }
    case 'LEG':
      return {
        claim: 'leg',
        own: { label, status: 'OPEN', means: ['TRN_03'], feeMin: 90, feeMax: 345, currency: 'USD' },
      }
    case 'MODUS_OPERANDI':
      return { claim: 'modusOperandi', own: { label, facets: ['PAY_01', 'TRN_03'] } }
    case 'VEHICLE':
      return { claim: 'vehicle', own: { label, type: 'PICKUP', capacity: 30 } }
    case 'INCIDENT':
      return { claim: 'incident', own: { label, type: 'INTERCEPTION', persons: random.below(200) } }
    case 'CRIME':
      return { claim: 'crime', own: { label, code: random.pick(LINKED_CRIMES) } }
  }
}

/** Grading, dates and how a claim may be used. */
export function commonOf(random: Random): Common {
  return {
    source: random.pick(['A', 'B', 'C', 'X']),
    information: random.pick(['N1', 'N2', 'N3', 'N4']),
    basis: 'ASSESSMENT',
    observedFrom: `201${random.below(9)}-0${1 + random.below(9)}-01`,
    handling: random.next() < 0.8 ? ['H0'] : ['H0', 'H2'],
    sensitivity: 'S1_ROUTINE',
    evidenceUse: 'NOT_CONSENTED',
    onward: 'WITH_CONSENT',
  }
}

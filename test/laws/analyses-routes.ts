import type { Questioned } from './analyses.ts'

// Every field of what analyses say of routes and of other crimes, as the tests and the law of the view ask for them.

const NODE = '{ id kind label }'
const CLAIM =
  'id report office recorded source information basis observedFrom observedTo handling sensitivity evidenceUse onward'
const RELATION = `{ ${CLAIM} type from ${NODE} to ${NODE} level role tie position crime link }`
const GRADES = '{ source information }'
const EVIDENCE = `{ claims reports offices best ${GRADES} worst ${GRADES} }`
const BACKED = `evidence ${EVIDENCE} claims ${RELATION}`

const SIDE = `{ corridor { thing ${NODE} country legs } month earliest latest from to before after
  ratio low high chance ${BACKED} }`
const SHARE = '{ value low high }'
const FIT = `{ common ${SHARE} ofRise ${SHARE} ofFall ${SHARE} known unknown }`
const WAY = `{ cost more activity isNew hours { least most untold } fees { currency least most untold }
  hops { from ${NODE} to ${NODE} legs { leg ${NODE} status before since ${BACKED} } } }`

const CELLS = `cells { crime links ${BACKED} }`

export const ROUTE_FIELDS = {
  flow: `{ from to unlisted undated nowhere legs { at ${NODE} ${BACKED}
    months { month incidents personsLeast personsMost uncounted means fees { currency perPerson least most } } } }`,
  activity: `{ things ${NODE} months { month count } undated ${BACKED}
    comparison { day before after daysBefore daysAfter ratio low high chance reading dispersion wholeYears } }`,
  displacement: `{ from to isEnough falseAlarms corridors incidents undated unlisted
    shifts { fell ${SIDE} rose ${SIDE} nationalities ${FIT} facets ${FIT} reading } }`,
  bypass: `{ from ${NODE} to ${NODE} closed ${NODE} since by currency usual ${WAY} ways ${WAY} unpriced }`,
  facetTrend: `{ things ${NODE} from to incidents known undated tried ${BACKED}
    trends { facet slope low high chance reading quarters { month all having share low high } } }`,
  crimeMatrix: `{ rows { thing ${NODE} ${CELLS} } unlisted returns { leg ${NODE} back ${NODE} ${CELLS} } returnsUnlisted elsewhere }`,
}

const on = (type: string, fields: string) => `... on ${type} ${fields}`

/** Each question about routes and other crimes, as it may be asked of any world. */
export const ROUTE_ANALYSES: Questioned[] = [
  { analysis: () => ({ flow: { most: 100 } }), fields: on('FlowResult', ROUTE_FIELDS.flow) },
  {
    analysis: ({ route, leg, network }) => ({
      activity: { things: [route, leg, network], intervention: '2016-01-01', before: 24, after: 24 },
    }),
    fields: on('ActivityResult', ROUTE_FIELDS.activity),
  },
  ...['LEG', 'DESTINATION'].map((by) => ({
    analysis: () => ({ displacement: { by } }),
    fields: on('DisplacementResult', ROUTE_FIELDS.displacement),
  })),
  {
    analysis: ({ place, place2, leg }) => ({ bypass: { from: place, to: place2, closed: [leg] } }),
    fields: on('BypassResult', ROUTE_FIELDS.bypass),
  },
  {
    analysis: ({ network, network2 }) => ({ facetTrend: { things: [network, network2] } }),
    fields: on('FacetTrendResult', ROUTE_FIELDS.facetTrend),
  },
  { analysis: () => ({ crimeMatrix: {} }), fields: on('CrimeMatrixResult', ROUTE_FIELDS.crimeMatrix) },
]

// Every field of what analyses say of routes and of other crimes, as the tests and the law of the view ask for them.

const NODE = '{ id kind label }'
const CLAIM =
  'id report office recorded source information basis observedFrom observedTo handling sensitivity evidenceUse onward'
const RELATION = `{ ${CLAIM} type from ${NODE} to ${NODE} level role tie position crime link }`
const GRADES = '{ source information }'
const EVIDENCE = `{ claims reports offices best ${GRADES} worst ${GRADES} }`
const BACKED = `evidence ${EVIDENCE} claims ${RELATION}`

export const ROUTE_FIELDS = {
  flow: `{ from to unlisted undated nowhere legs { at ${NODE} ${BACKED}
    months { month incidents personsLeast personsMost uncounted means fees { currency perPerson least most } } } }`,
  activity: `{ things ${NODE} months { month count } undated ${BACKED}
    comparison { day before after daysBefore daysAfter ratio low high chance reading dispersion wholeYears } }`,
}

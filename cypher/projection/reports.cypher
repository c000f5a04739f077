// The visible claims of some reports: what is read anew where they came, or changed hands, since a view was projected.
UNWIND $reports AS id
MATCH (q:Report {id: id})
WHERE $mask[q.compartment] = 1 AND q.recordedAt <= $asOf
MATCH (q)-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]->(e:Entity)
WITH q, e, collect([d.entity, d.of, d.claim, d.report, d.office, d.recordedAt, d.bare, d.source, d.information, d.basis,
  d.observedFrom, d.observedTo, d.handling, d.sensitivity, d.evidenceUse, d.onward,
  CASE d.of
    WHEN 'ACTOR' THEN [d.label, d.category, d.benefit, d.humanitarian, d.migrant, d.coerced, d.minor, d.age, d.sex, d.nationality]
    WHEN 'NETWORK' THEN [d.label, d.status, d.sizeMin, d.sizeMax]
    WHEN 'PLACE' THEN [d.label, d.type, d.country, d.locode, d.latitude, d.longitude, d.precision]
    WHEN 'ROUTE' THEN [d.label, d.status]
    WHEN 'LEG' THEN [d.label, d.status, d.lawful, d.means, d.feeMin, d.feeMax, d.currency, d.perPerson, d.hoursMin, d.hoursMax, d.risks, d.months, d.capacity]
    WHEN 'MODUS_OPERANDI' THEN [d.label, d.facets]
    WHEN 'VEHICLE' THEN [d.label, d.type, d.registeredIn, d.imo, d.mmsi, d.capacity]
    WHEN 'INCIDENT' THEN [d.label, d.type, d.persons, d.dead, d.missing, d.injured, d.rescued, d.arrested, d.women, d.men, d.children, d.nationalities]
    WHEN 'CRIME' THEN [d.label, d.code]
  END]) AS said
CALL (q, e) {
  MATCH (e)-[r:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(b)
  WHERE r.report = q.id
  RETURN collect([type(r), e.id, b.id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]) AS claims
}
RETURN said, claims

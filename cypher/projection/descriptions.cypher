// Every visible description, and every bare mention: what an analysis knows of each entity by itself. Sought in an index by
// what is visible, so that the work grows with the answer. Own fields stand in the order of the claims model.
MATCH ()-[d:DESCRIBES]->()
USING INDEX d:DESCRIBES(of, compartment)
WHERE d.of IN $kinds AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
RETURN [d.entity, d.of, d.claim, d.report, d.office, d.recordedAt, d.bare, d.source, d.information, d.basis,
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
  END] AS said

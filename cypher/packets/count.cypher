// How many sealed objects reach an office.
CALL () {
  MATCH (m:Message)
  WHERE m.compartment IN $compartments AND $office IN m.offices AND m.recordedTime >= $sinceTime
  RETURN count(m) AS some
  UNION ALL
  MATCH (r:Report)
  WHERE r.compartment IN $compartments AND r.recordedAt <= $asOf AND r.recordedAt > $sinceVersion AND r.noteObject IS NOT NULL
  RETURN count(r) AS some
  UNION ALL
  MATCH (c:Card)
  WHERE c.compartment IN $compartments AND c.recordedAt <= $asOf AND c.retractedAt > $asOf AND c.recordedAt > $sinceVersion
    AND c.object IS NOT NULL
    AND EXISTS { ()-[d:DESCRIBES WHERE d.entity = c.entity AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]->() }
  RETURN count(c) AS some
}
RETURN sum(some) AS total

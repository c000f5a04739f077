// The routing facts of a report's sealed note, and the objects that hold its ciphertext.
MATCH (r:Report {id: $id})
WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.note IS NOT NULL
CALL (r) {
  MATCH (p:Part {of: r.id})
  WITH p ORDER BY p.id
  RETURN collect([p.id, p.audience, p.signature]) AS parts
}
RETURN r.id AS report, r.note AS note, parts

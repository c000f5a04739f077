// A report of the caller's own office, for correction, withdrawal, erasure and release. A corrected version is withdrawn
// where the one that stands is: no older version brings withdrawn content back to anybody.
MATCH (r:Report {id: $id})
WHERE $mask[r.compartment] = 1 AND r.office = $office
RETURN r.id AS id, r.chain AS chain, r.compartment AS compartment, r.retractedAt AS retractedAt,
  CASE WHEN EXISTS { MATCH (w:Report {chain: r.chain}) WHERE w.retractedAs = 'WITHDRAWN' } THEN 'WITHDRAWN' ELSE r.retractedAs END AS retractedAs,
  r.noteObject AS noteObject, r.compartments AS compartments

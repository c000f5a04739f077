// A page of reports, newest first.
MATCH (r:Report)
WHERE r.compartment IN $compartments AND r.recordedAt <= $asOf
  AND ($office = '' OR r.office = $office)
  AND ($reference = '' OR r.reference = $reference)
WITH r ORDER BY r.recordedAt DESC
WITH collect(r) AS rs
CALL (rs) {
  UNWIND rs AS r
  WITH r WHERE r.recordedAt < $after
  WITH r ORDER BY r.recordedAt DESC LIMIT $first
  RETURN collect(r) AS page
}
UNWIND CASE WHEN page = [] THEN [null] ELSE page END AS r
RETURN size(rs) AS total, r.id AS id, r.office AS office, r.reference AS reference, r.purpose AS purpose, r.legalBasis AS legalBasis, r.reviewDue AS reviewDue,
  r.compartment AS compartment, r.recordedAt AS recordedAt, r.retractedAt AS retractedAt, r.retractedAs AS retractedAs, r.corrects AS corrects,
  r.correctedBy AS correctedBy, r.chain AS chain, r.note AS note

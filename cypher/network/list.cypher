// A page of networks by code name, level of a member, place, linked crime, facet of the modus operandi, and period.
MATCH ()-[d:DESCRIBES]->(n)
USING INDEX d:DESCRIBES(of, compartment)
WHERE d.of = 'NETWORK' AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
WITH n, min(CASE WHEN d.label IS NULL THEN null ELSE [d.rank, -d.recordedAt, d.claim, d.label] END) AS best,
  collect(d.status) AS statuses
WITH n, coalesce(best[3], '') AS label, statuses
WHERE toLower(label) CONTAINS toLower($name)
  AND ($status = '' OR $status IN statuses)
  AND ($level = '' OR EXISTS { (n)<-[r:MEMBER_OF WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND r.level = $level]-() })
  AND ($crime = '' OR EXISTS { (n)-[r:LINKED_TO WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND r.code = $crime]->() })
  AND ($facet = '' OR EXISTS {
    (n)-[r:USES WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(:ModusOperandi)<-[m:DESCRIBES WHERE $mask[m.compartment] = 1 AND m.recordedAt <= $asOf AND m.retractedAt > $asOf AND $facet IN m.facets]-() })
  AND ($place = ''
    OR EXISTS { (n)-[r:LOCATED_AT WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(:Entity {id: $place}) }
    OR EXISTS { (n)-[r:OPERATES WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(:Leg)-[s:DEPARTS_FROM|ARRIVES_AT WHERE $mask[s.compartment] = 1 AND s.recordedAt <= $asOf AND s.retractedAt > $asOf]->(:Entity {id: $place}) }
    OR EXISTS { (n)-[r:OPERATES WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(:Route)-[h:HAS_LEG WHERE $mask[h.compartment] = 1 AND h.recordedAt <= $asOf AND h.retractedAt > $asOf]->(:Leg)-[s:DEPARTS_FROM|ARRIVES_AT WHERE $mask[s.compartment] = 1 AND s.recordedAt <= $asOf AND s.retractedAt > $asOf]->(:Entity {id: $place}) })
  AND (($from = '' AND $to = '9999') OR EXISTS {
    (n)-[r:MEMBER_OF|USES|OPERATES|LINKED_TO|LOCATED_AT|INVOLVED_IN|SUCCEEDS
      WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf
        AND coalesce(r.observedTo, '9999') >= $from AND coalesce(r.observedFrom, '') <= $to
        AND (r.observedFrom IS NOT NULL OR r.observedTo IS NOT NULL)]-() })
WITH n.id AS id, label ORDER BY label, id
WITH collect([label, id]) AS xs
RETURN size(xs) AS total, [x IN xs WHERE x > $after][0..$first] AS page

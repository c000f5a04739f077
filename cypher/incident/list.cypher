// A page of incidents by type, place and period.
MATCH ()-[d:DESCRIBES]->(n)
USING INDEX d:DESCRIBES(of, compartment)
WHERE d.of = 'INCIDENT' AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
WITH n, min(CASE WHEN d.label IS NULL THEN null ELSE [d.rank, -d.recordedAt, d.claim, d.label] END) AS best,
  collect([d.type, coalesce(d.observedFrom, d.observedTo), coalesce(d.observedTo, d.observedFrom)]) AS said
WITH n, coalesce(best[3], '') AS label, said
WHERE ($type = '' OR any(s IN said WHERE s[0] = $type))
  AND (($from = '' AND $to = '9999') OR any(s IN said WHERE s[1] <= $to AND s[2] >= $from))
  AND ($place = ''
    OR EXISTS { (n)-[r:LOCATED_AT WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(:Entity {id: $place}) }
    OR EXISTS { (n)-[r:LOCATED_AT WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf]->(:Leg)-[s:DEPARTS_FROM|ARRIVES_AT WHERE $mask[s.compartment] = 1 AND s.recordedAt <= $asOf AND s.retractedAt > $asOf]->(:Entity {id: $place}) })
WITH n.id AS id, label ORDER BY label, id
WITH collect([label, id]) AS xs
RETURN size(xs) AS total, [x IN xs WHERE x > $after][0..$first] AS page

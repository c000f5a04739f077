// A page of the entities of one kind, by label and id.
MATCH ()-[d:DESCRIBES]->(n)
USING INDEX d:DESCRIBES(of, compartment)
WHERE d.of = $kind AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
WITH n, min(CASE WHEN d.label IS NULL THEN null ELSE [d.rank, -d.recordedAt, d.claim, d.label] END) AS best
WITH n.id AS id, coalesce(best[3], '') AS label
WHERE toLower(label) CONTAINS toLower($name)
WITH id, label ORDER BY label, id
WITH collect([label, id]) AS xs
RETURN size(xs) AS total, [x IN xs WHERE x > $after][0..$first] AS page

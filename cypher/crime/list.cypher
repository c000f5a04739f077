// A page of linked crimes by code and kind of link; only links count, never a shared route.
MATCH ()-[r:LINKED_TO]->(n:Crime)
USING INDEX r:LINKED_TO(code, compartment)
WHERE r.code IN $codes AND r.compartment IN $compartments AND r.recordedAt <= $asOf AND r.retractedAt > $asOf AND ($link = '' OR r.link = $link)
WITH DISTINCT n
OPTIONAL MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
WITH n, min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
WITH n.id AS id, coalesce(best[3], '') AS label ORDER BY label, id
WITH collect([label, id]) AS xs
RETURN size(xs) AS total, [x IN xs WHERE x > $after][0..$first] AS page

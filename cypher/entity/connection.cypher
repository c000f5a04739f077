// The shortest visible connection between two entities. All shortest ones are taken and the first in a total order
// over visible claims is shown: the store's own choice changes when hidden claims exist. Both conditions begin with all():
// only such ones are tested while the way is searched, any other makes Neo4j try every way there is.
MATCH (a:Entity {id: $from}), (b:Entity {id: $to})
MATCH p = allShortestPaths((a)-[:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS*..6]-(b))
WHERE all(r IN relationships(p) WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.retractedAt > $asOf)
  AND all(n IN nodes(p) WHERE n.id = $from OR n.id = $to OR NOT (n:Place OR n:Crime))
WITH p, [r IN relationships(p) | r.claim] AS key ORDER BY key LIMIT 1
WITH nodes(p) AS ns, relationships(p) AS rs, [n IN nodes(p) | n.id] AS stops
CALL (ns) {
  UNWIND ns AS n
  WITH DISTINCT n
  OPTIONAL MATCH (n)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf AND d.label IS NOT NULL]-()
  WITH n, min([d.rank, -d.recordedAt, d.claim, d.label]) AS best
  RETURN collect([n.id, labels(n), best[3]]) AS nodes
}
RETURN stops, nodes,
  [r IN rs | [type(r), startNode(r).id, endNode(r).id, r.claim, r.report, r.office, r.recordedAt, r.source, r.information, r.basis,
    r.observedFrom, r.observedTo, r.handling, r.sensitivity, r.evidenceUse, r.onward,
    r.level, r.role, r.tie, r.position, r.code, r.link]] AS claims

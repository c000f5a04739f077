// Moves every version of a report to another compartment: a change of rights, effective for every asOf.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (s:Notice) SET s = row.notice
WITH row
MATCH (r:Report {chain: row.chain})
SET r.compartment = row.compartment, r.compartments = row.compartments
WITH row, r
CALL (row, r) {
  MATCH (r)-[d:DESCRIBES]->(e)
  SET d.compartment = row.compartment
  WITH DISTINCT row, r, e
  MATCH (e)-[k:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE k.report = r.id]->()
  SET k.compartment = row.compartment
}
CALL (row, r) {
  WITH row, r WHERE row.retractedAt IS NOT NULL AND r.retractedAs IS NULL
  SET r.retractedAt = row.retractedAt, r.retractedAs = 'WITHDRAWN'
  WITH row, r
  MATCH (r)-[d:DESCRIBES]->(e)
  SET d.retractedAt = row.retractedAt
  WITH DISTINCT row, r, e
  MATCH (e)-[k:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE k.report = r.id]->()
  SET k.retractedAt = row.retractedAt
}
RETURN DISTINCT row.chain AS id

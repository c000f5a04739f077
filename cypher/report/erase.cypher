// Deletes the content of every version of a report, and its office's part in matching a network of which nothing else of it is left. What
// stays is the act: that something was erased, and why.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (s:Notice) SET s = row.notice
WITH row
MATCH (r:Report {chain: row.chain})
CALL (r) {
  MATCH (r)-[:DESCRIBES]->(e)
  WITH DISTINCT r, e
  MATCH (e)-[k:WORKS_WITH|MEMBER_OF|USES|OPERATES|HAS_LEG|DEPARTS_FROM|ARRIVES_AT|LINKED_TO|SAME_AS|LOCATED_AT|INVOLVED_IN|SUCCEEDS WHERE k.report = r.id]->()
  DELETE k
}
CALL (r) {
  MATCH (r)-[d:DESCRIBES]->(e)
  DELETE d
  WITH DISTINCT r, e
  CALL (r, e) {
    WITH r, e
    WHERE e:Network AND NOT EXISTS { (e)<-[o:DESCRIBES WHERE o.office = r.office]-() }
    CALL (r, e) {
      MATCH (s:Structure {network: e.id})
      WHERE s.office = r.office
      DELETE s
    }
    CALL (r, e) {
      MATCH (h:Hit {network: e.id})
      WHERE h.office = r.office
      DELETE h
    }
    CALL (r, e) {
      MATCH (h:Hit {theirNetwork: e.id})
      WHERE h.theirOffice = r.office
      REMOVE h.theirNetwork
    }
  }
  WITH e
  WHERE NOT EXISTS { (e)--() }
  DELETE e
}
WITH row, collect(r) AS rs, collect(r.noteObject) AS notes
FOREACH (r IN rs | DELETE r)
WITH row, notes
CALL (notes) {
  MATCH (p:PacketSet)
  WHERE p.object IN notes
  DELETE p
}
RETURN row.chain AS id, notes

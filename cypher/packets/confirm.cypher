// The successor opened what he was handed: the packets before these are let go.
UNWIND $rows AS row
MATCH (p:PacketSet {id: row.id})
SET p.confirmedTime = CASE p.confirmedTime WHEN -1 THEN row.time ELSE p.confirmedTime END,
  p.confirmedBy = coalesce(p.confirmedBy, row.person)
WITH p
CALL (p) {
  MATCH (q:PacketSet {object: p.object})
  WHERE q.office = p.office AND q.version < p.version
  DELETE q
}
RETURN p.object AS id

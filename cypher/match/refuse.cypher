// An office goes no further with a hit. The other one is told why, if it was told of the hit.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
SET h.refused = row.reason
WITH row, h
CALL (row, h) {
  MATCH (o:Hit {id: h.id})
  WHERE o.office <> h.office
  SET o.theirRefusal = row.reason, o.untold = 'REFUSED'
}
RETURN h.key AS id

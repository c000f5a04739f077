// An office goes no further with a hit: it has decided, and is reminded no more. The other one is told why, if it was told of the hit.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
SET h.refused = row.reason, h.untold = CASE h.untold WHEN 'UNDECIDED' THEN null ELSE h.untold END
REMOVE h.undecided
WITH row, h
CALL (row, h) {
  MATCH (o:Hit {id: h.id})
  WHERE o.office <> h.office
  SET o.theirRefusal = row.reason, o.untold = 'REFUSED'
}
RETURN h.key AS id

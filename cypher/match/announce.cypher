// Announces an office to the other one of a hit: it has decided, and is reminded no more. Whoever was told nothing until now, because he asks or announces himself, is told of it and of both.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
SET h.announced = true
REMOVE h.refused, h.undecided
SET h.untold = CASE h.untold WHEN 'UNDECIDED' THEN null ELSE h.untold END
WITH row, h
OPTIONAL MATCH (o:Hit {id: h.id})
WHERE o.office <> h.office
CALL (o) {
  WITH o WHERE o IS NOT NULL AND NOT o.known
  SET o.known = true, o.untold = 'KNOWN'
  REMOVE o.theirRefusal
}
CALL (row, h, o) {
  WITH row, h, o WHERE o IS NULL AND (h.theirCard IS NOT NULL OR h.theirNetwork IS NOT NULL OR h.theirQuestion IS NOT NULL)
  CREATE (n:Hit {key: h.id + '.' + h.theirOffice, id: h.id, office: h.theirOffice, compartment: h.theirCompartment, type: h.type, at: row.at,
    announced: true, known: true, theirOffice: h.office, theirCompartment: h.compartment, untold: 'FOUND'})
  SET n.card = h.theirCard, n.network = h.theirNetwork, n.question = h.theirQuestion, n.position = h.theirPosition, n.theirCard = h.card, n.theirNetwork = h.network, h.known = true
}
RETURN h.key AS id

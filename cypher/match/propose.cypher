// Keeps that an office proposes that two are the same, until both do. The other office is told that it does, and not whom it means.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
SET h.proposal = row.proposal
WITH row, h
CALL (h) {
  MATCH (o:Hit {id: h.id})
  WHERE o.office <> h.office
  SET o.theirProposal = true, o.untold = 'PROPOSED'
}
RETURN h.key AS id

// By whom and with whose key packets were wrapped anew: for the office whose they are, and for the owner of what was opened.
MATCH (p:PacketSet)
WHERE p.compartment IN $compartments AND (p.office IN $offices OR p.owner IN $offices)
WITH p.office AS office, p.holder AS holder, p.signer AS signer, p.reason AS reason, count(p) AS objects,
  sum(CASE WHEN p.confirmedTime >= 0 THEN 1 ELSE 0 END) AS confirmed, min(p.recordedTime) AS began, max(p.recordedTime) AS ended
RETURN office, holder, signer, reason, objects, confirmed, began, ended
ORDER BY ended DESC, office, holder, signer, reason LIMIT $first

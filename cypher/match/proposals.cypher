// What the offices of a hit propose, for the server's own judgement of whether both do.
MATCH (h:Hit {id: $id})
WHERE h.proposal IS NOT NULL
RETURN h.office AS office, h.card AS card, h.proposal AS proposal
ORDER BY office

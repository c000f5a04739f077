// What offices are still to be told of hits.
MATCH (h:Hit)
WHERE h.untold IN ['FOUND', 'KNOWN', 'REFUSED', 'PROPOSED', 'JOINED', 'UNDECIDED']
RETURN h.key AS key, h.id AS id, h.office AS office, h.untold AS step, h.undecided AS undecided
ORDER BY key LIMIT $first

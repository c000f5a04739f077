// Notices about what was once released to the caller: the one kind of row that outlives a right.
MATCH (n:Notice)
WHERE any(c IN n.compartments WHERE $mask[toInteger(c)] = 1) AND (n.lost = -1 OR $mask[toInteger(n.lost)] <> 1) AND n.version <= $asOf
  AND n.version < $after
RETURN n.id AS id, n.kind AS kind, n.report AS report, n.office AS office, n.version AS version
ORDER BY n.version DESC LIMIT $first

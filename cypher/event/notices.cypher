// The next notice about what was once released to the caller.
MATCH (n:Notice)
WHERE any(c IN n.compartments WHERE $mask[toInteger(c)] = 1) AND (n.lost = -1 OR $mask[toInteger(n.lost)] <> 1) AND n.version <= $asOf
  AND n.version > $after
RETURN n.id AS id, n.report AS report, n.version AS version
ORDER BY n.version LIMIT 1

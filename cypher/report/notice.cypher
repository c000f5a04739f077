// One notice that the caller may see.
MATCH (n:Notice {id: $id})
WHERE any(c IN n.compartments WHERE $mask[toInteger(c)] = 1) AND (n.lost = -1 OR $mask[toInteger(n.lost)] <> 1) AND n.version <= $asOf
RETURN n.id AS id, n.kind AS kind, n.report AS report, n.office AS office, n.version AS version

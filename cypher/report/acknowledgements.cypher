// Who has taken note of what became of a report, for the office that made it. Of an erased one only its notices are left.
MATCH (n:Notice {chain: $chain})
WHERE any(c IN n.compartments WHERE $mask[toInteger(c)] = 1) AND n.version <= $asOf AND n.office = $office
  AND (NOT EXISTS { (:Report {chain: $chain}) } OR EXISTS {
    MATCH (r:Report)
    WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.chain = $chain
  })
MATCH (k:Acknowledgement {notice: n.id})
RETURN k.id AS id, k.office AS office, n.kind AS kind, k.time AS time
ORDER BY k.time, k.id

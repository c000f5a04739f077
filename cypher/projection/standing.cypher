// Which of these reports may still be seen: what is computed from one that may not is shown no more.
UNWIND $reports AS id
MATCH (q:Report {id: id})
WHERE $mask[q.compartment] = 1 AND q.recordedAt <= $asOf
RETURN q.id AS id

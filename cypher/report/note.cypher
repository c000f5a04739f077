// The routing facts of a report's sealed note, and the object that holds its ciphertext.
MATCH (r:Report {id: $id})
WHERE $mask[r.compartment] = 1 AND r.recordedAt <= $asOf AND r.note IS NOT NULL
RETURN r.id AS report, r.note AS note, r.noteObject AS noteObject, r.noteSignature AS signature

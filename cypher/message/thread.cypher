// What the caller's offices have of some threads, in the order in which it came.
UNWIND $threads AS thread
MATCH (m:Message {thread: thread})
WHERE $mask[m.compartment] = 1 AND any(o IN m.offices WHERE o IN $offices)
RETURN m.id AS id, m.envelope AS envelope, m.sender AS sender, m.recordedTime AS recordedTime, m.signature AS signature, m.signer AS signer, coalesce(m.erased, false) AS erased, thread
ORDER BY m.recordedTime, m.id

// One message of the caller's offices.
MATCH (m:Message {id: $id})
WHERE $mask[m.compartment] = 1 AND any(o IN m.offices WHERE o IN $offices)
RETURN m.id AS id, m.envelope AS envelope, m.sender AS sender, m.recordedTime AS recordedTime, m.signature AS signature, m.signer AS signer, coalesce(m.erased, false) AS erased

// A page of messages to or from the caller's offices, newest first.
MATCH (m:Message)
WHERE m.compartment IN $compartments AND any(o IN m.offices WHERE o IN $offices)
  AND [m.recordedTime, m.id] < $after
RETURN m.id AS id, m.envelope AS envelope, m.sender AS sender, m.recordedTime AS recordedTime, m.signature AS signature, m.signer AS signer, coalesce(m.erased, false) AS erased
ORDER BY m.recordedTime DESC, m.id DESC LIMIT $first

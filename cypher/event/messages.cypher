// The next message that arrived for the caller's offices.
MATCH (m:Message)
WHERE m.compartment IN $compartments AND m.recordedTime >= $after[0] AND m.recordedTime <= $until
  AND any(o IN m.offices WHERE o IN $offices AND o <> m.sender) AND [m.recordedTime, m.id] > $after
RETURN m.id AS id, m.envelope AS envelope, m.recordedTime AS recordedTime
ORDER BY m.recordedTime, m.id LIMIT 1

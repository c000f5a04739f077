// A page of the threads that the caller's offices have a message of, the one with the latest message first.
MATCH (m:Message)
WHERE m.compartment IN $compartments AND any(o IN m.offices WHERE o IN $offices)
WITH m.thread AS thread, max(m.recordedTime) AS latest
WHERE [latest, thread] < $after
RETURN thread, latest
ORDER BY latest DESC, thread DESC LIMIT $first

// The next event that was kept for the caller's offices.
MATCH (e:Event)
WHERE e.compartment IN $compartments AND e.recordedTime >= $after[0] AND e.recordedTime <= $until
  AND any(o IN e.offices WHERE o IN $offices) AND [e.recordedTime, e.key] > $after
RETURN e.key AS key, e.kind AS kind, e.about AS about, e.thread AS thread, e.type AS type, e.urgency AS urgency, e.due AS due, e.recordedTime AS recordedTime
ORDER BY e.recordedTime, e.key LIMIT 1

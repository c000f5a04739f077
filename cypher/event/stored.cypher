// The next event that was kept for the caller's offices; a hit is its own office's and no unit's. Of one that rests on reports each must still be visible to him.
MATCH (e:Event)
WHERE e.compartment IN $compartments AND e.recordedTime >= $after[0] AND e.recordedTime <= $until
  AND any(o IN e.offices WHERE o IN $offices)
  AND (NOT e.kind IN ['HIT', 'HIT_UNDECIDED'] OR $offices[0] IN e.offices) AND [e.recordedTime, e.key] > $after
CALL (e) {
  MATCH (q:Report)
  WHERE q.id IN e.reports AND $mask[q.compartment] = 1 AND q.recordedAt <= $asOf
  RETURN count(q) AS standing
}
WITH e, standing
WHERE standing = size(e.reports) OR e.reports IS NULL
RETURN e.key AS key, e.kind AS kind, e.about AS about, e.thread AS thread, e.type AS type, e.urgency AS urgency, e.due AS due, e.recordedTime AS recordedTime
ORDER BY e.recordedTime, e.key LIMIT 1

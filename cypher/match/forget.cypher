// Ends questions whose answers have been kept long enough.
MATCH (q:Question)
WHERE q.due < $before
DELETE q
RETURN count(q) AS gone

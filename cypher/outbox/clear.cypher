// Forgets what is on record as answered. The last question that changed anything stays, marked: it says how far the graph has come.
UNWIND $asked AS asked
MATCH (o:Outbox {asked: asked})
SET o.closed = true
WITH o
WHERE o.asked < $head
DELETE o
RETURN count(*) AS gone

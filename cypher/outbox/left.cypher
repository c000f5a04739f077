// Everything in the outbox, in the order of the questions.
MATCH (o:Outbox)
RETURN o.asked AS asked, o.leaf AS leaf, o.country AS country, o.ids AS ids, o.closed AS closed
ORDER BY asked

// How many tokens an office has of each year's key. Asked by the server for itself before it lets selectors be renewed.
MATCH (t:Token)
WHERE t.office = $office
RETURN t.epoch AS epoch, count(t) AS tokens
ORDER BY epoch

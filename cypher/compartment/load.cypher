MATCH (c:Compartment)
RETURN c.number AS number, c.key AS key, c.to AS to, c.except AS except, c.countries AS countries
ORDER BY c.number

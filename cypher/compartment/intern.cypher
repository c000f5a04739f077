// Interns a release. Unique by key and by number: a second server on the same store fails here, not silently.
MERGE (c:Compartment {key: $key})
ON CREATE SET c.number = $number, c.to = $to, c.except = $except, c.countries = $countries
RETURN c.number AS number

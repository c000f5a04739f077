// The parts of the note of a report of the caller's own office.
MATCH (r:Report {id: $id})
WHERE $mask[r.compartment] = 1 AND r.office = $office AND r.note IS NOT NULL
MATCH (p:Part {of: r.id})
WITH r, p ORDER BY p.id
RETURN r.id AS of, r.compartment AS compartment, collect([p.id, p.audience, p.keys, p.data]) AS parts

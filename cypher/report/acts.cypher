// What was done with a report, for the office that made it: its release sets through time stand here.
MATCH (r:Report {id: $id})
WHERE $mask[r.compartment] = 1 AND r.office = $office
MATCH (a:Act {chain: r.chain})
WHERE a.version <= $asOf
RETURN a.id AS id, a.kind AS kind, a.report AS report, a.version AS version, a.author AS author, a.reason AS reason, a.release AS release
ORDER BY a.version

// The act that an idempotency key stands for: the caller's own, or a colleague's whose report the caller may see.
CALL () {
  MATCH (a:Act {key: $key})
  RETURN a, 0 AS rank
  UNION
  MATCH (a:Act {officeKey: $officeKey})
  MATCH (r:Report {id: a.report})
  WHERE $mask[r.compartment] = 1
  RETURN a, 1 AS rank
}
WITH a, rank ORDER BY rank, a.version LIMIT 1
OPTIONAL MATCH (r:Report {id: a.report})
WHERE $mask[r.compartment] = 1
RETURN a.kind AS kind, a.report AS report, a.body AS body, CASE WHEN r IS NULL THEN null ELSE a.ids END AS ids, r IS NOT NULL AS visible

// Tokens that were placed since the last batch, each with the equal ones of other offices.
MATCH (t:Token)
WHERE t.fresh = true
WITH t ORDER BY t.key LIMIT $first
CALL (t) {
  MATCH (o:Token {token: t.token})
  WHERE o.office <> t.office
  RETURN collect([o.card, o.office, o.entity, o.choice]) AS others
}
RETURN t.key AS key, t.type AS type, [t.card, t.office, t.entity, t.choice] AS own, others
ORDER BY key

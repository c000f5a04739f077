// Questions that are due, each with its network or the tokens of other offices that equal one of its own.
MATCH (q:Question)
WHERE q.open = true AND q.due <= $now
WITH q ORDER BY q.due, q.id LIMIT $first
CALL (q) {
  UNWIND range(0, size(q.tokens) - 1) AS position
  MATCH (o:Token {token: q.tokens[position]})
  WHERE o.office <> q.office
  RETURN collect([position, o.card, o.office, o.entity, o.choice]) AS held
}
RETURN q.id AS id, q.office AS office, q.types AS types, q.network AS network, q.traits AS traits, held
ORDER BY id

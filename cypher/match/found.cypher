// Writes the hits of a batch, each once, and that its tokens were looked at and its questions answered: all of it or nothing.
CALL () {
  UNWIND $hits AS hit
  OPTIONAL MATCH (old:Hit {id: hit.id})
  WITH hit, count(old) AS before
  WHERE before = 0
  UNWIND hit.sides AS side
  CREATE (h:Hit) SET h = side
}
CALL () {
  UNWIND $seen AS key
  MATCH (t:Token {key: key})
  REMOVE t.fresh
}
CALL () {
  UNWIND $answered AS id
  MATCH (q:Question {id: id})
  REMOVE q.open, q.tokens, q.traits
}
RETURN size($hits) AS hits

// Deletes every version of a card. What stays is the act: that something was erased, and why.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (s:Notice) SET s = row.notice
WITH row
CALL (row) {
  MATCH (c:Card {id: row.card})
  MATCH (p:Part {of: c.key})
  WITH p, p.id AS id
  DELETE p
  RETURN collect(id) AS gone
}
CALL (row) {
  MATCH (c:Card {id: row.card})
  DELETE c
}
RETURN row.card AS id, gone

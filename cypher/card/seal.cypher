// Stores sealed cards. A corrected version ends, and its sealed parts are forgotten with it: what was wrong is kept nowhere.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (c:Card) SET c = row.card
WITH row, c
CALL (row) {
  UNWIND row.parts AS part
  CREATE (p:Part) SET p = part
}
CALL (row) {
  UNWIND row.notices AS notice
  CREATE (s:Notice) SET s = notice
}
CALL (row) {
  UNWIND row.supersedes AS key
  MATCH (o:Card {key: key})
  SET o.retractedAt = row.card.recordedAt
}
CALL (row) {
  UNWIND row.supersedes AS key
  MATCH (p:Part {of: key})
  WITH p, p.id AS id
  DELETE p
  RETURN collect(id) AS gone
}
RETURN c.key AS id, gone

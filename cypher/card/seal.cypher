// Stores sealed cards. A corrected version ends, and its object and tokens are forgotten with it: what was wrong is kept nowhere.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (c:Card) SET c = row.card
WITH row, c
CALL (row) {
  UNWIND row.notices AS notice
  CREATE (s:Notice) SET s = notice
}
CALL (row) {
  UNWIND row.supersedes AS key
  MATCH (t:Token {card: row.card.id})
  DELETE t
}
CALL (row) {
  UNWIND row.supersedes AS key
  MATCH (o:Card {key: key})
  WITH row, o, o.object AS gone
  SET o.retractedAt = row.card.recordedAt
  REMOVE o.object, o.signature, o.keys
  WITH gone
  CALL (gone) {
    MATCH (p:PacketSet {object: gone})
    DELETE p
  }
  RETURN collect(gone) AS gone
}
RETURN c.key AS id, gone

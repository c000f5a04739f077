// Deletes every version of a card, its tokens, and its side of every hit. What stays is the act: that something was erased, and why.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (s:Notice) SET s = row.notice
WITH row
CALL (row) {
  MATCH (t:Token {card: row.card})
  DELETE t
}
CALL (row) {
  MATCH (h:Hit {card: row.card})
  DELETE h
}
CALL (row) {
  MATCH (o:Hit {theirCard: row.card})
  REMOVE o.theirCard
}
CALL (row) {
  MATCH (c:Card {id: row.card})
  WITH c, c.object AS gone
  DELETE c
  WITH gone
  CALL (gone) {
    MATCH (p:PacketSet {object: gone})
    DELETE p
  }
  RETURN collect(gone) AS gone
}
RETURN row.card AS id, gone

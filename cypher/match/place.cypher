// Puts the tokens of cards on watch, in the place of those that they had of that epoch.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
WITH row
CALL (row) {
  MATCH (o:Token {card: row.card})
  WHERE o.epoch = row.epoch
  DELETE o
}
CALL (row) {
  UNWIND row.tokens AS token
  CREATE (t:Token) SET t = token
}
RETURN row.card AS id

// Sets what other offices are told of hits from now on, for all tokens of a card.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
WITH row
CALL (row) {
  MATCH (t:Token {card: row.card})
  SET t.choice = row.choice
}
RETURN row.card AS id

// Sets what other offices are told of hits from now on, for all tokens of a card. The next batch looks at them anew: what nobody was told of may be a hit now.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
WITH row
CALL (row) {
  MATCH (t:Token {card: row.card})
  SET t.choice = row.choice, t.fresh = true
}
RETURN row.card AS id

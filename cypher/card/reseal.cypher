// Puts another sealed object in the place of the one that a card has. The former one's packets go with it.
UNWIND $rows AS row
MATCH (c:Card {key: row.id})
WITH row, c, c.object AS gone
SET c.object = row.object, c.signature = row.signature, c.keys = row.keys
WITH c, gone
CALL (gone) {
  MATCH (p:PacketSet {object: gone})
  DELETE p
}
RETURN c.key AS id, gone

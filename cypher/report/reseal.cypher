// Puts another sealed object in the place of the one that a note has. The former one's packets go with it.
UNWIND $rows AS row
MATCH (r:Report {id: row.id})
WITH row, r, r.noteObject AS gone
SET r.noteObject = row.object, r.noteSignature = row.signature, r.noteKeys = row.keys
WITH r, gone
CALL (gone) {
  MATCH (p:PacketSet {object: gone})
  DELETE p
}
RETURN r.id AS id, gone

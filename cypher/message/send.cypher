// Routes a sealed message. Its id is made by the sender and unique: sending it again is no second message.
UNWIND $rows AS row
CREATE (m:Message) SET m = row
WITH m, row
CALL (row) {
  UNWIND row.erases AS id
  MATCH (e:Message {id: id})
  SET e.erased = true
  WITH id
  MATCH (p:PacketSet {object: id})
  DELETE p
}
CALL (row) {
  MATCH (h:Hit {id: row.hit})
  SET h.notice = row.id
}
RETURN m.id AS id

// Ends the content of messages that had been erased before. Their envelopes stay, so that threads and numbers remain whole.
UNWIND $ids AS id
MATCH (m:Message {id: id})
SET m.erased = true
WITH m
CALL (m) {
  MATCH (p:PacketSet {object: m.id})
  DELETE p
}
RETURN m.id AS id, m.envelope AS envelope

// Puts other sealed parts in the place of those that a card or a note has. Whose these are was judged before; a part belongs to one thing.
UNWIND $rows AS row
CALL (row) {
  MATCH (o:Part {of: row.of})
  WITH o, o.id AS id
  DELETE o
  RETURN collect(id) AS gone
}
CALL (row) {
  UNWIND row.parts AS part
  CREATE (p:Part) SET p = part
}
RETURN row.of AS id, gone

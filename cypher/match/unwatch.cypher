// Takes networks off watch.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
WITH row
CALL (row) {
  MATCH (s:Structure {key: row.key})
  DELETE s
}
RETURN row.network AS id

// Puts the traits of networks on watch, in the place of those that the same office left there.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
WITH row
CALL (row) {
  MERGE (s:Structure {key: row.structure.key})
  SET s = row.structure
}
RETURN row.structure.network AS id

// After a restore: forgets everything in the outbox. What stands in it afterwards comes with the same transaction.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
WITH row
CALL () {
  MATCH (o:Outbox)
  DELETE o
}
RETURN row.id AS id

// That an office has taken note of a notice. The first time counts: saying it again changes nothing.
UNWIND $rows AS row
MERGE (k:Acknowledgement {id: row.id})
ON CREATE SET k = row
RETURN k.id AS id, k.time AS time

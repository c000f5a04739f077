// Keeps questions until their batch. The same one again is no second question.
UNWIND $rows AS row
MERGE (q:Question {id: row.id})
ON CREATE SET q = row
RETURN q.id AS id, q.due AS due, q.body AS body

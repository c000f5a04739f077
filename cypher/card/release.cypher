// Moves every version of a card to another compartment: a change of rights, effective for every asOf.
UNWIND $rows AS row
CREATE (a:Act) SET a = row.act
CREATE (s:Notice) SET s = row.notice
WITH row
MATCH (c:Card {id: row.card})
SET c.compartment = row.compartment, c.compartments = row.compartments
RETURN DISTINCT row.card AS id

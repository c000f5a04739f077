// Which of these stand although they were erased: a graph that was put back in time has them again.
CALL () {
  UNWIND $reports AS id
  MATCH (r:Report {chain: id})
  RETURN DISTINCT 'REPORT' AS kind, id, r.office AS office, r.compartments AS compartments
  UNION
  UNWIND $cards AS id
  MATCH (c:Card {id: id})
  RETURN DISTINCT 'CARD' AS kind, id, c.office AS office, c.compartments AS compartments
  UNION
  UNWIND $messages AS id
  MATCH (m:Message {id: id})
  WHERE m.erased IS NULL
  RETURN 'MESSAGE' AS kind, id, m.sender AS office, [] AS compartments
}
RETURN kind, id, office, compartments
ORDER BY kind, id

// Which of these ids name an entity that the caller may see, and of what kind.
UNWIND $ids AS id
MATCH (e:Entity {id: id})
WHERE EXISTS { (e)<-[d:DESCRIBES WHERE $mask[d.compartment] = 1 AND d.recordedAt <= $asOf AND d.retractedAt > $asOf]-() }
RETURN e.id AS id, labels(e) AS labels

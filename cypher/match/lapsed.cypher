// Cards of the caller's own office that have tokens by keys of other years and none by this one, each with the most careful choice that its tokens have.
MATCH (t:Token)
WHERE t.office = $office AND t.card > $after
WITH t.card AS id, collect(DISTINCT t.epoch) AS epochs, collect(DISTINCT t.choice) AS choices
WHERE NOT $epoch IN epochs
MATCH (c:Card {id: id})
WHERE $mask[c.compartment] = 1 AND c.office = $office
WITH DISTINCT id, epochs, CASE WHEN 'SILENT' IN choices THEN 'SILENT' WHEN 'ANNOUNCE_TO_ME_FIRST' IN choices THEN 'ANNOUNCE_TO_ME_FIRST' ELSE 'ANNOUNCE' END AS choice
RETURN id, epochs, choice
ORDER BY id LIMIT $first

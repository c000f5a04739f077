// Sides of hits whose offices are to be reminded to decide. Each with the entity of its card, or whether its network is on watch: neither, where the office took it off or is silent now.
MATCH (h:Hit)
WHERE h.undecided <= $now
WITH h ORDER BY h.undecided, h.key LIMIT $first
CALL (h) {
  MATCH (t:Token {card: h.card})
  RETURN CASE WHEN 'SILENT' IN collect(t.choice) THEN [] ELSE collect(DISTINCT t.entity) END AS entities
}
CALL (h) {
  MATCH (s:Structure {network: h.network})
  WHERE s.office = h.office AND s.choice <> 'SILENT'
  RETURN count(s) > 0 AS watched
}
RETURN h.key AS key, h.office AS office, h.undecided AS undecided, h.card AS card, entities, watched, h.theirRefusal IS NOT NULL AS ended
ORDER BY undecided, key

// What the graph knows to be erased: by the act that erased it, or by what is left of it.
CALL () {
  MATCH (a:Act)
  WHERE a.kind IN ['ERASE', 'CARD_ERASE']
  RETURN CASE a.kind WHEN 'ERASE' THEN 'REPORT' ELSE 'CARD' END AS kind, a.chain AS id
  UNION
  MATCH (m:Message {erased: true})
  RETURN 'MESSAGE' AS kind, m.id AS id
}
RETURN kind, id
ORDER BY kind, id

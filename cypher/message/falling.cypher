// Messages that fall due between two times, with the recipients who have not settled them, for whoever reminds both sides.
MATCH (m:Message)
WHERE m.due > $from AND m.due <= $to
WITH m, [o IN m.offices WHERE o <> m.sender AND NOT EXISTS {
  MATCH (r:Message {inReplyTo: m.id})
  WHERE r.sender = o AND m.sender IN r.offices
    AND r.type IN CASE m.type WHEN 'LIFE_AT_RISK' THEN ['ACK', 'ANSWER', 'REFUSAL'] ELSE ['ANSWER', 'REFUSAL'] END
}] AS owing
WHERE size(owing) > 0
RETURN m.id AS id, m.thread AS thread, m.type AS type, m.sender AS sender, m.due AS due, owing
ORDER BY m.due, m.id

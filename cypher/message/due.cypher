// Messages of the caller's offices that were due before a time, the longest due first, without those that every recipient settled:
// what is left out is not overdue, what is shown may have been settled in another way.
MATCH (m:Message)
WHERE m.compartment IN $compartments AND any(o IN m.offices WHERE o IN $offices) AND m.due < $before
  AND [m.due, m.id] > $after
  AND any(o IN m.offices WHERE o <> m.sender AND NOT EXISTS {
    MATCH (r:Message {inReplyTo: m.id})
    WHERE $mask[r.compartment] = 1 AND r.sender = o AND m.sender IN r.offices
      AND r.type IN CASE m.type WHEN 'LIFE_AT_RISK' THEN ['ACK', 'ANSWER', 'REFUSAL'] ELSE ['ANSWER', 'REFUSAL'] END
  })
RETURN m.id AS id, m.thread AS thread, m.due AS due
ORDER BY m.due, m.id LIMIT $first

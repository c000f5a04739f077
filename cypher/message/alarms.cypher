// Alarms that not every recipient has let hear of, for whoever must be called again.
MATCH (m:Message {type: 'LIFE_AT_RISK'})
WHERE m.recordedTime > $since
MATCH (r:Message {thread: m.thread})
WHERE r.id = m.id OR r.type IN ['ACK', 'ANSWER', 'REFUSAL'] AND r.inReplyTo = m.id AND m.sender IN r.offices
WITH m, collect(CASE WHEN r.id = m.id THEN null ELSE r.sender END) AS heard
WHERE any(o IN m.offices WHERE o <> m.sender AND NOT o IN heard)
RETURN m.id AS id, m.thread AS thread, m.sender AS sender, m.offices AS offices, m.recordedTime AS recordedTime, heard
ORDER BY m.recordedTime, m.id

// Alarms that not every recipient has let hear of himself, and who replied to them: a unit of his may have done it in his place.
MATCH (m:Message {type: 'LIFE_AT_RISK'})
WHERE m.recordedTime > $since
MATCH (r:Message {thread: m.thread})
WHERE r.id = m.id OR r.type IN ['ACK', 'ANSWER', 'REFUSAL'] AND r.inReplyTo = m.id AND m.sender IN r.offices
WITH m, collect(CASE WHEN r.id = m.id THEN null ELSE {sender: r.sender, recipients: r.offices} END) AS replies
WHERE any(o IN m.offices WHERE o <> m.sender AND NOT any(r IN replies WHERE r.sender = o))
RETURN m.id AS id, m.thread AS thread, m.sender AS sender, m.offices AS offices, m.recordedTime AS recordedTime, replies
ORDER BY m.recordedTime, m.id

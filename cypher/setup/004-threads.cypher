MATCH (m:Message) WHERE m.thread IS NULL SET m.thread = split(split(m.envelope, '"thread":"')[1], '"')[0], m.type = split(split(m.envelope, '"type":"')[1], '"')[0];
CREATE INDEX message_thread IF NOT EXISTS FOR (m:Message) ON (m.thread);
CREATE INDEX message_due IF NOT EXISTS FOR (m:Message) ON (m.due);
CREATE INDEX message_type IF NOT EXISTS FOR (m:Message) ON (m.type);
CREATE INDEX message_reply IF NOT EXISTS FOR (m:Message) ON (m.inReplyTo);
CREATE INDEX notice_chain IF NOT EXISTS FOR (n:Notice) ON (n.chain);
CREATE CONSTRAINT acknowledgement_id IF NOT EXISTS FOR (k:Acknowledgement) REQUIRE k.id IS UNIQUE;
CREATE INDEX acknowledgement_notice IF NOT EXISTS FOR (k:Acknowledgement) ON (k.notice)

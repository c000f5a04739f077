CREATE INDEX message_erased IF NOT EXISTS FOR (m:Message) ON (m.erased);

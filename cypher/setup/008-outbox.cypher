CREATE INDEX outbox_asked IF NOT EXISTS FOR (o:Outbox) ON (o.asked);

CREATE CONSTRAINT event_key IF NOT EXISTS FOR (e:Event) REQUIRE e.key IS UNIQUE;
CREATE INDEX event_time IF NOT EXISTS FOR (e:Event) ON (e.compartment, e.recordedTime);
CREATE INDEX message_time IF NOT EXISTS FOR (m:Message) ON (m.compartment, m.recordedTime);

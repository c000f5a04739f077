CREATE CONSTRAINT event_key IF NOT EXISTS FOR (e:Event) REQUIRE e.key IS UNIQUE;
CREATE INDEX event_compartment IF NOT EXISTS FOR (e:Event) ON (e.compartment);

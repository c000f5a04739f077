CREATE CONSTRAINT card_key IF NOT EXISTS FOR (c:Card) REQUIRE c.key IS UNIQUE;
CREATE CONSTRAINT card_object IF NOT EXISTS FOR (c:Card) REQUIRE c.object IS UNIQUE;
CREATE INDEX card_entity IF NOT EXISTS FOR (c:Card) ON (c.entity, c.compartment);
CREATE INDEX card_compartment IF NOT EXISTS FOR (c:Card) ON (c.compartment);
CREATE INDEX card_id IF NOT EXISTS FOR (c:Card) ON (c.id);

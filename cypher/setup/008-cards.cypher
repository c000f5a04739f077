CREATE CONSTRAINT card_key IF NOT EXISTS FOR (c:Card) REQUIRE c.key IS UNIQUE;
CREATE CONSTRAINT part_id IF NOT EXISTS FOR (p:Part) REQUIRE p.id IS UNIQUE;
CREATE INDEX card_entity IF NOT EXISTS FOR (c:Card) ON (c.entity, c.compartment);
CREATE INDEX card_compartment IF NOT EXISTS FOR (c:Card) ON (c.compartment);
CREATE INDEX card_id IF NOT EXISTS FOR (c:Card) ON (c.id);
CREATE INDEX part_of IF NOT EXISTS FOR (p:Part) ON (p.of);
MATCH (r:Report) WHERE r.noteObject IS NOT NULL MERGE (p:Part {id: r.noteObject}) ON CREATE SET p.of = r.id, p.audience = [], p.keys = [], p.data = '', p.signature = r.noteSignature, p.signer = r.author;

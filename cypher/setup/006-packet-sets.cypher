CREATE CONSTRAINT packet_set_id IF NOT EXISTS FOR (p:PacketSet) REQUIRE p.id IS UNIQUE;
CREATE INDEX packet_set_object IF NOT EXISTS FOR (p:PacketSet) ON (p.object);
CREATE INDEX packet_set_compartment IF NOT EXISTS FOR (p:PacketSet) ON (p.compartment);

// Keeps session key packets beside those of the upload. One version of an office's packets for an object exists once.
UNWIND $rows AS row
CREATE (p:PacketSet) SET p = row
RETURN p.object AS id

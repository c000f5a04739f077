// Routes a sealed message. Its id is made by the sender and unique: sending it again is no second message.
UNWIND $rows AS row
CREATE (m:Message) SET m = row
RETURN m.id AS id

// Keeps an event for its offices. Its key is made of what it says: saying it again is no second event.
UNWIND $rows AS row
MERGE (e:Event {key: row.key})
ON CREATE SET e = row
RETURN e.key AS key

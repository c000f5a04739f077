// The notes that the caller's own office has sealed, those of corrected reports too; of one report where an id is given.
MATCH (r:Report)
WHERE r.compartment IN $compartments AND r.office = $office AND r.noteObject IS NOT NULL AND ($id = '' OR r.id = $id)
RETURN r.id AS id, r.compartment AS compartment, r.note AS facts, r.noteObject AS object, r.noteKeys AS keys
ORDER BY id

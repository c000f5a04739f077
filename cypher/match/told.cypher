// Notes that offices were told. What came since is still to be told.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
WHERE h.untold = row.step
REMOVE h.untold
RETURN h.key AS key

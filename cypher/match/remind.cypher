// Sets when offices are reminded next, and that some of them are to be told now. Whoever decided meanwhile is not, and of what is untold nothing is lost.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
WHERE h.undecided = row.undecided
SET h.undecided = row.next, h.untold = CASE WHEN row.told AND h.untold IS NULL THEN 'UNDECIDED' ELSE h.untold END
RETURN h.key AS key

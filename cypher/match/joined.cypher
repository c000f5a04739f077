// Notes the reports by which two offices say that two are the same.
UNWIND $rows AS row
MATCH (h:Hit {key: row.key})
SET h.same = row.report, h.untold = 'JOINED'
REMOVE h.proposal
RETURN h.key AS id

// Leaves, in the transaction of a change, what was asked and what stands since: whatever becomes of the answer, the next start finds it.
UNWIND $rows AS row
CREATE (o:Outbox) SET o = row
RETURN o.asked AS asked

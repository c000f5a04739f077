// One hit as the caller's own office was told of it.
MATCH (h:Hit {id: $id})
WHERE h.compartment IN $compartments AND h.office = $office
RETURN h.id AS id, h.type AS type, h.card AS card, h.network AS network, h.question AS question, h.at AS at, h.announced AS announced,
  CASE WHEN h.known THEN h.theirOffice END AS office, h.refused AS refused, h.theirRefusal AS theirRefusal,
  h.proposal IS NOT NULL AS proposed, h.theirProposal IS NOT NULL AS theirProposal, h.same AS same, h.notice AS notice

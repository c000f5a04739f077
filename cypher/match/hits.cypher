// A page of what the caller's own office was told of, newest first.
CALL () {
  MATCH (h:Hit)
  WHERE h.compartment IN $compartments AND h.office = $office AND h.at <= $until
  RETURN collect(h) AS hs
}
CALL (hs) {
  UNWIND hs AS h
  WITH h WHERE [h.at, h.id] < $after
  WITH h ORDER BY h.at DESC, h.id DESC LIMIT $first
  RETURN collect(h) AS page
}
UNWIND CASE WHEN page = [] THEN [null] ELSE page END AS h
RETURN size(hs) AS total, h.id AS id, h.type AS type, h.card AS card, h.network AS network, h.question AS question, h.at AS at, h.announced AS announced,
  CASE WHEN h.known THEN h.theirOffice END AS office, h.refused AS refused, h.theirRefusal AS theirRefusal,
  h.proposal IS NOT NULL AS proposed, h.theirProposal IS NOT NULL AS theirProposal, h.same AS same, h.notice AS notice

// The reports, in all their versions, of every act after one: a view that was projected before has to read these anew.
MATCH (a:Act)
WHERE a.version > $since
CALL (a) {
  MATCH (b:Act {chain: a.chain})
  WHERE b.kind IN ['SUBMIT', 'CORRECT']
  RETURN collect(DISTINCT b.report) AS reports
}
RETURN a.version AS version, a.kind AS kind, reports
ORDER BY a.version

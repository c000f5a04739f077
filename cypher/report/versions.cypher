// The versions and their times, in order, from a version on.
MATCH (a:Act)
WHERE a.version > $since
RETURN a.version AS version, a.time AS time
ORDER BY a.version

CREATE INDEX hit_undecided IF NOT EXISTS FOR (h:Hit) ON (h.undecided);

CREATE CONSTRAINT structure_key IF NOT EXISTS FOR (s:Structure) REQUIRE s.key IS UNIQUE;
CREATE INDEX structure_network IF NOT EXISTS FOR (s:Structure) ON (s.network);
CREATE INDEX hit_network IF NOT EXISTS FOR (h:Hit) ON (h.network);
CREATE INDEX hit_their_network IF NOT EXISTS FOR (h:Hit) ON (h.theirNetwork);

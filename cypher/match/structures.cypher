// Every network that is on watch.
MATCH (s:Structure)
RETURN s.network AS network, s.office AS office, s.choice AS choice, s.traits AS traits
ORDER BY office, network

// Which of these networks an office sees by any claim: who sees one needs no hit. $sights has the compartments that each office sees.
UNWIND $looks AS look
MATCH ()-[d:DESCRIBES]->()
USING INDEX d:DESCRIBES(entity, compartment)
WHERE d.entity = look.network AND d.compartment IN $sights[look.office] AND d.retractedAt > $version
RETURN DISTINCT look.office AS office, look.network AS network
ORDER BY office, network

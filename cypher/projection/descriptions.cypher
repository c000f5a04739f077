// Every visible description, and every bare mention: what an analysis knows of each entity by itself. Sought in an index by
// what is visible, so that the work grows with the answer.
MATCH ()-[d:DESCRIBES]->()
USING INDEX d:DESCRIBES(of, compartment)
WHERE d.of IN $kinds AND d.compartment IN $compartments AND d.recordedAt <= $asOf AND d.retractedAt > $asOf
RETURN properties(d) AS said

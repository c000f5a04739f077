// Which of these cards are about somebody of whom a claim that their own office sees says that he is protected (law 6). $sights has the compartments that each office sees.
UNWIND $cards AS card
MATCH (e:Entity {id: card.entity})<-[d:DESCRIBES]-()
WHERE d.compartment IN $sights[card.office] AND d.retractedAt > $version
  AND (d.category IN $categories OR d.minor = true OR d.coerced = true OR d.age IN $ages)
RETURN DISTINCT card.card AS card
ORDER BY card

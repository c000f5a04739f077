// Which of these sealed objects belong to a message, a card or a report's note. What nothing owns was left by a crash.
UNWIND $ids AS id
WITH id
WHERE EXISTS { (m:Message {id: id}) WHERE m.erased IS NULL } OR EXISTS { (:Report {noteObject: id}) }
  OR EXISTS { (:Card {object: id}) }
RETURN id

// Which of these sealed objects belong to a message, or are part of a card or of a report's note. What nothing owns was left by a crash.
UNWIND $ids AS id
WITH id
WHERE EXISTS { (:Message {id: id}) } OR EXISTS { (:Part {id: id}) }
RETURN id

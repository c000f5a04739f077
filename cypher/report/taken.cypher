// Which of these idempotency keys stand for an act already, of one officer or of an office. Asked by the server for itself, many
// writers at once: almost always none does, and then nobody's act is looked at.
UNWIND $keys AS key
CALL (key) {
  MATCH (a:Act {key: key})
  RETURN true AS taken
  UNION
  MATCH (a:Act {officeKey: key})
  RETURN true AS taken
}
RETURN key
ORDER BY key

// The packet sets of objects that a caller was let to, each office's from the oldest on. The server asks it for itself, as it reads a blob.
MATCH (p:PacketSet)
WHERE p.object IN $objects
RETURN p.object AS object, p.office AS office, p.version AS version, p.packets AS packets, p.signature AS signature, p.signer AS signer,
  p.holder AS holder, p.recordedTime AS recordedTime, p.confirmedTime AS confirmedTime
ORDER BY recordedTime, office, version

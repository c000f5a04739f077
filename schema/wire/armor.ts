import { Fault } from './fault.ts'

const MESSAGE =
  /^-----BEGIN PGP MESSAGE-----\n\n((?:[A-Za-z0-9+/]{1,76}\n)*[A-Za-z0-9+/]{1,76}={0,2}\n)(?:=([A-Za-z0-9+/]{4})\n)?-----END PGP MESSAGE-----\n?$/

/**
 * The binary message inside strict ASCII armor, or BAD_PACKET: no text around it, no `Comment:` or other header, no white
 * space, a right checksum where there is one. Clients accept armor; what is stored and hashed is always the binary.
 */
export function dearmor(text: string): Uint8Array {
  const found = MESSAGE.exec(text.replaceAll('\r\n', '\n'))
  if (!found)
    throw new Fault(
      'BAD_PACKET',
      'expected an armored message without headers or text around it, got something else',
    )
  const base64 = found[1]!.replaceAll('\n', '')
  const bytes = Buffer.from(base64, 'base64')
  // Node skips what it does not understand; only the one spelling of these octets is taken.
  if (bytes.toString('base64') !== base64)
    throw new Fault('BAD_PACKET', 'expected whole base64, got a broken one')
  if (found[2] && checksum(bytes) !== found[2])
    throw new Fault('BAD_PACKET', `expected checksum ${checksum(bytes)}, got ${found[2]}`)
  return bytes
}

/** CRC-24 (RFC 9580 §6.1). */
function checksum(bytes: Uint8Array): string {
  let crc = 0xb704ce
  for (const octet of bytes) {
    crc ^= octet << 16
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x800000 ? 0x1864cfb : 0)
  }
  return Buffer.from([(crc >> 16) & 255, (crc >> 8) & 255, crc & 255]).toString('base64')
}

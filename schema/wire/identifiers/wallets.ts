import { sha256 } from '../canonical.ts'
import { keccak256 } from './keccak.ts'

/** A virtual-asset address whose form names its chain: Ethereum, Bitcoin (Base58Check, Bech32, Bech32m), Tron. */
export function isWallet(value: string): string | null {
  if (/^0x/i.test(value)) return isEthereum(value)
  if (/^bc1/i.test(value)) return isBech32(value)
  if (/^[13T]/.test(value)) return isBase58Check(value)
  return 'expected an address of Bitcoin, Ethereum or Tron'
}

/** EIP-55: the case of a letter is a bit of the hash of the lower-case address. All one case carries no check. */
function isEthereum(value: string): string | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value)) return 'expected an Ethereum address of 40 hexadecimal digits'
  const digits = value.slice(2)
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return null
  const hash = Buffer.from(keccak256(Buffer.from(digits.toLowerCase()))).toString('hex')
  const right = [...digits].every((digit, index) =>
    Number.parseInt(hash[index]!, 16) > 7 ? digit === digit.toUpperCase() : digit === digit.toLowerCase(),
  )
  return right ? null : 'expected an address with its EIP-55 checksum'
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** First byte → what a text that begins so must decode to: Bitcoin 1… and 3…, Tron T…. */
const BASE58_VERSIONS: Record<string, number> = { '1': 0x00, '3': 0x05, T: 0x41 }

/** Base58Check: version, 20 bytes, the first four bytes of the double SHA-256. */
function isBase58Check(value: string): string | null {
  if (!/^[1-9A-HJ-NP-Za-km-z]{25,35}$/.test(value)) return 'expected an address in Base58'
  const number = [...value].reduce((sum, one) => sum * 58n + BigInt(BASE58.indexOf(one)), 0n)
  const hex = number.toString(16).padStart(50, '0')
  if (hex.length !== 50) return 'expected an address of 25 bytes'
  const bytes = Buffer.from(hex, 'hex')
  if (bytes[0] !== BASE58_VERSIONS[value[0]!]) return 'expected an address of Bitcoin or Tron'
  const sum = sha256(sha256(bytes.subarray(0, 21))).subarray(0, 4)
  return sum.equals(bytes.subarray(21)) ? null : 'expected an address with its Base58Check checksum'
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const BECH32_GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173 (version 0, constant 1) and BIP 350 (later versions, Bech32m) for the prefix bc. */
function isBech32(value: string): string | null {
  if (value !== value.toLowerCase() && value !== value.toUpperCase()) return 'expected an address in one case'
  const values = [...value.toLowerCase().slice(3)].map((one) => BECH32.indexOf(one))
  if (values.includes(-1) || values.length < 14 || values.length > 87) return 'expected an address in Bech32'
  const version = values[0]!
  const length = Math.floor(((values.length - 7) * 5) / 8)
  const fits = version === 0 ? length === 20 || length === 32 : version <= 16 && length >= 2 && length <= 40
  if (!fits) return 'expected a witness programme of a known length'
  // The prefix bc, expanded: high bits, zero, low bits.
  const check = [3, 3, 0, 2, 3, ...values].reduce(polymod, 1)
  return check === (version === 0 ? 1 : 0x2bc830a3) ? null : 'expected an address with its Bech32 checksum'
}

function polymod(check: number, value: number): number {
  const top = check >>> 25
  return BECH32_GENERATOR.reduce(
    (sum, generator, bit) => ((top >>> bit) & 1 ? sum ^ generator : sum),
    ((check & 0x1ffffff) << 5) ^ value,
  )
}

import { digitValue, weighted } from './checks.ts'

/** IMO ship number: seven digits, weights 7–2, the last digit of the sum is the seventh (IMO A.1117(30)). */
export function isImo(value: string): string | null {
  if (!/^[1-9]\d{6}$/.test(value)) return 'expected an IMO number of seven digits'
  const digits = [...value].map(Number)
  return checkDigit(weighted(digits, [7, 6, 5, 4, 3, 2, 0]) % 10, value[6]!)
}

/** What may stand before the country's MID: ships, hand-helds, groups, coast stations, aircraft, tenders, aids. */
const MMSI = /^(?:|8|0|00|111|98|99)(?<mid>[2-7]\d\d)\d+$/

/** Maritime mobile service identity: nine digits round a MID of 201–775 (ITU-R M.585), or a 97x distress device. */
export function isMmsi(value: string): string | null {
  if (!/^\d{9}$/.test(value)) return 'expected an MMSI of nine digits'
  if (/^97[024]/.test(value)) return null
  const mid = Number(MMSI.exec(value)?.groups?.mid)
  return mid >= 201 && mid <= 775 ? null : 'expected an MMSI with a country (MID 201–775)'
}

/** A letter's value in ISO 6346 skips the multiples of eleven: A 10, B 12 … Z 38. */
const containerValue = (character: string): number => {
  const value = digitValue(character)
  return value < 10 ? value : value + Math.floor((value - 1) / 10)
}

/** ISO 6346: owner code, category U, J or Z, six digits, check digit (powers of two, modulo 11, 10 becomes 0). */
export function isContainer(value: string): string | null {
  if (!/^[A-Z]{3}[UJZ]\d{7}$/.test(value)) return 'expected a container number such as CSQU3054383'
  const sum = [...value.slice(0, 10)].reduce(
    (total, one, index) => total + containerValue(one) * 2 ** index,
    0,
  )
  return checkDigit((sum % 11) % 10, value[10]!)
}

const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

/** ISO 3779 leaves the letters' values to the regions: these are those of 49 CFR 565.15 and GB 16735. */
const vinValue = (character: string): number =>
  /\d/.test(character) ? Number(character) : Number('12345678012345070923456789'[digitValue(character) - 10])

/**
 * Vehicle identification number: 17 characters without I, O and Q (ISO 3779). The ninth is a check digit where the
 * law of the maker's region asks for it: North America (first character 1–5) and China (L).
 */
export function isVin(value: string): string | null {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(value)) return 'expected a VIN of 17 letters and digits without I, O, Q'
  if (!/^[1-5L]/.test(value)) return null
  const rest = weighted([...value].map(vinValue), VIN_WEIGHTS) % 11
  return checkDigit(rest === 10 ? 'X' : rest, value[8]!)
}

/** A number plate as written, upper case; formats differ by country and time, so only the shape is checked. */
export function isPlate(value: string): string | null {
  const shape = /^[\p{Lu}\p{Lo}\p{Nd}](?:[\p{Lu}\p{Lo}\p{Nd} -]{0,13}[\p{Lu}\p{Lo}\p{Nd}])?$/u
  return shape.test(value) ? null : 'expected a number plate in upper case, at most 15 characters'
}

/** ICAO 24-bit aircraft address in hexadecimal; all zeros and all ones are never assigned (Annex 10 vol. III). */
export function isAircraftAddress(value: string): string | null {
  if (!/^[0-9A-F]{6}$/.test(value)) return 'expected an aircraft address of six hexadecimal digits'
  return /^(?:0{6}|F{6})$/.test(value) ? 'expected an assigned aircraft address' : null
}

/** Nationality and registration mark (ICAO Annex 7), such as 5U-ABC or N123AB. */
export function isAircraftRegistration(value: string): string | null {
  const shape = /^(?=.*[A-Z])[A-Z0-9]{1,3}(?:-[A-Z0-9]{2,5}|[A-Z0-9]{1,5})$/
  return shape.test(value) ? null : 'expected an aircraft registration such as 5U-ABC'
}

/** Radio call sign of a ship (ITU Radio Regulations art. 19). */
export function isCallSign(value: string): string | null {
  return /^(?=.*[A-Z])[A-Z0-9]{3,7}$/.test(value) ? null : 'expected a call sign of three to seven characters'
}

const checkDigit = (expected: number | string, got: string): string | null =>
  String(expected) === got ? null : `expected check digit ${expected}, got ${got}`

import type { IdentifierKind } from '../codes.ts'
import { IDENTIFIERS, type IdentifierType } from '../identifiers.ts'
import { isDate, isNationality } from './lists.ts'

// The one spelling under which the same identifier meets itself again, whoever wrote it down (E.164, ISO 13616, ICAO 9303 …).

export type Raw = {
  kind: IdentifierKind
  value: string
  country?: string | undefined
  platform?: string | undefined
}

const bare = (text: string) => text.toUpperCase().replace(/[\s.\-/()]/g, '')
const digits = (text: string) => text.replace(/\D/g, '')

/** How the raw spelling of each kind is brought to the one that its check takes. */
const SPELLINGS: Partial<Record<IdentifierKind, (value: string) => string>> = {
  PHONE: (value) => bare(value).replace(/^00/, '+'),
  EMAIL: (value) => value.trim().toLowerCase(),
  HANDLE: (value) => value.trim().replace(/^@/, '').toLowerCase(),
  IMEI: digits,
  IMSI: digits,
  IMO: digits,
  MMSI: digits,
  WALLET: (value) => value.trim(),
  PASSPORT_LINE: (value) => value.toUpperCase().replace(/\s/g, ''),
  AIRCRAFT_REGISTRATION: (value) => value.toUpperCase().replace(/\s/g, ''),
}

/** Letters without their marks, upper case, one blank between words: names are written in many ways. */
const folded = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Null where the value has no form of its kind: half a plate and a number with a wrong check digit stay raw, and join nothing. */
export function normalForm({ kind, value, country, platform }: Raw): string | null {
  if (kind === 'NAME' || kind === 'ALIAS' || kind === 'BIRTH_PLACE' || kind === 'ADDRESS')
    return folded(value) || null
  if (kind === 'BIRTH_DATE') return birthDate(value.trim())
  if (kind === 'NATIONALITY') return isNationality(bare(value)) === null ? bare(value) : null
  return selector(kind, (SPELLINGS[kind] ?? bare)(value), { country, platform })
}

type Beside = { country: string | undefined; platform: string | undefined }

/** A plate and a document mean something only with their country, a handle with its platform: these stand before it. */
function selector(kind: IdentifierType, value: string, { country, platform }: Beside): string | null {
  if (IDENTIFIERS[kind](value) !== null) return null
  if (kind === 'PLATE' || kind === 'DOCUMENT') return country ? `${bare(country)}:${value}` : null
  if (kind === 'HANDLE') return platform ? `${platform.trim().toLowerCase()}:${value}` : null
  return value
}

/** A year, a month or a day (EDTF level 0): what is not known better is not made up. */
function birthDate(value: string): string | null {
  if (/^\d{4}$/.test(value) || /^\d{4}-(?:0[1-9]|1[0-2])$/.test(value)) return value
  return isDate(value) === null ? value : null
}

import { mod97 } from './checks.ts'
import { isCountry } from './lists.ts'

/**
 * Length of an IBAN by country: the registry of ISO 13616, then (second block) countries whose banks issue such
 * numbers without being registered, among them the West and Central African franc zones, Algeria and Morocco.
 */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29
  ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
  LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29
  PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
  YE30
  AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** ISO 13616: country, two check digits (ISO 7064 MOD 97-10), account; upper case, without spaces. */
export function isIban(value: string): string | null {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(value)) return 'expected an IBAN without spaces'
  const length = IBAN_LENGTHS.get(value.slice(0, 2))
  if (length === undefined) return 'expected an IBAN of a country that has them'
  if (value.length !== length) return `expected an IBAN of ${length} characters, got ${value.length}`
  return mod97(value.slice(4) + value.slice(0, 4)) === 1 ? null : 'expected other check digits'
}

/** ISO 9362: institution (4), country (2), location (2), optionally branch (3). */
export function isBic(value: string): string | null {
  if (!/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(value))
    return 'expected a BIC of 8 or 11 characters'
  return isCountry(value.slice(4, 6))
}

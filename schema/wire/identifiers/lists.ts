/**
 * Countries, currencies, places, languages and dates.
 * Every `is…` function of this folder answers null for a good value, else the reason in a few words.
 */

/** ISO 3166-1 alpha-2, all 249 officially assigned. */
export const COUNTRIES: ReadonlySet<string> = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
  CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
  GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
  JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
  MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
  RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
  TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
)

/** Kosovo: user-assigned, in wide use. */
const USER_ASSIGNED: ReadonlySet<string> = new Set(['XK'])

/** ICAO 9303-3 §5: stateless, refugee, other refugee, unspecified, United Nations official. No ISO country. */
export const NATIONALITY_EXTRAS: ReadonlySet<string> = new Set(['XXA', 'XXB', 'XXC', 'XXX', 'UNO'])

/**
 * ISO 4217: the active list, funds and metals left out, then (second block) the currencies withdrawn since 2010,
 * because fees of those years are charted too.
 */
export const CURRENCIES: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
  COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
  ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
  MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
  SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
  UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
  ANG BGN BYR CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL`.split(/\s+/),
)

export function isCountry(value: string): string | null {
  return COUNTRIES.has(value) || USER_ASSIGNED.has(value) ? null : 'expected an ISO 3166-1 alpha-2 country'
}

/** A country, or one of ICAO's codes for those who have none. */
export function isNationality(value: string): string | null {
  if (NATIONALITY_EXTRAS.has(value) || isCountry(value) === null) return null
  return 'expected an ISO 3166-1 alpha-2 country or an ICAO 9303 code'
}

export function isCurrency(value: string): string | null {
  return CURRENCIES.has(value) ? null : 'expected an ISO 4217 currency'
}

/** UN/LOCODE: country, then three of A–Z and 2–9, without a space. The register itself is not checked. */
export function isLocode(value: string): string | null {
  if (!/^[A-Z]{2}[A-Z2-9]{3}$/.test(value)) return 'expected a UN/LOCODE such as NEAJY'
  return isCountry(value.slice(0, 2))
}

/** ISO 639-3, the shape only: three lower-case letters. */
export function isLanguage(value: string): string | null {
  return /^[a-z]{3}$/.test(value) ? null : 'expected an ISO 639-3 language of three letters'
}

/** ISO 8601 calendar date that exists in the (proleptic Gregorian) calendar. */
export function isDate(value: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'expected a date YYYY-MM-DD'
  const time = Date.parse(`${value}T00:00:00Z`)
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
  return exists ? null : 'expected a date that exists in the calendar'
}

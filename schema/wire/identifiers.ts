import { z } from 'zod'
import { isEmail, isHandle, isImei, isImsi, isPhone, isPlatform } from './identifiers/contact.ts'
import { isDocumentNumber, isPassportLine } from './identifiers/documents.ts'
import { isCountry, isNationality } from './identifiers/lists.ts'
import { isBic, isIban } from './identifiers/money.ts'
import {
  isAircraftAddress,
  isAircraftRegistration,
  isCallSign,
  isContainer,
  isImo,
  isMmsi,
  isPlate,
  isVin,
} from './identifiers/transport.ts'
import { isWallet } from './identifiers/wallets.ts'

export { mrzCheckDigit } from './identifiers/checks.ts'
export { isDocumentCode } from './identifiers/documents.ts'
export { isCurrency, isDate, isLanguage, isLocode } from './identifiers/lists.ts'
export {
  isAircraftAddress,
  isAircraftRegistration,
  isBic,
  isCallSign,
  isContainer,
  isCountry,
  isDocumentNumber,
  isEmail,
  isHandle,
  isIban,
  isImei,
  isImo,
  isImsi,
  isMmsi,
  isNationality,
  isPassportLine,
  isPhone,
  isPlate,
  isPlatform,
  isVin,
  isWallet,
}

/** Null for a good value, else the reason: short, lower case, without the value. */
export type Check = (value: string) => string | null

/** Selectors by type. Every check takes the one canonical spelling: upper case, no spaces, unless it says otherwise. */
export const IDENTIFIERS = {
  AIRCRAFT_ADDRESS: isAircraftAddress,
  AIRCRAFT_REGISTRATION: isAircraftRegistration,
  BIC: isBic,
  CALL_SIGN: isCallSign,
  CONTAINER: isContainer,
  DOCUMENT: isDocumentNumber,
  EMAIL: isEmail,
  HANDLE: isHandle,
  IBAN: isIban,
  IMEI: isImei,
  IMO: isImo,
  IMSI: isImsi,
  MMSI: isMmsi,
  PASSPORT_LINE: isPassportLine,
  PHONE: isPhone,
  PLATE: isPlate,
  VIN: isVin,
  WALLET: isWallet,
} as const satisfies Record<string, Check>
export type IdentifierType = keyof typeof IDENTIFIERS
export const IDENTIFIER_TYPES = Object.keys(IDENTIFIERS) as [IdentifierType, ...IdentifierType[]]

/** What a value means nothing without. */
const COMPANIONS: Partial<Record<IdentifierType, 'country' | 'platform'>> = {
  DOCUMENT: 'country',
  HANDLE: 'platform',
  PLATE: 'country',
}

/**
 * One identifier of a person or thing; it travels sealed, never in the graph. A plate or document needs the country
 * that issued it, a handle its platform, and no other type takes one. Failures carry the fault BAD_IDENTIFIER.
 */
export const Identifier = z
  .strictObject({
    type: z.enum(IDENTIFIER_TYPES),
    value: z.string().max(254),
    country: z.string().optional(),
    platform: z.string().optional(),
  })
  .superRefine((identifier, context) => {
    const report = (key: 'value' | 'country' | 'platform', reason: string | null) => {
      if (reason === null) return
      context.addIssue({ code: 'custom', path: [key], message: reason, params: { fault: 'BAD_IDENTIFIER' } })
    }
    report('value', IDENTIFIERS[identifier.type](identifier.value))
    const needed = COMPANIONS[identifier.type]
    for (const [key, check] of [
      ['country', isNationality],
      ['platform', isPlatform],
    ] as const) {
      const given = identifier[key]
      if (key === needed) report(key, given === undefined ? `expected a ${key}` : check(given))
      else if (given !== undefined) report(key, `expected no ${key} with this type`)
    }
  })
export type Identifier = z.infer<typeof Identifier>

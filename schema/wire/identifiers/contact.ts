import { luhn } from './checks.ts'

/** A telephone number: plus, country code, at most 15 digits in all (ITU-T E.164). */
export function isPhone(value: string): string | null {
  return /^\+[1-9]\d{6,14}$/.test(value) ? null : 'expected a number such as +22790123456 (E.164)'
}

/** International mobile equipment identity: 15 digits, the last by Luhn (3GPP TS 23.003 annex B). */
export function isImei(value: string): string | null {
  if (!/^\d{15}$/.test(value)) return 'expected an IMEI of 15 digits'
  return luhn(value) ? null : 'expected another check digit'
}

/** International mobile subscriber identity: mobile country code 2xx–7xx or 901, 14 or 15 digits (ITU-T E.212). */
export function isImsi(value: string): string | null {
  return /^(?:[2-7]\d\d|901)\d{11,12}$/.test(value) ? null : 'expected an IMSI of 14 or 15 digits'
}

/** An address that can be written to: unquoted local part ≤ 64, domain of two labels or more (RFC 5321 limits). */
export function isEmail(value: string): string | null {
  const local = String.raw`[\p{L}\p{N}!#$%&'*+/=?^_{|}~-]+`
  const domain = String.raw`(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}`
  const shape = new RegExp(`^(?=.{1,64}@)${local}(?:\\.${local})*@${domain}$`, 'u')
  return value.length <= 254 && shape.test(value) ? null : 'expected an e-mail address'
}

/** A name on a platform, without the leading @; the platform stands beside it. */
export function isHandle(value: string): string | null {
  return /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]{0,63})$/u.test(value)
    ? null
    : 'expected a handle of at most 64 characters'
}

/** A platform by its domain or its plain name, lower case. */
export function isPlatform(value: string): string | null {
  return /^[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?$/.test(value) ? null : 'expected a platform in lower case'
}

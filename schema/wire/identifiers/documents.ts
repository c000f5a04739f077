import { mrzCheckDigit } from './checks.ts'

export { mrzCheckDigit }

/**
 * ICAO 9303 document code: P passport, V visa, A C I other; the second letter is the state's choice (PP ordinary,
 * PD diplomatic, PO official, PE emergency, PR refugee, PT alien, PS stateless, PL laissez-passer, PM military), but
 * V only stands first.
 */
export function isDocumentCode(value: string): string | null {
  return /^[PVACI][A-UW-Z<]?$/.test(value) ? null : 'expected a document code such as P, PD, V or ID'
}

/** A document's number as printed: letters, digits and hyphens; longer than nine happens on identity cards. */
export function isDocumentNumber(value: string): string | null {
  return /^[A-Z0-9](?:[A-Z0-9-]{2,18}[A-Z0-9])$/.test(value)
    ? null
    : 'expected a document number of 4 to 20 characters'
}

/** The second line of a passport's machine-readable zone (TD3, ICAO 9303-4 §4.2.2): all five check digits. */
export function isPassportLine(value: string): string | null {
  if (!/^[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d$/.test(value)) {
    return 'expected a passport line of 44 characters'
  }
  const optional = value.slice(28, 42)
  const empty = /^<+$/.test(optional) && value[42] === '<'
  const wrong =
    differs('document number', value.slice(0, 9), value[9]) ??
    differs('birth date', value.slice(13, 19), value[19]) ??
    differs('expiry date', value.slice(21, 27), value[27]) ??
    (empty ? null : differs('personal number', optional, value[42])) ??
    differs('whole line', value.slice(0, 10) + value.slice(13, 20) + value.slice(21, 43), value[43])
  return wrong
}

function differs(part: string, text: string, got: string | undefined): string | null {
  const expected = mrzCheckDigit(text)
  return expected === got ? null : `expected check digit ${expected} for the ${part}, got ${got}`
}

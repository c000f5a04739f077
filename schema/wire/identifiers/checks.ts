/** The arithmetic behind check digits. All of these take text that already has the right shape. */

const DIGITS_AND_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** 0–9 for digits, 10–35 for A–Z (ISO 7064, ICAO 9303 and IBAN all count so). */
export const digitValue = (character: string): number => DIGITS_AND_LETTERS.indexOf(character)

/** Luhn (ISO/IEC 7812-1 annex B): true when the last digit is the check digit of the others. */
export function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

/** ISO 7064 MOD 97-10 over digits and letters: the remainder, 1 for a correct IBAN after rotation. */
export function mod97(text: string): number {
  return [...text].reduce((rest, character) => {
    const value = digitValue(character)
    return (rest * (value > 9 ? 100 : 10) + value) % 97
  }, 0)
}

/** Sum of each value times the weight at its place. */
export const weighted = (values: number[], weights: readonly number[]): number =>
  values.reduce((sum, value, index) => sum + value * weights[index % weights.length]!, 0)

/** ICAO 9303-3 §4.9: weights 7-3-1, modulo 10; `<` counts 0. Returns the check digit as text. */
export function mrzCheckDigit(text: string): string {
  const values = [...text].map((character) => (character === '<' ? 0 : digitValue(character)))
  return String(weighted(values, [7, 3, 1]) % 10)
}

import { EU_MEMBERS } from '../../../schema/wire/codes.ts'
import type { Release } from '../../../schema/wire/release.ts'

/** Who can take part: one police office of each country, most on the ways first. */
export const OFFICES = [
  ...['ne-police', 'it-police', 'es-police', 'gr-police', 'ml-police', 'fr-police', 'de-police', 'ly-police'],
  ...['tr-police', 'sn-police', 'gb-police', 'pt-police', 'dz-police', 'ma-police', 'mr-police', 'tn-police'],
  ...['at-police', 'be-police', 'nl-police', 'pk-police', 'bg-police', 'hu-police', 'pl-police', 'se-police'],
] as const

export const countryOf = (office: number): string => OFFICES[office]!.slice(0, 2).toUpperCase()

/** A set of offices, one bit for each of the table. */
export type Readers = number
export const readers = (offices: readonly number[]): Readers =>
  offices.reduce((set, office) => set | (1 << office), 0)
export const isReader = (set: Readers, office: number): boolean => (set & (1 << office)) !== 0

/** Of a report by an office to others, with a ground for each foreign country; nobody else is `own office`. */
export function releaseTo(office: number, others: readonly number[]): Release {
  const to = others.filter((other) => other !== office)
  return {
    to: to.length > 0 ? to.map((other) => `office:${OFFICES[other]}`) : [`office:${OFFICES[office]}`],
    except: [],
    transfers: groundsFor(office, to),
  }
}

/** Of a report by an office to all that take part. */
export function releaseToAll(office: number, offices: number): Release {
  const others = Array.from({ length: offices }, (_, other) => other).filter((other) => other !== office)
  return { to: ['all'], except: [], transfers: groundsFor(office, others) }
}

const isInUnion = (country: string) => (EU_MEMBERS as readonly string[]).includes(country)

function groundsFor(office: number, others: readonly number[]): Release['transfers'] {
  const own = countryOf(office)
  return others
    .map(countryOf)
    .sort()
    .map((country) => {
      const basis = isInUnion(own) && isInUnion(country) ? 'EU_MEMBER' : 'SAFEGUARDS'
      return { country, basis, assessment: `${own}-${country}-assessment` }
    })
}

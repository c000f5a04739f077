import { isOperational } from '../../schema/wire/caller.ts'
import { EU_MEMBERS, type TransferBasis } from '../../schema/wire/codes.ts'
import type { Release } from '../../schema/wire/release.ts'
import { countryOf, OFFICES, officeOf, TEAMS } from './offices.ts'

/** Whom a report is for; the office that writes it is meant in any case. */
export type Audience = { to: string[]; except: string[] }

export const to = (...principals: string[]): Audience => ({ to: principals, except: [] })
export const everyone = to('all')
export const ownOffice = to()
/** Suspected of warning drivers, so left out of what concerns that. */
export const withoutSalif = (audience: Audience): Audience => ({
  ...audience,
  except: ['person:ne-dst.salif'],
})

/** The release of a report, with a ground for every foreign country that it reaches. */
export function releaseOf(office: string, audience: Audience): Release {
  const origin = countryOf(office)
  const principals = audience.to.length > 0 ? audience.to : [`office:${office}`]
  const reached = [...new Set(principals.flatMap(officesOf).map(countryOf))]
  const transfers = reached
    .filter((country) => country !== origin)
    .sort()
    .map((country) => ({ country, ...ground(origin, country) }))
  return { to: principals, except: audience.except, transfers }
}

/** The offices that a principal stands for; a note is sealed to their keys. */
export function officesOf(principal: string): string[] {
  const [kind, id = ''] = principal.split(':')
  const operational = OFFICES.filter((office) => isOperational(office.kind))
  if (kind === 'all') return operational.map(({ office }) => office)
  if (kind === 'country')
    return operational.filter(({ country }) => country === id).map(({ office }) => office)
  if (kind === 'team')
    return TEAMS.filter(({ team }) => team === id).flatMap(({ signatories }) => withUnits(signatories))
  return kind === 'person' ? [officeOf(id)] : withUnits([id])
}

/** Offices and the units below them, who see what their parent sees. */
const withUnits = (codes: string[]): string[] =>
  OFFICES.filter(({ office, parent }) => codes.includes(office) || codes.includes(parent ?? '')).map(
    ({ office }) => office,
  )

/** Whose keys a note or card is sealed to: the offices of its release, and the one that writes it with its units. */
export const sealedTo = (office: string, release: Release): string[] =>
  [...new Set([...withUnits([office]), ...release.to.flatMap(officesOf)])].sort()

const EU: readonly string[] = EU_MEMBERS
/** States whose own law (in this fiction) finds the European Union's protection adequate. */
const FINDS_ADEQUATE = ['ML', 'SN']

/** The references name fictional assessments, one for each pair of states. */
function ground(from: string, country: string): { basis: TransferBasis; assessment: string } {
  const basis = basisOf(from, country)
  return { basis, assessment: `${from}-${country}-${basis.toLowerCase().replace('_', '-')}-2013` }
}

function basisOf(from: string, country: string): TransferBasis {
  if (EU.includes(from) && EU.includes(country)) return 'EU_MEMBER'
  if (FINDS_ADEQUATE.includes(from) && EU.includes(country)) return 'ADEQUACY'
  return from === 'DZ' || country === 'DZ' ? 'SPECIAL_CIRCUMSTANCES' : 'SAFEGUARDS'
}

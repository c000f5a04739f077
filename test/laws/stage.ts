import { isOperational } from '../../schema/wire/caller.ts'
import type { OfficeKind, OfficeRole } from '../../schema/wire/codes.ts'
import { makeCast, type Part, type TeamPart } from '../cast.ts'

// The offices and officers that the laws are tested with, and what each answers to: written down here a second time,
// plainly, so that no test asks the server who may see what.

type Office = Part & { kind: OfficeKind }

export const OFFICES: Office[] = [
  { office: 'ne-dst', kind: 'POLICE', persons: { aicha: 'FOCAL_POINT', issa: 'ANALYST' } },
  { office: 'ne-dst-agadez', kind: 'POLICE', parent: 'ne-dst', persons: { moussa: 'ANALYST' } },
  { office: 'ml-dnlt', kind: 'POLICE', persons: { fanta: 'FOCAL_POINT' } },
  { office: 'it-sco', kind: 'POLICE', persons: { paola: 'FOCAL_POINT', luca: 'ANALYST' } },
  { office: 'it-proc', kind: 'PROSECUTION', persons: { giulia: 'PROSECUTOR' } },
  { office: 'fr-liaison', kind: 'LIAISON', persons: { claire: 'LIAISON' } },
  { office: 'ne-oim', kind: 'PARTNER', persons: { pia: 'PARTNER' } },
  { office: 'fr-obs', kind: 'OBSERVATORY', persons: { omar: 'OBSERVER' } },
  { office: 'it-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR' } },
]

export const TEAMS: TeamPart[] = [
  { team: 'sahel', signatories: ['ne-dst', 'ml-dnlt'], members: ['ne-dst.aicha', 'ml-dnlt.fanta'] },
  {
    team: 'sea',
    signatories: ['it-sco', 'fr-liaison', 'ne-dst'],
    members: ['it-sco.paola', 'fr-liaison.claire', 'ne-dst.issa'],
  },
]

export const makeStage = () => makeCast(OFFICES, TEAMS, { born: new Date('2026-10-01T00:00:00Z') })

export type Officer = {
  person: string
  office: string
  country: string
  role: OfficeRole
  /** His own office, then its parent. */
  offices: string[]
  principals: Set<string>
}

const countryOf = (office: string) => office.slice(0, 2).toUpperCase()

export const OFFICERS: Officer[] = OFFICES.flatMap(({ office, kind, parent, persons }) =>
  Object.entries(persons).map(([name, role]): Officer => {
    const person = `${office}.${name}`
    const offices = parent ? [office, parent] : [office]
    const teams = TEAMS.filter(
      (team) => team.members.includes(person) && team.signatories.some((one) => offices.includes(one)),
    )
    const wide = isOperational(kind)
      ? ['all', `country:${countryOf(office)}`, ...teams.map(({ team }) => `team:${team}`)]
      : []
    const principals = new Set([`person:${person}`, ...offices.map((one) => `office:${one}`), ...wide])
    return { person, office, country: countryOf(office), role, offices, principals }
  }),
)

/** Those who may report and ask. */
export const REPORTERS = OFFICERS.filter(({ role }) =>
  ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON'].includes(role),
)
export const officer = (person: string): Officer => OFFICERS.find((one) => one.person === person)!

/** Every principal that a release may name, and the countries where somebody answers to it. */
export const PRINCIPALS = new Map<string, string[]>()
for (const { principals, country } of OFFICERS)
  for (const principal of principals)
    PRINCIPALS.set(principal, [...new Set([...(PRINCIPALS.get(principal) ?? []), country])].sort())
for (const { team, signatories } of TEAMS)
  PRINCIPALS.set(`team:${team}`, [...new Set(signatories.map(countryOf))].sort())

/** The principals that an officer may name: a team is known to its signatories only. */
export function nameable({ offices }: Officer): string[] {
  const known = TEAMS.filter(({ signatories }) => signatories.some((one) => offices.includes(one))).map(
    ({ team }) => `team:${team}`,
  )
  return [...PRINCIPALS.keys()]
    .filter((principal) => !principal.startsWith('team:') || known.includes(principal))
    .sort()
}

export type TestRelease = {
  to: string[]
  except: string[]
  transfers: { country: string; basis: string; assessment: string }[]
}

/** A release with a ground for every country that it reaches. */
export function releaseTo(
  to: string[],
  home: string,
  except: string[] = [],
  more: string[] = [],
): TestRelease {
  const countries = new Set([...to.flatMap((principal) => PRINCIPALS.get(principal) ?? []), ...more])
  countries.delete(home)
  return {
    to,
    except,
    transfers: [...countries]
      .sort()
      .map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' })),
  }
}

import type { Level, LinkedCrime, LinkType, Role, Tie } from '../../schema/wire/codes.ts'
import { DESCRIPTION_KINDS, DESCRIPTIONS } from '../../schema/wire/model.ts'
import { ACTORS } from './actors.ts'
import { charted, type Fields } from './chart.ts'
import { type Grade, gradeOf } from './grade.ts'
import { LEGS, ROUTES } from './routes.ts'

/** One claim as `submitReport` takes it, and the names of the entities that it speaks of. */
export type Claim = { mentions: string[]; input: Record<string, unknown> }
/** Reports are written as nested lists of claims. */
export type Part = Claim | readonly Part[]

export const flat = (part: Part): Claim[] =>
  'mentions' in part ? [part] : (part as readonly Part[]).flatMap((one) => flat(one))

// --- Descriptions ------------------------------------------------------------------------------------------------

/** What the chart says of a thing, with changes. */
export function says(name: string, changes: Fields = {}): Claim {
  const { kind, says } = charted(name)
  const word = DESCRIPTION_KINDS.find((one) => DESCRIPTIONS[one].kind === kind)!
  return { mentions: [name], input: { [word]: { entity: name, ...says, ...changes } } }
}

/** Only the fields given here, under the thing's own label: for what is new about something known. */
export function notes(name: string, fields: Fields): Claim {
  const { kind, says } = charted(name)
  const word = DESCRIPTION_KINDS.find((one) => DESCRIPTIONS[one].kind === kind)!
  return { mentions: [name], input: { [word]: { entity: name, label: says.label, ...fields } } }
}

/** Things with what belongs to them on the chart: an actor's first network, a leg's two ends, a route's legs. */
export const charts = (...names: string[]): Part => names.map((name) => [says(name), belongings(name)])

function belongings(name: string): Part {
  switch (charted(name).kind) {
    case 'ACTOR':
      return ACTORS[name]!.networks.slice(0, 1).map((network) => member(name, network))
    case 'LEG':
      return [relation('departsFrom', name, LEGS[name]!.from), relation('arrivesAt', name, LEGS[name]!.to)]
    case 'ROUTE':
      return ROUTES[name]!.legs.map((leg, i) => relation('hasLeg', name, leg, { position: i + 1 }))
    default:
      return []
  }
}

// --- Relations ---------------------------------------------------------------------------------------------------

function relation(word: string, from: string, to: string, own: Fields = {}, claim: Fields = {}): Claim {
  charted(from)
  charted(to)
  return { mentions: [from, to], input: { ...claim, [word]: { from, to, ...own } } }
}

const ASSESSMENT = { basis: 'ASSESSMENT' }

/** Level and role are assessments; left out, they are those of the chart. */
export function member(actor: string, network: string, level?: Level, role?: Role): Claim {
  const row = ACTORS[actor]!
  return relation(
    'memberOf',
    actor,
    network,
    { level: level ?? row.level, role: role ?? row.role },
    ASSESSMENT,
  )
}

export const works = (from: string, to: string, tie: Tie): Claim => relation('worksWith', from, to, { tie })
export const uses = (from: string, ...things: string[]): Part =>
  things.map((to) => relation('uses', from, to))
export const operates = (network: string, ...ways: string[]): Part =>
  ways.map((to) => relation('operates', network, to))
export const at = (thing: string, place: string): Claim => relation('locatedAt', thing, place)
export const involved = (incident: string, ...things: string[]): Part =>
  things.map((from) => relation('involvedIn', from, incident))
export const succeeds = (network: string, former: string): Claim =>
  relation('succeeds', network, former, {}, ASSESSMENT)
export const same = (one: string, other: string): Claim => relation('sameAs', one, other, {}, ASSESSMENT)

/** A link to another crime, by evidence of its own. */
export const linked = (thing: string, crime: string, link: LinkType): Claim =>
  relation('linkedTo', thing, crime, { code: charted(crime).says.code as LinkedCrime, link })

// --- What is said of claims --------------------------------------------------------------------------------------

/** The same claims with fields of their own in place of the report's defaults; what a claim has already stays. */
function withOwn(part: Part, own: Record<string, unknown>): Part {
  return flat(part).map(({ mentions, input }) => ({ mentions, input: { ...own, ...input } }))
}

export const graded = (grade: Grade, ...parts: Part[]): Part => withOwn(parts, gradeOf(grade))
export const assessed = (...parts: Part[]): Part => withOwn(parts, ASSESSMENT)
export const during = (from: string, to: string | null, ...parts: Part[]): Part =>
  withOwn(parts, { observedFrom: from, ...(to && { observedTo: to }) })
export const handled = (handling: string[], ...parts: Part[]): Part => withOwn(parts, { handling })
export const sensitive = (sensitivity: string, ...parts: Part[]): Part => withOwn(parts, { sensitivity })

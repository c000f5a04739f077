import type { OwnClaim, OwnNetwork, Said } from '../../cypher/match/structure.ts'

// The coarse features of a network, of what one office's own reports say. Whoever learns that two offices share some learns no
// place nearer than a degree and no day nearer than a half-year; and no single observation makes one.

/** A place may be so uncertain (m): half of a cell at the equator. */
const NEAR = 50_000
/** So many claims of the network itself, of so many reports. */
const CLAIMS = 3
const REPORTS = 2
/** A claim over more years than these is of no time in particular. */
const YEARS = 2

export type TraitFound = {
  trait: string
  /** Of how many claims of the network, in how many reports. */
  claims: number
  reports: number
  /** Whether it may be compared: a place or a leg that too few say may not. */
  counts: boolean
}

/**
 * What follows from an office's own reports, by name. A claim of the network itself (where it is, what it operates, what it was
 * involved in) is one observation, and its days are when: what hangs on it (the ends of a leg, where an incident was) only says
 * where, so that one observation in many claims stays one.
 */
export function traitsOf({ id, claims, said }: OwnNetwork): TraitFound[] {
  const found = new Map<string, { claims: Set<string>; reports: Set<string> }>()
  const next = byStart(claims)
  const cells = cellsOf(said)
  const note = (trait: string, { claim, report }: OwnClaim) => {
    const kept = found.get(trait) ?? { claims: new Set(), reports: new Set() }
    found.set(trait, { claims: kept.claims.add(claim), reports: kept.reports.add(report) })
  }
  for (const claim of next(id, 'LOCATED_AT', 'OPERATES', 'INVOLVED_IN'))
    for (const half of halvesOf(claim))
      for (const where of whereabouts(claim, next, cells)) note(`${where}:${half}`, claim)
  for (const claim of next(id, 'USES'))
    for (const { entity, facets } of said)
      if (entity === claim.to) for (const facet of facets ?? []) note(`FACET:${facet}`, claim)
  return [...found]
    .map(([trait, { claims, reports }]) => ({
      ...{ trait, claims: claims.size, reports: reports.size },
      counts: trait.startsWith('FACET:') || (claims.size >= CLAIMS && reports.size >= REPORTS),
    }))
    .sort((one, other) => (one.trait < other.trait ? -1 : 1))
}

type Next = (from: string, ...types: string[]) => OwnClaim[]

function byStart(claims: readonly OwnClaim[]): Next {
  const starts = new Map<string, Map<string, OwnClaim>>()
  for (const one of claims) starts.set(one.from, (starts.get(one.from) ?? new Map()).set(one.claim, one))
  return (from, ...types) =>
    [...(starts.get(from)?.values() ?? [])].filter(({ type }) => types.includes(type))
}

/** The cells and ways between cells that a claim of a network leads to. */
function whereabouts(claim: OwnClaim, next: Next, cells: Cells): Set<string> {
  const legs = [claim, ...next(claim.to, 'HAS_LEG')].map(({ to }) => to)
  const ends = (leg: string, type: string) => next(leg, type).flatMap(({ to }) => cells(to))
  const ways = legs.flatMap((leg) => {
    const [from, to] = [ends(leg, 'DEPARTS_FROM'), ends(leg, 'ARRIVES_AT')]
    const between = from.flatMap((one) =>
      to.filter((other) => other !== one).map((other) => `${one}-${other}`),
    )
    return [...[...from, ...to].map((cell) => `PLACE:${cell}`), ...between.map((way) => `LEG:${way}`)]
  })
  const at = [claim, ...next(claim.to, 'LOCATED_AT')].flatMap(({ to }) => cells(to))
  return new Set([...at.map((cell) => `PLACE:${cell}`), ...(claim.type === 'OPERATES' ? ways : [])])
}

type Cells = (place: string) => string[]

/** Where two reports put a place into two cells, it stands in both: contrary claims are not weighed here. */
function cellsOf(said: readonly Said[]): Cells {
  const cells = new Map<string, Set<string>>()
  for (const one of said) {
    const cell = cellOf(one)
    if (cell) cells.set(one.entity, (cells.get(one.entity) ?? new Set()).add(cell))
  }
  return (place) => [...(cells.get(place) ?? [])]
}

/** The degree in which a place lies, by its south-west corner; its UN/LOCODE where it is not known so near; else none. */
function cellOf({ latitude, longitude, precision, locode }: Said): string | null {
  if (latitude === null || longitude === null || precision === null || precision > NEAR) return locode
  const [south, west] = [Math.floor(latitude), Math.floor(longitude)]
  const [lat, lon] = [Math.min(south, 89), west === 180 ? -180 : west]
  const digits = (value: number, width: number) => String(Math.abs(value)).padStart(width, '0')
  return `${lat < 0 ? 'S' : 'N'}${digits(lat, 2)}${lon < 0 ? 'W' : 'E'}${digits(lon, 3)}`
}

/** The half-years that a claim is about: none where it has no day, or is about more than two years. */
function halvesOf({ observedFrom, observedTo }: OwnClaim): string[] {
  const [from, to] = [observedFrom ?? observedTo, observedTo ?? observedFrom]
  if (!from || !to) return []
  const latest = `${Number(from.slice(0, 4)) + YEARS}${from.slice(4)}`
  if (to > latest) return []
  const half = (day: string) => Number(day.slice(0, 4)) * 2 + (Number(day.slice(5, 7)) > 6 ? 1 : 0)
  const halves = Array.from({ length: half(to) - half(from) + 1 }, (_, nth) => half(from) + nth)
  return halves.map((one) => `${Math.floor(one / 2)}-H${(one % 2) + 1}`)
}

import type { EvidenceDescription, EvidenceRelation } from '../../schema/analysis/evidence.ts'
import type { User } from '../../schema/wire/codes.ts'
import { FACETS, KINDS, type Kind } from '../../schema/wire/codes.ts'
import { type Profiles, profilesOf } from '../analysis/profiles.ts'
import { membersOf, relationsOfType } from './ground.ts'
import type { Projection } from './projection.ts'
import { protectedWithSame } from './sameness.ts'
import { startsOf, type Told } from './told.ts'

// What each network is said to have, and by which claims: its ways of working, its members, its vehicles, its places.

/**
 * Networks that have things, a place in each list for every way in which a claim says so. Numbers alone: there may be as
 * many as claims.
 */
export type Things = {
  /** The network, by its place among the networks of the view, and the thing by a number of its kind. */
  of: number[]
  thing: number[]
  /** The relation that says so; that by which its subject is a member, or −1; the description that names the thing, or −1. */
  row: number[]
  via: number[]
  said: number[]
}

export const things = (): Things => ({ of: [], thing: [], row: [], via: [], said: [] })

type One = { of: number; thing: number; row: number; via?: number; said?: number }
export function addThing(into: Things, { of, thing, row, via = -1, said = -1 }: One): void {
  into.of.push(of)
  into.thing.push(thing)
  into.row.push(row)
  into.via.push(via)
  into.said.push(said)
}

/** The networks of a view in the order of their ids, and whose claims count for each. */
export type Networks = {
  /** The entity that each is. */
  entityOf: number[]
  /** The place of an entity among them. */
  placeOf: Map<number, number>
  /** Of each actor whose claims count, the rows by which he is a member of some. */
  memberships: Map<number, number[]>
  /** Members who are protected: nothing rests on what is said of them. */
  leftOut: Set<number>
}

export function networksOf(view: Projection, isProtected = protectedWithSame(view)): Networks {
  const kind = KINDS.indexOf('NETWORK')
  const entityOf = [...view.entities.keys()].filter((entity) => view.kinds[entity] === kind)
  const from = view.relations.columns.from!.numbers()
  const found: Networks = {
    entityOf,
    placeOf: new Map(entityOf.map((entity, place) => [entity, place])),
    memberships: new Map(),
    leftOut: new Set(),
  }
  for (const rows of membersOf(view).values())
    for (const row of rows) {
      const actor = from[row]!
      if (isProtected[actor]) found.leftOut.add(actor)
      else found.memberships.set(actor, [...(found.memberships.get(actor) ?? []), row])
    }
  return found
}

/** Every USES of something of a kind, by a network itself or by a member: whose it is, what, and by which rows. */
export function eachUse(
  view: Projection,
  { placeOf, memberships }: Networks,
  kind: Kind,
  take: (use: { of: number; used: number; row: number; via: number }) => void,
): void {
  const [from, to] = [view.relations.columns.from!.numbers(), view.relations.columns.to!.numbers()]
  const wanted = KINDS.indexOf(kind)
  for (const row of relationsOfType(view, 'USES')) {
    const [user, used] = [from[row]!, to[row]!]
    if (view.kinds[used] !== wanted) continue
    const own = placeOf.get(user)
    if (own !== undefined) take({ of: own, used, row, via: -1 })
    for (const via of memberships.get(user) ?? []) take({ of: placeOf.get(to[via]!)!, used, row, via })
  }
}

/** The facets of all ways of working: things are places in `FACETS`. Where descriptions differ, each counts. */
export function facetThings(view: Projection, networks: Networks): Things {
  const found = things()
  const said = view.descriptions.MODUS_OPERANDI
  const starts = startsOf(said.columns.entity!.numbers(), view.entities.length)
  const place = new Map<string, number>(FACETS.map((facet, at) => [facet, at]))
  eachUse(view, networks, 'MODUS_OPERANDI', ({ used, ...use }) => {
    for (let row = starts[used]!; row < starts[used + 1]!; row++)
      for (const facet of (said.columns.facets!.get(row) ?? []) as string[])
        addThing(found, { ...use, thing: place.get(facet)!, said: row })
  })
  return found
}

export const profilesFrom = ({ of, thing }: Things, networks: number, kinds: number): Profiles =>
  profilesOf(networks, kinds, of, thing)

/** By which claims a network has a thing. */
export type Ground = { by: Set<User>; rows: Set<number>; said: Set<number> }
export type Grounds = Map<number, Map<number, Ground>>

/** The claims by which some networks have what they have: by network, then by thing. One pass. */
export function groundsOf({ of, thing, row, via, said }: Things, networks: ReadonlySet<number>): Grounds {
  const found: Grounds = new Map([...networks].map((network) => [network, new Map()]))
  for (let at = 0; at < of.length; at++) {
    const list = found.get(of[at]!)
    if (!list) continue
    const ground: Ground = list.get(thing[at]!) ?? { by: new Set(), rows: new Set(), said: new Set() }
    list.set(thing[at]!, ground)
    ground.by.add(via[at]! < 0 ? 'NETWORK' : 'MEMBER')
    ground.rows.add(row[at]!)
    if (via[at]! >= 0) ground.rows.add(via[at]!)
    if (said[at]! >= 0) ground.said.add(said[at]!)
  }
  return found
}

const ascending = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => a - b)

/** Relations by their rows, each once, in the order of claim ids. */
export const relationsTold = (told: Told, rows: Iterable<number>): EvidenceRelation[] =>
  ascending(rows).map((row) => told.relation(row))

/** Descriptions of one kind by their rows, each once, in the order of claim ids. */
export const descriptionsTold = (told: Told, kind: Kind, rows: Iterable<number>): EvidenceDescription[] =>
  ascending(rows)
    .map((row) => told.description(kind, row))
    .sort((a, b) => (a.claim < b.claim ? -1 : 1))

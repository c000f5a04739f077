import type { CardFacts, CardIdentifier, Subject } from '../../schema/wire/card.ts'
import type { IdentifierKind } from '../../schema/wire/codes.ts'
import { normalForm } from '../../schema/wire/identifiers/normal.ts'
import type { OpenedCard } from './card.ts'

// Many cards joined into one package, on the officer's own machine. Equal identifiers are joined with all their sources; what
// contradicts stands side by side, and nothing is averaged or merged away (law 8).

/** Who said it, how well graded, when. */
export type Source = Pick<
  CardIdentifier,
  'value' | 'source' | 'information' | 'observedFrom' | 'observedTo'
> & {
  card: string
  office: string
  sealed: string
}
/** `normal` is null for what has no one spelling: it stands alone. */
export type Joined = { kind: IdentifierKind; normal: string | null; sources: Source[] }
export type Contradiction = { kind: IdentifierKind; said: Joined[] }
export type Told = {
  card: string
  office: string
  sealed: string
  subject: Subject | null
  text: string
  language: string
}

export type MergedEntity = {
  entity: string
  label: string | null
  cards: Told[]
  identifiers: Joined[]
  contradictions: Contradiction[]
  categories: string[]
}
/** The same identifier on cards about several entities: a hint that only an officer can weigh. */
export type Shared = { kind: IdentifierKind; normal: string; entities: string[]; sources: Source[] }
export type Package = {
  format: 'portolan.package.1'
  made: string
  by: string
  entities: MergedEntity[]
  shared: Shared[]
}

/** What somebody or something has only one of. A name is none: people are called in many ways, and write them in more. */
const SINGLE: readonly IdentifierKind[] = ['BIRTH_DATE', 'BIRTH_PLACE', 'VIN', 'IMO', 'AIRCRAFT_ADDRESS']
/** Whose equality says that something may be one. Who shares a birthday, a bank or a nationality shares nothing. */
const TELLING = (kind: IdentifierKind) =>
  !['NAME', 'ALIAS', 'BIRTH_DATE', 'BIRTH_PLACE', 'NATIONALITY', 'BIC'].includes(kind)

export type Input = { entity: string; label: string | null; cards: OpenedCard[] }

export function mergeCards(inputs: Input[], { made, by }: { made: Date; by: string }): Package {
  const entities = inputs.map(merged)
  return { format: 'portolan.package.1', made: made.toISOString(), by, entities, shared: sharedBy(entities) }
}

function merged({ entity, label, cards }: Input): MergedEntity {
  const identifiers = joined(cards)
  const contradictions = SINGLE.flatMap((kind) => {
    const said = identifiers.filter((one) => one.kind === kind)
    return contradict(said) ? [{ kind, said }] : []
  })
  const categories = cards.flatMap(({ content }) => content.subject?.category ?? [])
  return {
    ...{ entity, label, identifiers, contradictions },
    cards: cards.map(told),
    categories: [...new Set(categories)].sort(),
  }
}

const told = ({ facts, content }: OpenedCard): Told => ({
  ...{ card: facts.id, office: facts.office, sealed: facts.created },
  ...{ subject: content.subject ?? null, text: content.text, language: content.language },
})

/** A year and a day in it do not contradict: one is known better. */
function contradict(said: Joined[]): boolean {
  const values = said.map(({ normal, sources }) => normal ?? sources[0]!.value)
  return values.some((one) => values.some((other) => !one.startsWith(other) && !other.startsWith(one)))
}

function joined(cards: OpenedCard[]): Joined[] {
  const groups = new Map<string, Joined>()
  for (const { facts, content } of cards)
    for (const identifier of content.identifiers) {
      // Spelled here again: what stands in a card was spelled by the rules of whoever wrote it.
      const normal = normalForm(identifier)
      const name = `${identifier.kind} ${normal ?? `${facts.id} ${identifier.value}`}`
      const group = groups.get(name) ?? { kind: identifier.kind, normal, sources: [] }
      group.sources.push(sourceOf(facts, identifier))
      groups.set(name, group)
    }
  return [...groups.values()].map(inOrder).sort((a, b) => compare(keyOf(a), keyOf(b)))
}

const keyOf = ({ kind, normal, sources }: Joined) => `${kind} ${normal ?? `~${sources[0]!.value}`}`
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
/** The best graded first, then the newest. */
const rank = ({ source, information, sealed }: Source) =>
  `${source}${information} ${999_999_999_999_999 - Date.parse(sealed)}`
const inOrder = (group: Joined): Joined => ({
  ...group,
  sources: group.sources.sort((a, b) => compare(rank(a), rank(b)) || compare(a.card, b.card)),
})

function sourceOf(
  facts: CardFacts,
  { value, source, information, observedFrom, observedTo }: CardIdentifier,
): Source {
  return {
    ...{ value, source, information, card: facts.id, office: facts.office, sealed: facts.created },
    ...(observedFrom && { observedFrom }),
    ...(observedTo && { observedTo }),
  }
}

function sharedBy(entities: MergedEntity[]): Shared[] {
  const found = new Map<string, Shared>()
  for (const { entity, identifiers } of entities)
    for (const { kind, normal, sources } of identifiers) {
      if (normal === null || !TELLING(kind)) continue
      const one = found.get(`${kind} ${normal}`) ?? { kind, normal, entities: [], sources: [] }
      one.entities.push(entity)
      one.sources.push(...sources)
      found.set(`${kind} ${normal}`, one)
    }
  return [...found.values()].filter((one) => one.entities.length > 1)
}

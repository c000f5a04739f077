import { KINDS } from '../../../schema/wire/codes.ts'
import type { Told } from '../told.ts'
import { byCode, counted, type Found, isGood, type Said } from './said.ts'
import type { About } from './threat.ts'

/** An entity that is reached, by a chain of claims that is good or not. */
export type Reached = Map<number, boolean>

/** Routes, legs, places and countries of a network: what it is said to operate, and where that lies. */
export function reachOf(about: About): { found: Record<Reach, Found>; legs: Reached } {
  const { view, lookup, network, told } = about
  const { to } = view.relations.columns
  const follow = (
    type: 'OPERATES' | 'HAS_LEG' | 'DEPARTS_FROM' | 'ARRIVES_AT' | 'LOCATED_AT',
    from: Reached,
  ) =>
    [...from].flatMap(([entity, good]) =>
      Array.from(lookup.rows(type, 'from', entity), (row): Said & { key: number } => ({
        key: to!.numbers()[row]!,
        isGood: good && isGood(view.relations, row),
        relations: [row],
      })),
    )
  const isA =
    (kind: (typeof KINDS)[number]) =>
    ({ key }: { key: number }) =>
      KINDS[view.kinds[key]!] === kind
  const self: Reached = new Map([[network, true]])
  const operated = follow('OPERATES', self)
  const routes = operated.filter(isA('ROUTE'))
  const legs = [...operated.filter(isA('LEG')), ...follow('HAS_LEG', reached(routes))]
  const ends = (['DEPARTS_FROM', 'ARRIVES_AT'] as const).flatMap((type) => follow(type, reached(legs)))
  const places = [...follow('LOCATED_AT', self).filter(isA('PLACE')), ...ends]
  const countries = countriesOf(told, about, reached(places))
  return {
    legs: reached(legs),
    found: {
      REACH_ROUTES: counted(routes),
      REACH_LEGS: counted(legs),
      REACH_PLACES: counted(places),
      REACH_COUNTRIES: {
        ...counted(countries, byCode),
        unknown: reached(places).size - new Set(countries.map(({ of }) => of)).size,
      },
    },
  }
}

type Reach = 'REACH_ROUTES' | 'REACH_LEGS' | 'REACH_PLACES' | 'REACH_COUNTRIES'

/** Each entity once, in the order of ids; good if one chain to it is. */
function reached(said: readonly (Said & { key: number })[]): Reached {
  const found: Reached = new Map()
  for (const { key, isGood: good } of said) found.set(key, good || (found.get(key) ?? false))
  return new Map([...found].sort(([a], [b]) => a - b))
}

function countriesOf(told: Told, { view }: About, places: Reached): (Said & { of: number })[] {
  const list = view.descriptions.PLACE
  return [...places].flatMap(([place, good]) => {
    const [start, end] = told.descriptionsOf(place)
    return Array.from({ length: end - start }, (_, at) => start + at).flatMap((row) => {
      const key = list.columns.country!.get(row) as string | null
      if (key === null) return []
      return [
        {
          key,
          of: place,
          isGood: good && isGood(list, row),
          description: ['PLACE', row] as ['PLACE', number],
        },
      ]
    })
  })
}

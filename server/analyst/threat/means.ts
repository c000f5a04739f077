import { FACETS_OF, type FacetGroup } from '../../../schema/wire/codes.ts'
import type { Reached } from './reach.ts'
import { byCode, counted, type Found, isGood, type Said } from './said.ts'
import type { About } from './threat.ts'

/** What is said of how a network works: the facets of the modi operandi that it uses itself, by groups. */
export function facetsFound({ view, lookup, network, told }: About, groups: readonly FacetGroup[]): Found {
  const wanted = new Set<string>(groups.flatMap((group) => FACETS_OF[group]))
  const list = view.descriptions.MODUS_OPERANDI
  const said: Said[] = []
  for (const row of lookup.rows('USES', 'from', network)) {
    const used = view.relations.columns.to!.numbers()[row]!
    if (told.kindOf(used) !== 'MODUS_OPERANDI') continue
    const [start, end] = told.descriptionsOf(used)
    for (let at = start; at < end; at++)
      for (const key of (list.columns.facets!.get(at) as string[] | null) ?? [])
        if (wanted.has(key))
          said.push({
            key,
            isGood: isGood(view.relations, row) && isGood(list, at),
            relations: [row],
            description: ['MODUS_OPERANDI', at],
          })
  }
  return counted(said, byCode)
}

/** The network's own links to other crimes of some codes: by code, or each claim by itself and its parts by the type of link. */
export function linksFound(
  { view, lookup, network }: About,
  isWanted: (code: string) => boolean,
  by: 'code' | 'link',
): Found {
  const columns = view.relations.columns
  const said = Array.from(lookup.rows('LINKED_TO', 'from', network))
    .filter((row) => isWanted(columns.code!.get(row) as string))
    .map((row) => ({
      key: columns[by]!.get(row) as string,
      isGood: isGood(view.relations, row),
      relations: [row],
    }))
  const { parts } = counted(said, byCode)
  return by === 'code'
    ? counted(said, byCode)
    : { ...counted(said.map((one, at) => ({ ...one, key: at }))), parts }
}

/** What a passage of each leg costs, from the least to the most that a report says; currencies are never added up. */
export function feesFound({ view, told }: About, legs: Reached): Found {
  const list = view.descriptions.LEG
  const { feeMin, feeMax, currency } = list.columns
  const said: (Said & { leg: number; code: string; amounts: number[] })[] = []
  for (const [leg, good] of legs) {
    const [start, end] = told.descriptionsOf(leg)
    for (let row = start; row < end; row++) {
      const amounts = [feeMin!.get(row), feeMax!.get(row)].filter((one): one is number => one !== null)
      const code = currency!.get(row) as string | null
      if (amounts.length === 0 || code === null) continue
      said.push({
        key: leg,
        leg,
        code,
        amounts,
        isGood: good && isGood(list, row),
        description: ['LEG', row],
      })
    }
  }
  const all = counted(said)
  const groups = [...Map.groupBy(said, ({ leg, code }) => `${String(leg).padStart(10, '0')} ${code}`)].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  )
  return {
    ...all,
    unknown: legs.size - (all.value ?? 0),
    parts: groups.map(([, of]) => {
      const amounts = of.flatMap((one) => one.amounts)
      const { leg: entity, code } = of[0]!
      return { entity, code, value: null, low: Math.min(...amounts), high: Math.max(...amounts) }
    }),
  }
}

import { LEVELS } from '../../../schema/wire/codes.ts'
import { counted, type Found, isGood, type Said } from './said.ts'
import type { About } from './threat.ts'

type Member = Said & { key: number; row: number }

/** Members, the levels that somebody says are filled, and when members were first seen. Who is protected is none of them. */
export function membersFound(about: About): Record<'MEMBERS' | 'LEVELS' | 'NEW_MEMBERS', Found> {
  const { view, lookup, network, isProtected } = about
  const { from, level } = view.relations.columns
  const members = Array.from(
    lookup.rows('MEMBER_OF', 'to', network),
    (row): Member => ({
      key: from!.numbers()[row]!,
      row,
      isGood: isGood(view.relations, row),
      relations: [row],
    }),
  ).filter(({ key }) => !isProtected[key])
  const levelOf = ({ row }: Member) => level!.get(row) as (typeof LEVELS)[number]
  const known = members.filter((one) => levelOf(one) !== 'LX')
  const filled = counted(known.map((one) => ({ ...one, key: levelOf(one) })))
  return {
    MEMBERS: counted(members),
    LEVELS: {
      ...filled,
      unknown: new Set(members.map(({ key }) => key)).difference(new Set(known.map(({ key }) => key))).size,
      parts: LEVELS.flatMap((code) => {
        const { value, low } = counted(members.filter((one) => levelOf(one) === code))
        return value === null ? [] : [{ code, value, low, high: value }]
      }),
    },
    NEW_MEMBERS: newBy(members, ({ row }) => view.relations.columns.observedFrom!.get(row) as string | null),
  }
}

/** How many things were first seen in each year, by the earliest day that a claim says. */
export function newBy<S extends Said>(said: readonly S[], day: (one: S) => string | null): Found {
  const dated = said.flatMap((one) => {
    const from = day(one)
    return from === null ? [] : [{ ...one, from }]
  })
  const years = new Map<number, Said[]>()
  for (const [, of] of Map.groupBy(dated, ({ key }) => key)) {
    const first = of.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))[0]!
    const year = Number(first.from.slice(0, 4))
    const list = years.get(year) ?? []
    years.set(year, list)
    list.push({ key: first.key, isGood: of.some((one) => one.isGood && one.from.slice(0, 4) === `${year}`) })
  }
  const all = counted(dated)
  return {
    ...all,
    unknown: new Set(said.map(({ key }) => key)).size - (all.value ?? 0),
    parts: [...years]
      .sort(([a], [b]) => a - b)
      .map(([year, of]) => {
        const { value, low } = counted(of)
        return { year, value, low, high: value }
      }),
  }
}

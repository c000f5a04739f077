import type { World, WorldReport } from '../../../../clients/scenario/world/world.ts'
import { reachOf } from '../../../../schema/wire/release.ts'

// What a world's reports say, read from their claims alone, as whoever receives them would.

// biome-ignore lint/suspicious/noExplicitAny: a claim has the shape of its kind
export type Said = { office: string; word: string; own: any; from: string; to?: string }

const COMMON = ['basis', 'observedFrom', 'observedTo']

export function said({ reports }: Pick<World, 'reports'>): Said[] {
  return reports.flatMap(({ office, input }) =>
    input.claims.map((claim) => {
      const word = Object.keys(claim).find((key) => !COMMON.includes(key))!
      const { observedFrom, observedTo } = claim as { observedFrom: string; observedTo?: string }
      return { office, word, own: claim[word], from: observedFrom, ...(observedTo && { to: observedTo }) }
    }),
  )
}

export const ofWord = (all: Said[], word: string): Said[] => all.filter((one) => one.word === word)

/** From each first name to the second ones that a relation gives it. */
export function related(all: Said[], word: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { own } of ofWord(all, word)) found.set(own.from, (found.get(own.from) ?? new Set()).add(own.to))
  return found
}

/** From each second name to the first ones. */
export function relatedTo(all: Said[], word: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { own } of ofWord(all, word)) found.set(own.to, (found.get(own.to) ?? new Set()).add(own.from))
  return found
}

/** What is said of each entity, all descriptions of it in one; lists are put together. */
export function describedAs(all: Said[], word: string): Map<string, Said['own']> {
  const found = new Map<string, Said['own']>()
  for (const { own } of ofWord(all, word)) {
    const before = found.get(own.entity)
    const facets = [...new Set([...(before?.facets ?? []), ...(own.facets ?? [])])].sort()
    found.set(own.entity, { ...before, ...own, ...(facets.length > 0 && { facets }) })
  }
  return found
}

const countryOf = (office: string) => office.slice(0, 2).toUpperCase()

/** By the rule of releases alone (`DESIGN.md` §3): whether an office reads a report. */
export function isReadBy(office: string, report: WorldReport): boolean {
  const { to, countries } = reachOf(report.input.release, {
    office: report.office,
    country: countryOf(report.office),
  })
  const own = [`office:${office}`, `country:${countryOf(office)}`, 'all']
  return to.some((one) => own.includes(one)) && countries.includes(countryOf(office))
}

import type { SelectorType } from '../../../schema/wire/match.ts'
import type { Selector } from './selectors.ts'

/** At least so many numbers in a row make a sequence. */
export const LEAST_RUN = 5
/** Of a list that is asked through, a sample has gaps: one in twenty is longer than three times what is usual. */
const GAPS = 3
/** By how much numbers must lie nearer to each other than if they were spread over all of their length. */
const DENSER = 20

/** Numbers that follow each other: of which type, the first and the last, and how many of them were seen. */
export type Run = { type: SelectorType; first: string; last: string; count: number }

/**
 * Selectors of one officer that lie in a row, or as near to each other as every hundredth of a row does where one per cent was
 * opened: what is asked through, and not what cases bring. `share` is how many of what he asked were opened, 0 to 1.
 */
export function runsIn(selectors: readonly Selector[], share: number): Run[] {
  const families = new Map<string, Numbered[]>()
  for (const selector of selectors) {
    const numbered = numberIn(selector)
    if (!numbered) continue
    const name = [selector.type, numbered.stem, numbered.digits].join('\n')
    families.set(name, [...(families.get(name) ?? []), numbered])
  }
  return [...families.values()].flatMap((family) => runsOf(family, share))
}

type Numbered = Selector & { stem: string; digits: number; value: bigint }

function runsOf(family: Numbered[], share: number): Run[] {
  const numbers = [...new Map(family.map((one) => [one.value, one])).values()].sort((a, b) =>
    a.value < b.value ? -1 : 1,
  )
  const spread = 10 ** numbers[0]!.digits / (DENSER * numbers.length)
  const most = Math.max(1, Math.min(GAPS / share, spread))
  const runs: Numbered[][] = []
  for (const one of numbers) {
    const last = runs.at(-1)?.at(-1)
    if (last && Number(one.value - last.value) <= (share === 1 ? 1 : most)) runs.at(-1)!.push(one)
    else runs.push([one])
  }
  return runs
    .filter(({ length }) => length >= LEAST_RUN)
    .map((run) => ({
      type: run[0]!.type,
      first: run[0]!.normal,
      last: run.at(-1)!.normal,
      count: run.length,
    }))
}

/** The number that one counts by, and what stands round it. Null where there is none, as in a wallet. */
function numberIn(selector: Selector): Numbered | null {
  if (selector.type === 'WALLET') return null
  const found = /^(.*?)(\d+)(\D*)$/s.exec(withoutCheck(selector))
  if (!found) return null
  const [, before, number, after] = found as unknown as [string, string, string, string]
  return { ...selector, stem: `${before} ${after}`, digits: number.length, value: BigInt(number) }
}

/** Check digits change with every number and are no part of the count (ISO 3779, ISO 13616, IMO, 3GPP). */
function withoutCheck({ type, normal }: Selector): string {
  if (type === 'IMEI' || type === 'IMO') return normal.slice(0, -1)
  if (type === 'VIN') return normal.slice(0, 8) + normal.slice(9)
  return type === 'IBAN' ? normal.slice(0, 2) + normal.slice(4) : normal
}

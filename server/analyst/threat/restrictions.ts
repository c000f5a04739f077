import { HANDLINGS, type Handling, SENSITIVITIES, type Sensitivity } from '../../../schema/wire/codes.ts'
import type { Claims, Projection } from '../projection.ts'
import type { Found } from './said.ts'

/** How figures may be handled: every code of any claim that they rest on, listed or not, and the highest sensitivity. */
export function restrictionsOf(
  { relations, descriptions }: Projection,
  found: readonly Found[],
): { handling: Handling[]; sensitivity: Sensitivity | null } {
  const codes = new Set<string>()
  let highest = -1
  const take = ({ columns }: Claims, row: number) => {
    for (const one of (columns.handling!.get(row) as string[] | null) ?? []) codes.add(one)
    highest = Math.max(highest, SENSITIVITIES.indexOf(columns.sensitivity!.get(row) as Sensitivity))
  }
  for (const { evidence } of found) {
    for (const row of evidence.relations) take(relations, row)
    for (const [kind, row] of evidence.descriptions) take(descriptions[kind], row)
  }
  return {
    handling: HANDLINGS.filter((one) => codes.has(one)),
    sensitivity: SENSITIVITIES[highest] ?? null,
  }
}

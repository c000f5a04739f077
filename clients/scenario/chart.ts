import type { Kind } from '../../schema/wire/codes.ts'
import { ACTORS } from './actors.ts'
import { INCIDENTS, VEHICLES } from './incidents.ts'
import { CRIMES, MODI, NETWORKS } from './networks.ts'
import { PLACES } from './places.ts'
import { LEGS, ROUTES } from './routes.ts'

/** Own fields of a description, as `schema/wire/model.ts` names them. */
export type Fields = Record<string, string | number | boolean | string[] | number[]>

/** Everything the scenario speaks of, by its local name, which is also its code name unless a `label` says otherwise. */
const BY_KIND: Record<Kind, Record<string, Fields>> = {
  ACTOR: saysOf(ACTORS),
  NETWORK: NETWORKS,
  PLACE: PLACES,
  ROUTE: saysOf(ROUTES),
  LEG: saysOf(LEGS),
  MODUS_OPERANDI: MODI,
  VEHICLE: VEHICLES,
  INCIDENT: INCIDENTS,
  CRIME: CRIMES,
}

export const CHART: ReadonlyMap<string, { kind: Kind; says: Fields }> = new Map(
  Object.entries(BY_KIND).flatMap(([kind, things]) =>
    Object.entries(things).map(([name, says]) => [
      name,
      { kind: kind as Kind, says: { label: name, ...says } },
    ]),
  ),
)

function saysOf(rows: Record<string, { says: Fields }>): Record<string, Fields> {
  return Object.fromEntries(Object.entries(rows).map(([name, { says }]) => [name, says]))
}

/** Throws for a name that no chart holds, so that a slip of the pen ends the load of the module. */
export function charted(name: string): { kind: Kind; says: Fields } {
  const found = CHART.get(name)
  if (!found) throw new Error(`expected a name that the scenario charts, got ${name}`)
  return found
}

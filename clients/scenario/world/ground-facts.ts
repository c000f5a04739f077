import { describes, type Fact, leg, place, relates, route } from './facts.ts'
import type { Ground, Leg } from './ground.ts'
import type { Plan } from './plan.ts'

const START = { month: 0 }
/** Metres: an invented hub lies somewhere near. */
const PRECISION = 200_000

/** Places, legs and routes, and what was closed when. */
export function groundFacts(ground: Ground, plan: Plan): Fact[] {
  return [
    ...ground.hubs.map(({ name, country, type, latitude, longitude }) =>
      describes(START, place(name), { type, country, latitude, longitude, precision: PRECISION }),
    ),
    ...ground.routes.flatMap(({ name, legs, bypasses }) => [
      describes(START, route(name), { status: 'OPEN' }),
      ...[...legs, ...bypasses].flatMap(legFacts),
      ...legs.map((one, i) => relates(START, 'hasLeg', route(name), leg(one.name), { position: i + 1 })),
    ]),
    ...plan.displacements.flatMap(({ closed, grown, month }) => [
      describes({ month }, leg(closed.name), { status: 'CONTROLLED' }),
      describes({ month }, leg(grown.name), { status: 'OPEN' }),
    ]),
    // A decoy's leg is controlled as well: that something fell at a border post is no evidence of where it went.
    ...plan.decoys.map(({ fallen, month }) =>
      describes({ month }, leg(fallen.name), { status: 'CONTROLLED' }),
    ),
  ]
}

function legFacts({ name, from, to, of, fee, roundAbout }: Leg): Fact[] {
  return [
    describes(START, leg(name), {
      status: roundAbout ? 'RESIDUAL' : 'OPEN',
      lawful: false,
      means: of.means,
      ...(fee && { feeMin: fee.min, feeMax: fee.max, currency: fee.currency, perPerson: true }),
    }),
    relates(START, 'departsFrom', leg(name), place(from.name)),
    relates(START, 'arrivesAt', leg(name), place(to.name)),
  ]
}

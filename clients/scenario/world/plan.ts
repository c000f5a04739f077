import type { Ground, Leg, Route } from './ground.ts'
import type { WorldParameters } from './parameters.ts'
import { type Random, randomOf } from './random.ts'
import { mixOf, type Way } from './ways.ts'

/** What is decided of a network before anything is told of it. Months count from the world's first; `to` is exclusive. */
export type NetworkPlan = {
  nth: number
  name: string
  route: Route
  from: number
  to: number
  size: number
  /** Offices by number: the one that reports most, and others that work the same case. */
  home: number
  partners: number[]
  dismantled: boolean
  /** The dismantled network that this one goes on from. */
  former?: NetworkPlan
  /** Networks of which a member works here too. */
  borrows: NetworkPlan[]
}
/** A leg that is closed in a month; `grown` takes its traffic, with the networks that work there. */
export type Displacement = { closed: Leg; grown: Leg; month: number; route: Route }
/** A leg that falls in the month in which one of another way rises, with other people (Frontex, October 2018). */
export type Decoy = { fallen: Leg; risen: Leg; month: number; fallenRoute: Route; risenRoute: Route }
export type Plan = { networks: NetworkPlan[]; displacements: Displacement[]; decoys: Decoy[] }

/** A year at least on either side of what was planted on legs, so that before and after can be told apart. */
const MARGIN = 12
/** At most so much of their nationalities do the two ways of a decoy have in common. */
const OTHER_PEOPLE = 0.25
/** A dismantled network has stood for a year; its successor begins 2 to 12 months later. */
const STANDING = 12
const LATER = { least: 2, most: 12 }

export function planOf(parameters: WorldParameters, ground: Ground): Plan {
  const random = randomOf(parameters.seed, 'plan')
  const networks = Array.from({ length: parameters.networks }, (_, nth) =>
    drawnPlan(nth, parameters, ground, random),
  )
  dismantle(networks, parameters, random)
  bridge(networks, parameters, random)
  return { networks, ...plantedOn(ground.routes, networks, parameters, random) }
}

export const nameOf = (nth: number): string => `N${String(nth + 1).padStart(5, '0')}`

function drawnPlan(nth: number, parameters: WorldParameters, ground: Ground, random: Random): NetworkPlan {
  const { months, old, offices } = parameters
  const early = Math.max(1, Math.floor(months / 6))
  const from = random.happens(old) ? random.below(early) : early + random.below(months - early - 3)
  return {
    ...{ nth, name: nameOf(nth), from, to: months, size: sizeOf(parameters.members, random) },
    route: random.pick(ground.routes),
    ...handsOf(offices, random),
    ...{ dismantled: false, borrows: [] },
  }
}

/** Four, and two geometric draws: skewed to the right, as sizes of networks are. */
function sizeOf(mean: number, random: Random): number {
  return 4 + random.geometric((mean - 4) / 2) + random.geometric((mean - 4) / 2)
}

function handsOf(offices: number, random: Random): { home: number; partners: number[] } {
  const home = random.below(offices)
  const others = Array.from({ length: offices }, (_, office) => office).filter((office) => office !== home)
  return { home, partners: random.some(others, 1 + random.below(3)) }
}

/** Ends some networks, and puts the successor of every second or so at the end of the list. */
function dismantle(
  networks: NetworkPlan[],
  { dismantled, succeeded, months, offices }: WorldParameters,
  random: Random,
) {
  const room = STANDING + LATER.most + 3
  const fit = networks.filter(({ from }) => from + room <= months)
  const ended = random.some(fit, Math.round(networks.length * dismantled))
  const resumed = new Set(random.some(ended, Math.round(ended.length * succeeded)))
  for (const former of ended) {
    former.dismantled = true
    former.to = former.from + STANDING + random.below(months - former.from - room + 1)
    if (!resumed.has(former)) continue
    const nth = networks.length
    const from = former.to + LATER.least + random.below(LATER.most - LATER.least + 1)
    const hands = handsOf(offices, random)
    const size = Math.max(4, Math.floor(former.size * 0.6) + random.below(former.size))
    networks.push({
      ...{ nth, name: nameOf(nth), route: former.route, from, to: months, size, former },
      ...{ ...hands, dismantled: false, borrows: [] },
    })
  }
}

/** Some networks lend a member to one that is told of later, and that lives in some of the same months. */
function bridge(networks: NetworkPlan[], { bridged }: WorldParameters, random: Random): void {
  for (const lender of random.some(networks, Math.round(networks.length * bridged))) {
    const meets = networks.filter(
      (one) => one.nth > lender.nth && one.from < lender.to && lender.from < one.to && one.former !== lender,
    )
    if (meets.length > 0) random.pick(meets).borrows.push(lender)
  }
}

/**
 * No route has two things planted on it, a decoy's two legs are of ways of different people, and where there are such routes
 * somebody works them all year before and after, so that reports can tell of it.
 */
function plantedOn(routes: Route[], networks: NetworkPlan[], parameters: WorldParameters, random: Random) {
  const { months, displacements, decoys } = parameters
  const free = [...routes]
  const take = (month: number, fits: (route: Route) => boolean): Route => {
    const fitting = free.filter(fits)
    if (fitting.length === 0) throw new RangeError('expected routes of different people for each decoy')
    const worked = fitting.filter((route) => isWorked(route, networks, month))
    return free.splice(free.indexOf(random.pick(worked.length > 0 ? worked : fitting)), 1)[0]!
  }
  const drawnMonth = () => MARGIN + random.below(Math.max(1, months - 2 * MARGIN))
  return {
    decoys: Array.from({ length: decoys }, (): Decoy => {
      const month = drawnMonth()
      const fallenRoute = take(month, () => true)
      const risenRoute = take(month, ({ way }) => inCommon(way, fallenRoute.way) < OTHER_PEOPLE)
      return {
        fallen: random.pick(fallenRoute.legs),
        risen: random.pick(risenRoute.legs),
        month,
        fallenRoute,
        risenRoute,
      }
    }),
    displacements: Array.from({ length: displacements }, (): Displacement => {
      const month = drawnMonth()
      const route = take(month, () => true)
      const at = random.below(route.legs.length)
      return { closed: route.legs[at]!, grown: route.bypasses[at]!, month, route }
    }),
  }
}

/** What two ways have in common of their nationalities, 0 to 1. */
function inCommon(one: Way, other: Way): number {
  const others = mixOf(other)
  return Object.entries(mixOf(one)).reduce((sum, [key, share]) => sum + Math.min(share, others[key] ?? 0), 0)
}

function isWorked(route: Route, networks: NetworkPlan[], month: number): boolean {
  const here = networks.filter((one) => one.route === route)
  const around = Array.from({ length: 2 * MARGIN }, (_, i) => month - MARGIN + i)
  return around.every((at) => here.some(({ from, to }) => from <= at && at < to))
}

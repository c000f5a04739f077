import type { Level, Role, Tie } from '../../../schema/wire/codes.ts'
import type { WorldParameters } from './parameters.ts'
import type { NetworkPlan } from './plan.ts'
import { type Random, randomOf } from './random.ts'

/** A member of a network. The stage is a stop of its route, from 0. */
export type Member = {
  name: string
  stage: number
  level: Exclude<Level, 'LX'>
  role: Role
  nationality: string
  isMale: boolean
  /** Steered under threat: protected, and never called a suspect. */
  coerced: boolean
  /** Joined in this month of the world. */
  from: number
  /** Known from a network told of before. */
  known: boolean
}

/** Roles by level, as the GI-TOC field guide groups them, each with how often it is met. */
const ROLES: Record<Member['level'], [Role, number][]> = {
  L1: [
    ...([
      ['R01', 22],
      ['R02', 10],
      ['R03', 8],
      ['R04', 10],
      ['R05', 16],
      ['R06', 10],
    ] as [Role, number][]),
    ...([
      ['R07', 6],
      ['R08', 4],
      ['R09', 4],
      ['COXEUR', 6],
      ['VEHICLE_OWNER', 4],
    ] as [Role, number][]),
  ],
  L2: [
    ...([
      ['R20', 14],
      ['R21', 16],
      ['R22', 16],
      ['R23', 10],
      ['R24', 8],
      ['R25', 4],
      ['R26', 12],
    ] as [Role, number][]),
    ...([
      ['R27', 5],
      ['R28', 5],
      ['R29', 6],
      ['R30', 4],
      ['GHETTO_BOSS', 4],
      ['FIXER', 4],
    ] as [Role, number][]),
  ],
  L3: [
    ['R40', 60],
    ['R41', 15],
    ['R42', 10],
    ['R43', 15],
  ],
}
const LEVELS = ['L1', 'L2', 'L3'] as const
const COERCED = 0.3

/** Those whom a network itself brings in, without survivors and men of other networks. */
export function ownMembers(parameters: WorldParameters, plan: NetworkPlan): Member[] {
  const random = randomOf(parameters.seed, 'members', plan.nth)
  const months = Math.max(1, Math.min(24, plan.to - plan.from - 1))
  return Array.from({ length: plan.size }, (_, nth): Member => {
    const level = random.weighted(LEVELS.map((one) => [one, parameters.levels[one]] as const))
    const role = random.weighted(ROLES[level])
    return {
      name: `${plan.name}-A${String(nth + 1).padStart(3, '0')}`,
      stage: random.below(plan.route.hubs.length),
      ...{ level, role },
      nationality: random.weighted(plan.route.way.nationalities),
      isMale: random.happens(parameters.male),
      coerced: role === 'R03' && random.happens(COERCED),
      // The founders first, then one after the other.
      from: plan.from + (nth < 4 ? 0 : random.below(months)),
      known: false,
    }
  })
}

/** One who goes on from a former network: under the name that is known, or under a new one that nobody has recognised. */
export type Survivor = Member & { was: string }

/** Members of the former network who go on: 15 to 40 %, two at least; no coerced one. */
export function survivorsOf(parameters: WorldParameters, plan: NetworkPlan): Survivor[] {
  if (!plan.former) return []
  const random = randomOf(parameters.seed, 'survivors', plan.nth)
  const able = ownMembers(parameters, plan.former).filter(({ coerced }) => !coerced)
  const count = Math.max(2, Math.round((plan.former.size * (15 + random.below(26))) / 100))
  return random.some(able, count).map((member, nth) => {
    const known = random.happens(parameters.recognised)
    const name = known ? member.name : `${plan.name}-S${String(nth + 1).padStart(3, '0')}`
    return { ...member, name, was: member.name, from: plan.from, known }
  })
}

/** The member that a network lends: of the middle or upper level where it has one. */
export function lentBy(parameters: WorldParameters, lender: NetworkPlan): Member {
  const own = ownMembers(parameters, lender)
  return (
    own.find(({ level, coerced }) => level !== 'L1' && !coerced) ??
    own.find(({ coerced }) => !coerced) ??
    own[0]!
  )
}

/** All who work in a network, those known from elsewhere first. */
export function membersOf(parameters: WorldParameters, plan: NetworkPlan): Member[] {
  const lent = plan.borrows.map((lender) => ({
    ...lentBy(parameters, lender),
    from: Math.max(plan.from, lender.from),
    known: true,
  }))
  const known = [...survivorsOf(parameters, plan), ...lent].map((member) => ({
    ...member,
    stage: Math.min(member.stage, plan.route.hubs.length - 1),
  }))
  return [
    ...new Map([...known, ...ownMembers(parameters, plan)].map((member) => [member.name, member])).values(),
  ]
}

export type Tied = { one: Member; other: Member; tie: Tie; from: number }

/**
 * Each who joins is tied to some who are there, the likelier the more ties they have (Barabási and Albert 1999), times the factors
 * of stage and rank (Campana 2018). The odds of pairs in the whole come out somewhat nearer to 1 than the factors: the first few
 * have nobody to choose from.
 */
export function tiesOf(parameters: WorldParameters, plan: NetworkPlan, members: Member[]): Tied[] {
  const random = randomOf(parameters.seed, 'ties', plan.nth)
  const degrees = members.map(() => 0)
  const ties: Tied[] = []
  members.forEach((one, nth) => {
    for (const other of partnersOf(nth, members, degrees, parameters, random)) {
      degrees[nth]! += 1
      degrees[other]! += 1
      const from = Math.max(one.from, members[other]!.from)
      ties.push({ one, other: members[other]!, tie: tieOf(one, members[other]!, random), from })
    }
  })
  return ties
}

function partnersOf(
  nth: number,
  members: Member[],
  degrees: number[],
  parameters: WorldParameters,
  random: Random,
): number[] {
  const { sameStage, sameRank, tiesEach } = parameters
  const weights = members.slice(0, nth).map((other, i): [number, number] => {
    const stage = other.stage === members[nth]!.stage ? sameStage : 1
    const rank = other.level === members[nth]!.level ? sameRank : 1
    return [i, (degrees[i]! + 1) * stage * rank]
  })
  // Of the first few nobody has a choice: one tie each, or the shares would be theirs.
  return Array.from({ length: Math.min(tiesEach, Math.ceil(nth / 4)) }, () => {
    const chosen = random.weighted(weights)
    weights.splice(
      weights.findIndex(([i]) => i === chosen),
      1,
    )
    return chosen
  })
}

function tieOf(one: Member, other: Member, random: Random): Tie {
  if (one.role === 'R26' || other.role === 'R26') return 'FINANCE'
  if (one.level !== other.level)
    return random.weighted([
      ['COMMAND', 5],
      ['BUSINESS', 3],
      ['SUPPLY', 2],
    ])
  return random.weighted([
    ['COMMUNICATION', 4],
    ['BUSINESS', 3],
    ['KINSHIP', 2],
    ['PROTECTION', 1],
  ])
}

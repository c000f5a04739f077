import type { Kind } from '../../../schema/wire/codes.ts'
import type { Release } from '../../../schema/wire/release.ts'
import { dateOf } from './days.ts'
import type { Fact, Fields } from './facts.ts'
import { countryOf, isReader, OFFICES, type Readers, readers, releaseTo, releaseToAll } from './offices.ts'
import type { WorldParameters } from './parameters.ts'
import type { Random } from './random.ts'

/** A report of a world: who sends it, and what. */
export type WorldReport = {
  office: string
  /** As `submitReport` takes it, less the ids of what is known; `inputOf` adds them. */
  input: {
    key: string
    reference: string
    purpose: 'OPERATIONAL'
    legalBasis: string
    reviewDue: string
    release: Release
    defaults: Fields
    entities: { local: string; kind: Kind }[]
    claims: Record<string, unknown>[]
  }
  /** The entities that an earlier report introduced, and that the office sees by one. */
  known: string[]
}

/** The input of a report as the API takes it: `idOf` gives the id that the server gave to what was introduced under a name. */
export function inputOf(
  { input, known }: WorldReport,
  idOf: (local: string) => string,
): Record<string, unknown> {
  const refers = new Set(known)
  const entities = input.entities.map((one) =>
    refers.has(one.local) ? { ...one, id: idOf(one.local) } : one,
  )
  return { ...input, entities }
}

/** Who works a case: the office that sees all of it first. */
export type Hands = { home: number; partners: readonly number[] }
type Telling = { office: number; release: Release; sees: Readers; facts: Fact[] }

/**
 * Puts facts into reports and remembers who sees what, for nobody may refer to what he cannot see. What an office may not
 * speak of waits for the home office, which is in every release of the case.
 */
export class Teller {
  readonly #seen = new Map<string, Readers>()
  readonly #parameters: WorldParameters
  readonly #all: number[]
  #told = 0

  constructor(parameters: WorldParameters) {
    this.#parameters = parameters
    this.#all = Array.from({ length: parameters.offices }, (_, office) => office)
  }

  /** One report to all. */
  toAll(office: number, facts: Fact[], random: Random): WorldReport {
    const release = releaseToAll(office, this.#parameters.offices)
    return this.#tell({ office, release, sees: readers(this.#all), facts }, random)
  }

  /** Reports of a case, the earliest facts first. */
  *reports(facts: readonly Fact[], hands: Hands, random: Random): Generator<WorldReport> {
    let left = [...facts]
    while (left.length > 0) {
      const size = Math.max(2, Math.round(this.#parameters.claimsPerReport * (0.5 + random.next())))
      const office = random.happens(0.6) ? hands.home : random.pick([hands.home, ...hands.partners])
      const chosen = this.#sayable(left.slice(0, 3 * size), office).slice(0, size)
      const teller = chosen.length > 0 ? office : hands.home
      const said = new Set(chosen.length > 0 ? chosen : left.slice(0, size))
      left = left.filter((fact) => !said.has(fact))
      yield this.#tell({ office: teller, ...this.#released(teller, hands, random), facts: [...said] }, random)
    }
  }

  #sayable(facts: Fact[], office: number): Fact[] {
    const maySpeakOf = (seen: Readers | undefined) => seen === undefined || isReader(seen, office)
    return facts.filter(({ mentions }) => mentions.every(({ local }) => maySpeakOf(this.#seen.get(local))))
  }

  /** To all, to the case's offices, or to nobody else: that only from the home office, or it could not go on. */
  #released(office: number, { home, partners }: Hands, random: Random): { release: Release; sees: Readers } {
    const circle = [home, ...partners]
    const to = random.weighted([
      ['ALL', 4],
      ['CIRCLE', 5],
      ['OWN', office === home ? 1 : 0],
    ] as const)
    if (to === 'ALL') return { release: releaseToAll(office, this.#all.length), sees: readers(this.#all) }
    const others = to === 'CIRCLE' ? circle : []
    return { release: releaseTo(office, others), sees: readers([office, ...others]) }
  }

  #tell({ office, release, sees, facts }: Telling, random: Random): WorldReport {
    const mentions = new Map(
      facts.flatMap((fact) => fact.mentions.map(({ local, kind }) => [local, kind] as const)),
    )
    const known = [...mentions.keys()].filter((local) => this.#seen.has(local))
    for (const local of mentions.keys()) this.#seen.set(local, (this.#seen.get(local) ?? 0) | sees)
    const number = String(++this.#told).padStart(6, '0')
    const { seed, from, months } = this.#parameters
    return {
      office: OFFICES[office]!,
      known,
      input: {
        ...{ key: `world.${seed}.${number}`, reference: `W${seed}-${number}`, purpose: 'OPERATIONAL' },
        legalBasis: `${countryOf(office)}-police-cooperation`,
        reviewDue: dateOf(from, months + 240, 0),
        ...{ release, defaults: defaultsOf(random) },
        entities: [...mentions].map(([local, kind]) => ({ local, kind })),
        claims: facts.map((fact) => this.#claimOf(fact)),
      },
    }
  }

  #claimOf({ when, claim, isAssessment }: Fact): Record<string, unknown> {
    const { from } = this.#parameters
    return {
      ...(isAssessment && { basis: 'ASSESSMENT' }),
      observedFrom: dateOf(from, when.month, when.day ?? 0),
      ...(when.to !== undefined && { observedTo: dateOf(from, when.to, 27) }),
      ...claim,
    }
  }
}

/** The 4×4 grading of a report, and how it may be used. */
function defaultsOf(random: Random): Fields {
  return {
    source: random.weighted([
      ['A', 3],
      ['B', 10],
      ['C', 5],
      ['X', 2],
    ]),
    information: random.weighted([
      ['N1', 3],
      ['N2', 9],
      ['N3', 5],
      ['N4', 3],
    ]),
    basis: 'FACT',
    handling: random.weighted([
      [['H0'], 60],
      [['H0', 'H1'], 25],
      [['H0', 'H2'], 15],
    ]),
    sensitivity: random.weighted([
      ['S1_ROUTINE', 8],
      ['S2_SENSITIVE', 2],
    ]),
    ...{ evidenceUse: 'NOT_CONSENTED', onward: 'WITH_CONSENT' },
  }
}

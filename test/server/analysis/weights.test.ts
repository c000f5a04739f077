import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INFORMATIONS, SOURCES, TIES } from '../../../schema/wire/codes.ts'
import { type TieFacts, weightsOf } from '../../../server/analysis/weights.ts'

const NONE = 255
const OPEN = Number.NaN

const factsOf = (
  rows: [source: number, information: number, kind: number, from: number, to: number][],
): TieFacts => ({
  count: rows.length,
  source: rows.map(([source]) => source),
  information: rows.map(([, information]) => information),
  kind: rows.map(([, , kind]) => kind),
  observedFrom: rows.map(([, , , from]) => from),
  observedTo: rows.map(([, , , , to]) => to),
})

describe('weights', () => {
  it('are a hop where nothing is chosen', () => {
    expect([...weightsOf({}, factsOf([[0, 0, 0, 1, 2], [3, 3, NONE, OPEN, OPEN]]))]).toEqual([1_000, 1_000]) // biome-ignore format: a row
  })

  it('grow with the grading, and what cannot be assessed is never better', () => {
    const grades = SOURCES.flatMap((_, source) =>
      INFORMATIONS.map((_, information) => [source, information] as const),
    )
    const weights = weightsOf({ grading: true }, factsOf(grades.map(([s, i]) => [s, i, NONE, OPEN, OPEN])))
    expect([...weights]).toEqual([
      1_000, 1_250, 1_500, 1_500,
      1_250, 1_500, 1_750, 1_750,
      1_500, 1_750, 2_000, 2_000,
      1_500, 1_750, 2_000, 2_000,
    ]) // biome-ignore format: a row per source
    expect([...weightsOf({ grading: true }, factsOf([[NONE, NONE, NONE, OPEN, OPEN]]))]).toEqual([2_000])
  })

  it('grow with age: half at the half-life, all where it was never dated', () => {
    const rows = factsOf([
      [0, 0, 0, 0, 1_000],
      [0, 0, 0, 0, 900],
      [0, 0, 0, 700, OPEN],
      [0, 0, 0, OPEN, 5_000],
      [0, 0, 0, OPEN, OPEN],
      [0, 0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ])
    const weights = weightsOf({ recency: { at: 1_000, half: 100 } }, rows)
    expect([...weights]).toEqual([1_000, 1_500, 1_750, 1_000, 2_000, 2_000])
  })

  it('are by kind what the caller says, and a kind may be left out', () => {
    const rows = factsOf(TIES.map((_, kind) => [0, 0, kind, OPEN, OPEN]))
    const weights = weightsOf({ kinds: { KINSHIP: 5, FINANCE: null } }, rows)
    expect([...weights]).toEqual([1_005, 1_000, 1_000, Number.POSITIVE_INFINITY, 1_000, 1_000, 1_000])
  })

  it('add up, are whole, and never less than a hop', () => {
    const row = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(8), fc.integer(), fc.integer())
    const recency = fc.record({ at: fc.integer(), half: fc.integer({ min: 1 }) })
    fc.assert(
      fc.property(fc.array(row), recency, (rows, recency) => {
        const facts = factsOf(rows)
        const kinds = { SUPPLY: 7 }
        const [all, ...each] = [
          { grading: true, recency, kinds },
          { grading: true },
          { recency },
          { kinds },
        ].map((choice) => weightsOf(choice, facts))
        for (let tie = 0; tie < rows.length; tie++) {
          expect(all![tie]).toBe(each.reduce((sum, some) => sum + some[tie]! - 1_000, 1_000))
          expect(Number.isSafeInteger(all![tie]) && all![tie]! >= 1_000).toBe(true)
        }
      }),
    )
  })

  it('say what is wrong with a choice', () => {
    const none = factsOf([])
    expect(() => weightsOf({ recency: { at: 0, half: 0 } }, none)).toThrow('half-life above 0, got 0 and 0')
    expect(() => weightsOf({ recency: { at: Number.NaN, half: 1 } }, none)).toThrow(RangeError)
    for (const add of [-1, 0.5]) expect(() => weightsOf({ kinds: { SUPPLY: add } }, none)).toThrow('SUPPLY')
  })
})

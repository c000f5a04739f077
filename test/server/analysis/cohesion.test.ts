import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cohesion } from '../../../server/analysis/cohesion.ts'
import { distanceMatrix } from './naive-cohesion.ts'
import { removals } from './removals.ts'
import { network } from './tied.ts'

describe('cohesion', () => {
  it('is what the definitions give on a matrix of distances', async () => {
    const check = fc.asyncProperty(removals, async ({ nodes, ties, steps }) => {
      const away = new Set(steps.flat())
      const gone = Uint8Array.from({ length: nodes }, (_, node) => (away.has(node) ? 1 : 0))
      const left = [...gone.keys()].filter((node) => !away.has(node))
      const apart = distanceMatrix(nodes, ties, away)
      const near = left.flatMap((one) =>
        left.filter((other) => other !== one).map((other) => 1 / apart[one]![other]!),
      )
      const sum = near.reduce((total, one) => total + one, 0)
      const tied = near.filter((one) => one === 1).length
      const reached = left.map((one) => left.filter((other) => Number.isFinite(apart[one]![other])).length)
      const got = await cohesion(network(nodes, ties), gone)
      expect(got.fragmentation).toBeCloseTo(near.length === 0 ? 1 : 1 - sum / near.length, 12)
      expect(got.efficiency).toBeCloseTo(nodes < 2 ? 0 : sum / (nodes * (nodes - 1)), 12)
      expect(got.density).toBeCloseTo(near.length === 0 ? 0 : tied / near.length, 12)
      expect(got.largest).toBeCloseTo(Math.max(0, ...reached) / nodes, 12)
    })
    await fc.assert(check, { numRuns: 300 })
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactOf } from '../../../server/analysis/compact.ts'
import { nearOrder, pairsByDistance, totalsByNode } from '../../../server/analysis/distances.ts'
import { distancesAim } from '../../../server/analysis/key-distances.ts'
import { connectedWithout } from '../../../server/analysis/key-fragments.ts'
import { byDistance, reachAim, UNIT } from '../../../server/analysis/key-reach.ts'
import { seeded, shuffled } from '../../../server/analysis/random.ts'
import { throughput } from '../../../server/analysis/throughput.ts'
import { distanceMatrix, valuesOf } from './naive-cohesion.ts'

// What the search for key players rests on: each shortcut against the definition that it stands for.

const drawn = fc.nat({ max: 11 }).chain((most) =>
  fc.record({
    nodes: fc.constant(most + 1),
    ties: fc.array(fc.tuple(fc.nat(most), fc.nat(most)), { maxLength: 30 }),
    away: fc.uniqueArray(fc.nat(most), { maxLength: 3 }),
  }),
)
type Drawn = { nodes: number; ties: [number, number][]; away: number[] }

const networkOf = ({ nodes, ties }: Drawn) =>
  compactOf(
    nodes,
    ties.map(([one]) => one),
    ties.map(([, other]) => other),
  )
const goneOf = ({ nodes, away }: Drawn) =>
  Uint8Array.from({ length: nodes }, (_, node) => (away.includes(node) ? 1 : 0))
const leftOf = ({ nodes, away }: Drawn) =>
  Array.from({ length: nodes }, (_, node) => node).filter((node) => !away.includes(node))
const pace = () => {}

describe('a shortcut of the search', () => {
  it('counts, removing each node in one pass, what stays connected', () => {
    const check = fc.property(drawn, (one) => {
      const connected = connectedWithout(networkOf(one), goneOf(one))
      for (const node of leftOf(one)) {
        const apart = distanceMatrix(one.nodes, one.ties, new Set([...one.away, node]))
        expect(connected[node]).toBe(
          apart.flat().filter((distance) => distance > 0 && Number.isFinite(distance)).length,
        )
      }
    })
    fc.assert(check, { numRuns: 300 })
  })

  it('knows how much a node’s removal takes away at most', async () => {
    const check = fc.asyncProperty(drawn, async (one) => {
      const from = { gone: goneOf(one), sources: nearOrder(networkOf(one)), pace }
      const through = await throughput(networkOf(one), from, (distance) => 1 / distance)
      const sum = (away: number[], leftOut: number) =>
        distanceMatrix(one.nodes, one.ties, new Set(away))
          .filter((_, source) => source !== leftOut)
          .flat()
          .reduce((total, distance) => total + (distance > 0 ? 1 / distance : 0), 0)
      for (const node of leftOf(one))
        expect(through[node]! + 1e-9).toBeGreaterThanOrEqual(
          sum(one.away, node) - sum([...one.away, node], node),
        )
    })
    await fc.assert(check, { numRuns: 200 })
  })

  it('measures from many sources at once, more than a word has bits', async () => {
    const random = seeded(11)
    const ties = Array.from({ length: 130 }, () => [random.below(100), random.below(100)] as [number, number])
    const one = { nodes: 100, ties, away: [3, 50] }
    const from = { gone: goneOf(one), sources: shuffled(100, random).subarray(0, 70), pace }
    const apart = distanceMatrix(100, ties, new Set(one.away))
    const counts: number[] = [0]
    const totals = new Float64Array(100)
    for (const source of from.sources)
      for (const [node, distance] of apart[source]!.entries())
        if (distance > 0 && Number.isFinite(distance)) {
          counts[distance] = (counts[distance] ?? 0) + 1
          totals[node]! += byDistance(distance)
        }
    expect(await pairsByDistance(networkOf(one), from)).toEqual(counts)
    expect(await totalsByNode(networkOf(one), from, byDistance)).toEqual(totals)
  })

  it('finds the best node to add, by distances and by reach', async () => {
    const check = fc.asyncProperty(drawn, async (one) => {
      const considered = nearOrder(networkOf(one))
      const fragments = await distancesAim(networkOf(one), {
        considered: one.nodes,
        sample: considered,
        pace,
      })
      const near = reachAim(networkOf(one), { worth: byDistance, considered, pace })
      const values = leftOf(one).map((node) => valuesOf(one.nodes, one.ties, [...one.away, node], 0))
      if (values.length === 0) {
        expect([await fragments.best(one.away), await near.best(one.away)]).toEqual([undefined, undefined])
        return
      }
      const [apart, reached] = [await fragments.best(one.away), await near.best(one.away)]
      expect(1 + apart!.value / UNIT).toBeCloseTo(Math.max(...values.map(({ distances }) => distances)), 9)
      expect(reached!.value / UNIT / one.nodes).toBeCloseTo(Math.max(...values.map(({ reach }) => reach)), 9)
      expect(await near.value([...one.away, reached!.node])).toBe(reached!.value)
      expect(await fragments.value([...one.away, apart!.node])).toBe(apart!.value)
    })
    await fc.assert(check, { numRuns: 200 })
  })

  it('estimates from a sample what it would measure from all, on average', async () => {
    const random = seeded(21)
    const ties = Array.from({ length: 600 }, () => [random.below(300), random.below(300)] as [number, number])
    const network = networkOf({ nodes: 300, ties, away: [] })
    const set = [1, 2, 3, 4, 5, 6, 7, 8]
    const value = async (sample: Uint32Array) =>
      (await (await distancesAim(network, { considered: 1, sample, pace })).value(set)) / UNIT
    const exact = await value(nearOrder(network))
    const samples = Array.from({ length: 30 }, (_, seed) => shuffled(300, seeded(seed)).subarray(0, 30))
    const estimates = await Promise.all(samples.map(value))
    const mean = estimates.reduce((sum, one) => sum + one, 0) / estimates.length
    expect(Math.abs(mean / exact - 1)).toBeLessThan(0.001)
    for (const one of estimates) expect(Math.abs(one / exact - 1)).toBeLessThan(0.02)
  })
})

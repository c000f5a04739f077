import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Compact } from '../../../server/analysis/compact.ts'
import {
  compared,
  type Disruption,
  disrupted,
  type Measure,
  type Outcome,
} from '../../../server/analysis/disruption.ts'
import { livingOf, remove } from '../../../server/analysis/living.ts'
import { seeded } from '../../../server/analysis/random.ts'
import { type Recovery, recover } from '../../../server/analysis/recovery.ts'
import { distanceMatrix } from './naive-cohesion.ts'
import { removals } from './removals.ts'
import { network } from './tied.ts'

const tiesOf = ({ ends, pairs }: Compact): [number, number][] =>
  Array.from({ length: pairs }, (_, pair) => [ends[2 * pair]!, ends[2 * pair + 1]!])

const star = (leaves: number) =>
  network(
    leaves + 1,
    Array.from({ length: leaves }, (_, leaf) => [0, leaf + 1] as const),
  )
const ring = (nodes: number) =>
  network(
    nodes,
    Array.from({ length: nodes }, (_, node) => [node, (node + 1) % nodes] as const),
  )

const KEYS = ['largest', 'fragmentation', 'efficiency', 'density'] as const
/** Betweenness by its definition, on a matrix of distances: the share of shortest paths counted by multiplying them. */
const naive: Measure = (compact) => {
  const { nodes } = compact
  const ties = tiesOf(compact)
  const apart = distanceMatrix(nodes, ties)
  const beside = (node: number) =>
    ties.flatMap(([one, other]) => (one === node ? [other] : other === node ? [one] : []))
  const paths = (from: number, to: number): number =>
    from === to
      ? 1
      : beside(to).reduce(
          (sum, via) => sum + (apart[from]![via]! + 1 === apart[from]![to]! ? paths(from, via) : 0),
          0,
        )
  const between = { nodes: Array.from({ length: nodes }, () => 0), pairs: ties.map(() => 0) }
  for (let from = 0; from < nodes; from++)
    for (let to = from + 1; to < nodes; to++) {
      const distance = apart[from]![to]!
      if (!Number.isFinite(distance)) continue
      const all = paths(from, to)
      for (let via = 0; via < nodes; via++)
        if (via !== from && via !== to && apart[from]![via]! + apart[via]![to]! === distance)
          between.nodes[via]! += (paths(from, via) * paths(via, to)) / all
      for (const [pair, ends] of ties.entries())
        for (const [one, other] of [ends, ends.toReversed() as [number, number]])
          if (apart[from]![one]! + 1 + apart[other]![to]! === distance)
            between.pairs[pair]! += (paths(from, one) * paths(other, to)) / all
    }
  return between
}

const medians = (outcomes: readonly Outcome[], key: (typeof KEYS)[number]) =>
  outcomes.map((one) => one[key].median)

describe('a disruption', () => {
  it('without recovery never makes a network more efficient, nor its largest component larger', async () => {
    const check = fc.asyncProperty(removals, async ({ nodes, ties, steps, by, seed }) => {
      const disruption = {
        network: network(nodes, ties),
        steps: steps.map((one) => ({ nodes: one })),
        runs: 5,
        seed,
      }
      const bare = await disrupted({ ...disruption, recovery: { by: 'none' } })
      for (const key of ['efficiency', 'largest'] as const) {
        const falling = medians(bare, key)
        for (const [at, value] of falling.entries())
          expect(value).toBeLessThanOrEqual((falling[at - 1] ?? 1) + 1e-12)
      }
      const recovered = await disrupted({ ...disruption, recovery: { by } })
      expect(recovered).toHaveLength(steps.length + 1)
      for (const one of recovered)
        for (const key of KEYS) {
          const { low, median, high } = one[key]
          expect([low, median, high]).toEqual([low, median, high].toSorted((a, b) => a - b))
          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1)
        }
    })
    await fc.assert(check, { numRuns: 100 })
  })

  it('can leave a network more compact than it was', async () => {
    const disruption = { network: ring(40), steps: [{ nodes: [0] }, { nodes: [20] }], runs: 50 }
    const recovered = medians(await disrupted({ ...disruption, recovery: { by: 'random' } }), 'fragmentation')
    const bare = medians(await disrupted({ ...disruption, recovery: { by: 'none' } }), 'fragmentation')
    expect(recovered[1]).toBeLessThan(recovered[0]!)
    expect(recovered[2]).toBeLessThan(recovered[0]!)
    expect(bare[2]).toBeGreaterThan(bare[0]!)
  })

  it('takes pairs away for good, alone or with nodes', async () => {
    const chain = network(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    const cut = { network: chain, steps: [{ pairs: [1] }, { nodes: [0], pairs: [0] }] }
    expect(medians(await disrupted({ ...cut, recovery: { by: 'none' } }), 'largest')).toEqual([1, 0.5, 0.5])
    const living = livingOf(chain)
    const lost = remove(living, [], [[1, 2]])
    expect(lost).toEqual([
      { left: 2, lost: 1 },
      { left: 1, lost: 2 },
    ])
    for (let seed = 0; seed < 20; seed++) {
      recover(living, { before: chain, lost, recovery: { by: 'random' }, random: seeded(seed) })
      expect(living.neighbours[1]!.has(2)).toBe(false)
    }
  })

  it('is compared with as many drawn and with the most between, measured anew each time', async () => {
    // On a chain of nine the middle goes first; then 1 and 6 stand between most, not 3 and 5, which did before.
    const chain = network(
      9,
      Array.from({ length: 8 }, (_, node) => [node, node + 1] as const),
    )
    const steps = [{ nodes: [0] }, { nodes: [8, 7] }]
    const disruption: Disruption = { network: chain, steps, recovery: { by: 'none' }, runs: 40 }
    const { named, random, adaptive } = await compared(disruption, naive)
    expect(medians(named, 'largest')).toEqual([1, 8 / 9, 6 / 9])
    expect(medians(adaptive, 'largest')).toEqual([1, 4 / 9, 2 / 9])
    expect(random[2]!.largest.low).toBeLessThan(random[2]!.largest.high)
    expect(random[0]!.largest).toEqual({ low: 1, median: 1, high: 1 })
    const pairs = await disrupted(
      { ...disruption, steps: [{ pairs: [0] }, { pairs: [1, 2] }] },
      { way: 'adaptive', measure: naive },
    )
    expect(medians(pairs, 'largest')).toEqual([1, 5 / 9, 3 / 9])
  })

  it('is the same again for the same seed, and another for another', async () => {
    const play = (seed: number, runs: number) =>
      disrupted({ network: star(30), steps: [{ nodes: [0] }], recovery: { by: 'random' }, runs, seed })
    expect(await play(1, 20)).toEqual(await play(1, 20))
    expect(await play(1, 20)).not.toEqual(await play(2, 20))
  })

  it('measures large networks from drawn nodes, near enough', async () => {
    const random = seeded(3)
    const ties = Array.from({ length: 1200 }, () => [random.below(600), random.below(600)] as const)
    const steps = [{ nodes: [0, 1, 2, 3, 4] }]
    const play = (sources: number) =>
      disrupted({ network: network(600, ties), steps, recovery: { by: 'none' }, sources })
    const [whole, drawnFrom] = [await play(600), await play(100)]
    for (const at of [0, 1])
      expect(Math.abs(whole[at]!.fragmentation.median - drawnFrom[at]!.fragmentation.median)).toBeLessThan(
        0.02,
      )
  })

  it('answers where there is nothing to remove, passes over who has gone, and refuses what cannot be', async () => {
    const none: Outcome = Object.fromEntries(
      KEYS.map((key) => [key, { low: 0, median: 0, high: 0 }]),
    ) as Outcome
    const full = { low: 1, median: 1, high: 1 }
    const recovery: Recovery = { by: 'random' }
    expect(await disrupted({ network: network(0, []), steps: [], recovery })).toEqual([
      { ...none, fragmentation: full },
    ])
    const twice = { network: star(2), steps: [{ nodes: [1] }, { nodes: [1] }], recovery, runs: 3 }
    expect(medians(await disrupted(twice), 'largest')).toEqual([1, 2 / 3, 2 / 3])
    for (const way of ['random', 'adaptive'] as const)
      expect(
        medians(
          await disrupted(
            { network: star(1), steps: [{ nodes: [0, 1] }, { nodes: [0], pairs: [0] }], recovery },
            { way, measure: naive },
          ),
          'largest',
        ),
      ).toEqual([1, 0, 0])
    for (const wrong of [
      { steps: [{ nodes: [3] }] },
      { steps: [{ pairs: [2] }] },
      { runs: 0 },
      { sources: 0.5 },
      { recovery: { by: 'random', share: 2 } as const },
      { recovery: { by: 'random', stages: [1] } as const },
    ])
      await expect(disrupted({ ...twice, ...wrong })).rejects.toThrow(RangeError)
    await expect(disrupted(twice, { way: 'adaptive' })).rejects.toThrow('expected a measure')
  })

  it('tells how far it is, and ends when it is told to', async () => {
    const end = new AbortController()
    const told: number[] = []
    const disruption: Disruption = {
      network: ring(50),
      steps: [{ nodes: [1] }],
      recovery: { by: 'degree' },
      runs: 10,
    }
    await compared(disruption, (compact) => ({ nodes: new Float64Array(compact.nodes), pairs: [] }), {
      progress: (part) => told.push(part),
    })
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
    const endless = disrupted(
      { ...disruption, runs: 20_000 },
      {},
      { signal: end.signal, progress: () => end.abort(new Error('enough')) },
    )
    await expect(endless).rejects.toThrow('enough')
  })
})

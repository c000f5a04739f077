import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { livingOf, remove } from '../../../server/analysis/living.ts'
import { seeded } from '../../../server/analysis/random.ts'
import { type Recovery, recover } from '../../../server/analysis/recovery.ts'
import type { Ties } from './naive-cohesion.ts'
import { removals } from './removals.ts'
import { network } from './tied.ts'

describe('recovery', () => {
  const played = (nodes: number, ties: Ties, away: number[], recovery: Recovery, seed: number) => {
    const before = network(nodes, ties)
    const living = livingOf(before)
    const lost = remove(living, away, [])
    const kept = new Set(
      living.neighbours.flatMap((others, one) => [...others].map((other) => `${one}-${other}`)),
    )
    recover(living, { before, lost, recovery, random: seeded(seed) })
    const fresh = living.neighbours.flatMap((others, one) =>
      [...others].filter((other) => !kept.has(`${one}-${other}`)).map((other) => [one, other] as const),
    )
    return { before, living, lost, kept, fresh }
  }

  it('adds no more ties than were lost, none to those gone or to oneself, and keeps what was left', () => {
    const check = fc.property(
      removals,
      fc.boolean(),
      ({ nodes, ties, steps, stages, by, seed }, isStaged) => {
        const away = steps[0] ?? []
        const { living, lost, kept, fresh } = played(
          nodes,
          ties,
          away,
          { by, ...(isStaged ? { stages } : {}) },
          seed,
        )
        expect(fresh.length).toBeLessThanOrEqual(2 * lost.length)
        if (by === 'none') expect(fresh).toEqual([])
        for (const node of away) expect(living.neighbours[node]!.size).toBe(0)
        for (const [one, other] of fresh) {
          expect(one).not.toBe(other)
          expect(living.neighbours[other]!.has(one)).toBe(true)
        }
        const now = living.neighbours.flatMap((others, one) => [...others].map((other) => `${one}-${other}`))
        expect(now).toEqual(expect.arrayContaining([...kept]))
      },
    )
    fc.assert(check, { numRuns: 500 })
  })

  it('by distance ties a hub’s friends to one another, and nobody whom no path led to', () => {
    const ties: Ties = [
      [0, 1],
      [0, 2],
      [0, 3],
      [4, 5],
    ]
    for (let seed = 0; seed < 20; seed++)
      for (const [one, other] of played(6, ties, [0], { by: 'distance' }, seed).fresh) {
        expect([1, 2, 3]).toContain(one)
        expect([1, 2, 3]).toContain(other)
      }
    expect(
      played(
        4,
        [
          [0, 1],
          [2, 3],
        ],
        [0],
        { by: 'distance' },
        1,
      ).fresh,
    ).toEqual([])
  })

  it('by distance finds the nearest whom one has no tie with yet', () => {
    const chain: Ties = [...[0, 1, 2, 3, 4, 5].map((node) => [node, node + 1] as const), [0, 2]]
    // Without 3: 0 is as near to 2 as 4 is, unless it has a tie; then 4 finds 6, as near as 2, who is his already.
    for (let seed = 0; seed < 5; seed++)
      expect(played(7, chain, [3], { by: 'distance' }, seed).fresh).toEqual([
        [2, 4],
        [4, 2],
        [4, 6],
        [6, 4],
      ])
  })

  it('by degree finds those with many ties more often, at random all as often', () => {
    // Node 0 falls; 1 seeks among 2, with nine ties, and 12 … 20 without any.
    const ties: Ties = [[0, 1], ...Array.from({ length: 9 }, (_, leaf) => [2, leaf + 3] as const)]
    const hits = (by: 'degree' | 'random') =>
      Array.from({ length: 2000 }, (_, seed) => played(21, ties, [0], { by }, seed).fresh).filter((fresh) =>
        fresh.some(([one, other]) => one === 1 && other === 2),
      ).length / 2000
    expect(Math.abs(hits('degree') - 10 / (10 + 9 * 2 + 9))).toBeLessThan(0.04)
    expect(Math.abs(hits('random') - 1 / 19)).toBeLessThan(0.02)
  })

  it('with stages lets one of the same stage take over all, and nobody where none is left', () => {
    const ties: Ties = [
      [0, 1],
      [0, 2],
      [0, 3],
    ]
    for (const by of ['random', 'degree'] as const) {
      const { fresh } = played(6, ties, [0], { by, stages: [7, 1, 1, 1, 7, 1] }, 3)
      expect(fresh.filter(([one]) => one === 4)).toEqual([
        [4, 1],
        [4, 2],
        [4, 3],
      ])
      expect(played(6, ties, [0], { by, stages: [7, 1, 1, 1, 2, 1] }, 3).fresh).toEqual([])
    }
    const near: Ties = [...ties, [3, 5], [1, 4], [4, 6]]
    const { fresh } = played(7, near, [0], { by: 'distance', stages: [7, 1, 1, 1, 1, 1, 7] }, 3)
    expect(fresh.filter(([one]) => one === 6).map(([, other]) => other)).toEqual([1, 2, 3])
  })

  it('seeks a share of what was lost', () => {
    const ties: Ties = Array.from({ length: 400 }, (_, leaf) => [0, leaf + 1] as const)
    const { fresh } = played(401, ties, [0], { by: 'random', share: 0.25 }, 1)
    expect(fresh.length / 2 / 400).toBeGreaterThan(0.18)
    expect(fresh.length / 2 / 400).toBeLessThan(0.32)
    expect(played(401, ties, [0], { by: 'random', share: 0 }, 1).fresh).toEqual([])
  })
})

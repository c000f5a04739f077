import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactOf, NO_PAIR } from '../../../server/analysis/compact.ts'

const drawn = fc.nat(12).chain((most) =>
  fc.record({
    nodes: fc.constant(most + 1),
    ties: fc.array(fc.tuple(fc.nat(most), fc.nat(most)), { maxLength: 40 }),
  }),
)

const neighboursOf = ({ offsets, neighbours }: ReturnType<typeof compactOf>, node: number) => [
  ...neighbours.subarray(offsets[node], offsets[node + 1]),
]

describe('a compact network', () => {
  it('has the neighbours that the ties say, each once and in order, and each tie its pair', () => {
    fc.assert(
      fc.property(drawn, ({ nodes, ties }) => {
        const from = ties.map(([one]) => one)
        const to = ties.map(([, other]) => other)
        const network = compactOf(nodes, from, to)
        for (let node = 0; node < nodes; node++) {
          const said = ties.flatMap(([one, other]) =>
            one === other ? [] : one === node ? [other] : other === node ? [one] : [],
          )
          expect(neighboursOf(network, node)).toEqual([...new Set(said)].sort((a, b) => a - b))
        }
        for (const [tie, [one, other]] of ties.entries()) {
          const pair = network.pairOf[tie]!
          if (one === other) expect(pair).toBe(NO_PAIR)
          else
            expect([...network.ends.subarray(2 * pair, 2 * pair + 2)]).toEqual([
              Math.min(one, other),
              Math.max(one, other),
            ])
        }
        for (let at = 0; at < network.neighbours.length; at++) {
          const pair = network.via[at]!
          expect([...network.ends.subarray(2 * pair, 2 * pair + 2)]).toContain(network.neighbours[at])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('may be empty, one node, or a node tied to itself', () => {
    expect(compactOf(0, [], [])).toMatchObject({ nodes: 0, pairs: 0 })
    expect(compactOf(1, [0, 0], [0, 0])).toMatchObject({ nodes: 1, pairs: 0 })
  })

  it('says which end is no node', () => {
    expect(() => compactOf(2, [0], [2])).toThrow('expected ends below 2, got 0 and 2')
    expect(() => compactOf(2, [Number.NaN], [0])).toThrow('expected ends below 2')
  })
})

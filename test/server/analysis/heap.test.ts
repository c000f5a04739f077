import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heapOf } from '../../../server/analysis/heap.ts'

type Entry = [first: number, second: number, item: number]

describe('a heap', () => {
  it('gives what was put in by its keys and then its number, also while more is put in', () => {
    const step = fc.option(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(9)))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const heap = heapOf()
        const held: Entry[] = []
        for (const one of steps) {
          if (one) {
            heap.push(...one)
            held.push(one)
            continue
          }
          held.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
          const least = held.shift()
          const item = heap.pop()
          expect(item).toBe(least?.[2] ?? -1)
          if (least) expect([heap.first, heap.second]).toEqual(least.slice(0, 2))
          expect(heap.size()).toBe(held.length)
        }
      }),
      { numRuns: 200 },
    )
  })
})

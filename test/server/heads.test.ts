import { describe, expect, it } from 'vitest'
import type { Change } from '../../cypher/outbox/outbox.ts'
import { compareHeads, openHeads, versionsLost } from '../../server/heads.ts'

// How a start tells a store that was put back in time. With real stores: test/faults/restored.test.ts.

const leaf = (index: number) => `leaf-${index}`
/** A log of so many records, in which a question was the last that changed anything. */
const logOf = (size: number, changed: number) => ({
  size: () => size,
  changed: () => changed,
  leafAt: async (index: number) => (index < size ? leaf(index) : null),
})
const change = (asked: number, of = leaf(asked)): Change => ({
  ...{ asked, leaf: of, country: 'NE', ids: ['x'], closed: true },
})

describe('graph and log', () => {
  it('belong together where the last change of the graph is a question of the log, and none came after it', async () => {
    expect(await compareHeads(logOf(0, -1), [])).toBe(null)
    expect(await compareHeads(logOf(10, -1), [])).toBe(null)
    expect(await compareHeads(logOf(10, 7), [change(7)])).toBe(null)
    // A crash came before the answer of 9.
    expect(await compareHeads(logOf(10, 7), [change(9), change(7)])).toBe(null)
  })

  it('do not where the graph lacks a change that is on record, or all of them', async () => {
    expect(await compareHeads(logOf(10, 7), [change(3)])).toEqual({ store: 'GRAPH', graph: 3, log: 7 })
    expect(await compareHeads(logOf(10, 7), [])).toEqual({ store: 'GRAPH', graph: -1, log: 7 })
  })

  it('do not where the log lacks the question of a change, also where another record is at its index', async () => {
    expect(await compareHeads(logOf(5, 3), [change(7)])).toEqual({ store: 'LOG', graph: 7, log: 3 })
    const grown = logOf(90, 80)
    expect(await compareHeads(grown, [change(7, 'other')])).toEqual({ store: 'LOG', graph: 7, log: 80 })
  })
})

describe('versions', () => {
  it('are skipped for what a graph that was put back may have given out, and for nothing else', () => {
    expect(versionsLost(null, logOf(10, 7))).toBe(0)
    expect(versionsLost({ store: 'LOG', graph: 7, log: 3 }, logOf(5, 3))).toBe(0)
    expect(versionsLost({ store: 'GRAPH', graph: 3, log: 7 }, logOf(10, 7))).toBeGreaterThan(7)
  })
})

describe('changes', () => {
  it('are refused until what is lost is accepted', () => {
    const heads = openHeads({ store: 'GRAPH', graph: 3, log: 7 })
    expect(() => heads.check()).toThrow(expect.objectContaining({ code: 'STORE_BEHIND' }))
    heads.accepted()
    expect(heads.check()).toBeUndefined()
    expect(heads.behind()).toBe(null)
  })
})

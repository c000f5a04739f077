import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contactsOf } from '../../../server/analysis/contacts.ts'
import {
  arrivalsFrom,
  earliestArrival,
  fastest,
  fewestHops,
  latestDeparture,
} from '../../../server/analysis/time-paths.ts'
import type { Walk } from '../../../server/analysis/wait.ts'
import { bestOfAll, contactsOfSmall, isWalk, type SmallTime, smallTime } from './walks.ts'

const QUESTIONS = { earliestArrival, latestDeparture, fastest, fewestHops }

const figureOf = (name: keyof typeof QUESTIONS, { departure, arrival, steps }: Walk) =>
  ({
    earliestArrival: [arrival],
    latestDeparture: [departure],
    fastest: [arrival - departure],
    fewestHops: [steps.length, arrival],
  })[name]

const answers = async (small: SmallTime) => {
  const contacts = contactsOfSmall(small)
  const all = Object.entries(QUESTIONS).map(
    async ([name, ask]) => [name, await ask(contacts, small.trip)] as const,
  )
  return Object.fromEntries(await Promise.all(all)) as Record<keyof typeof QUESTIONS, Walk | null>
}

async function compare(small: SmallTime): Promise<void> {
  const { source, target, from, to } = small.trip
  const walks = await answers(small)
  if (source === target) {
    for (const walk of Object.values(walks)) expect(walk?.steps).toEqual(from <= to ? [] : undefined)
    return
  }
  const best = bestOfAll(small).get(target)
  for (const [name, walk] of Object.entries(walks) as [keyof typeof QUESTIONS, Walk | null][]) {
    expect(walk === null, name).toBe(best === undefined)
    if (!walk || !best) continue
    expect(isWalk(small, walk), name).toBe(true)
    expect(figureOf(name, walk), name).toEqual(
      {
        earliestArrival: [best.earliest],
        latestDeparture: [best.latest],
        fastest: [best.fastest],
        fewestHops: [best.fewest, best.earliestOfFewest],
      }[name],
    )
    if (!small.trip.most)
      expect(new Set(walk.steps.map((step) => step.to)).size, name).toBe(walk.steps.length)
  }
}

describe('walks in time are the best of all there are', () => {
  const RUNS = { numRuns: 1_000 }
  const law = (kind: Parameters<typeof smallTime>[0]) =>
    fc.assert(fc.asyncProperty(smallTime(kind), compare), RUNS)

  it('over instants', () => law({ isBounded: false, hasSpans: false }))
  it('over spans', () => law({ isBounded: false, hasSpans: true }))
  it('over instants, where waits have an end', () => law({ isBounded: true, hasSpans: false }))
  it('over spans, where waits have an end', () => law({ isBounded: true, hasSpans: true }))

  it('and so are all arrivals from one source', async () => {
    const kind = fc.boolean().chain((isBounded) => smallTime({ isBounded, hasSpans: true }))
    await fc.assert(
      fc.asyncProperty(kind, async (small) => {
        const best = bestOfAll(small)
        const { source, from, to } = small.trip
        const expected = Array.from(
          { length: small.nodes },
          (_, node) => best.get(node)?.earliest ?? Infinity,
        )
        if (from <= to) expected[source] = from
        expect([...(await arrivalsFrom(contactsOfSmall(small), small.trip))]).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

/** The same network with its nodes numbered and its contacts listed otherwise; every tie keeps its number. */
function renamed(small: SmallTime, turn: number): SmallTime {
  const name = (node: number) => (node + turn) % small.nodes
  const list = (of: SmallTime['trip']['least']) => Array.from({ length: small.nodes }, (_, at) => (of as number[])[(at + small.nodes - (turn % small.nodes)) % small.nodes]!) // biome-ignore format: a row
  const { least, most, source, target } = small.trip
  return {
    ...small,
    contacts: small.contacts.map((one) => ({ ...one, from: name(one.from), to: name(one.to) })).reverse(),
    trip: {
      ...small.trip,
      source: name(source),
      target: name(target),
      least: list(least),
      ...(most && { most: list(most) }),
    },
  }
}

describe('which walk is told', () => {
  it('does not depend on how nodes are numbered and contacts are listed', async () => {
    const kind = fc
      .tuple(fc.boolean(), fc.boolean())
      .chain(([isBounded, hasSpans]) => smallTime({ isBounded, hasSpans }))
    await fc.assert(
      fc.asyncProperty(kind, fc.nat(4), async (small, turn) => {
        const told = (walks: Record<string, Walk | null>) =>
          Object.values(walks).map((walk) => walk?.steps.map(({ tie, departure }) => [tie, departure]))
        expect(told(await answers(renamed(small, turn)))).toEqual(told(await answers(small)))
      }),
      { numRuns: 500 },
    )
  })

  it('is on a chart of three harbours', async () => {
    // 0 ─1..9→ 1 ─at 4→ 2, and 0 ─at 6→ 2: each takes one unit.
    const contacts = contactsOf({
      nodes: 3,
      ...{ from: [0, 1, 0], to: [1, 2, 2], isDirected: true },
      ...{ first: [1, 4, 6], last: [9, 4, 6], duration: [1, 1, 1] },
    })
    const trip = { source: 0, target: 2, from: 0, to: 10, least: 1, most: 5 }
    const first = { tie: 0, from: 0, to: 1 }
    const then = { tie: 1, from: 1, to: 2, departure: 4, arrival: 5 }
    const direct = { departure: 6, arrival: 7, steps: [{ tie: 2, from: 0, to: 2, departure: 6, arrival: 7 }] }
    expect(await earliestArrival(contacts, trip)).toEqual({
      ...{ departure: 2, arrival: 5 },
      steps: [{ ...first, departure: 2, arrival: 3 }, then],
    })
    expect(await latestDeparture(contacts, trip)).toEqual(direct)
    expect(await fastest(contacts, trip)).toEqual(direct)
    expect(await fewestHops(contacts, trip)).toEqual(direct)
    expect(await earliestArrival(contacts, { ...trip, target: 0 })).toEqual({
      departure: 0,
      arrival: 0,
      steps: [],
    })
    expect(await latestDeparture(contacts, { ...trip, target: 0 })).toEqual({
      departure: 10,
      arrival: 10,
      steps: [],
    })
  })

  it('is of the fewest contacts also where more of them are sooner', async () => {
    const contacts = contactsOf({
      nodes: 4,
      ...{ from: [0, 0, 1, 2], to: [2, 1, 2, 3], isDirected: true },
      ...{ first: [5, 0, 1, 7], last: [5, 0, 1, 7] },
    })
    const walk = await fewestHops(contacts, { source: 0, target: 3, from: 0, to: 9 })
    expect(walk?.steps.map(({ tie }) => tie)).toEqual([0, 3])
  })

  it('is of the least tie where others are as early by as many', async () => {
    const contacts = contactsOf({
      nodes: 4,
      ...{ from: [0, 0, 2, 1], to: [1, 2, 3, 3], isDirected: true },
      ...{ first: [0, 0, 5, 5], last: [0, 0, 5, 5] },
    })
    const walk = await earliestArrival(contacts, { source: 0, target: 3, from: 0, to: 9 })
    expect(walk?.steps.map(({ tie }) => tie)).toEqual([1, 2])
  })

  it('is fastest also where a later start came first to the same contact, but only by waiting less', async () => {
    // To 1 at any time from 0 to 10 in five, or at 4 in one; on to 2 at 6.
    const contacts = contactsOf({
      nodes: 3,
      ...{ from: [0, 0, 1], to: [1, 1, 2], isDirected: true },
      ...{ first: [0, 4, 6], last: [10, 4, 6], duration: [5, 1, 0] },
    })
    const walk = await fastest(contacts, { source: 0, target: 2, from: 0, to: 20 })
    expect(walk).toMatchObject({ departure: 4, arrival: 6 })
  })

  it('does not wait longer by a contact with oneself', async () => {
    const contacts = contactsOf({
      nodes: 3,
      ...{ from: [0, 1, 1], to: [1, 1, 2], isDirected: true },
      ...{ first: [0, 1, 2], last: [0, 1, 2] },
    })
    expect(await earliestArrival(contacts, { source: 0, target: 2, from: 0, to: 9, most: 1 })).toBeNull()
  })

  it('goes round where waiting has an end', async () => {
    // Who comes to 1 at 1 may stay one unit only; the way on leaves at 5. Two and back take three.
    const contacts = contactsOf({
      nodes: 4,
      ...{ from: [0, 1, 2, 1], to: [1, 2, 1, 3], isDirected: true },
      ...{ first: [1, 2, 4, 5], last: [1, 2, 4, 5], duration: [0, 1, 0, 0] },
    })
    const walk = await earliestArrival(contacts, { source: 0, target: 3, from: 0, to: 9, most: 1 })
    expect(walk?.steps.map(({ to }) => to)).toEqual([1, 2, 1, 3])
  })
})

describe('what is asked of nothing, or wrongly', () => {
  const empty = contactsOf({ nodes: 2, from: [], to: [], first: [], last: [] })

  it('is answered: no walk', async () => {
    for (const ask of Object.values(QUESTIONS)) {
      expect(await ask(empty, { source: 0, target: 1, from: 0, to: 9 })).toBeNull()
      expect(await ask(empty, { source: 0, target: 0, from: 9, to: 0 })).toBeNull()
    }
    const self = contactsOf({ nodes: 1, from: [0], to: [0], first: [1], last: [1] })
    expect([...(await arrivalsFrom(self, { source: 0, from: 0, to: 9 }))]).toEqual([0])
  })

  it('is refused by what is wrong', async () => {
    const ask = (trip: object) => earliestArrival(empty, { source: 0, target: 1, from: 0, to: 9, ...trip })
    await expect(ask({ target: 2 })).rejects.toThrow('expected nodes below 2, got 2')
    await expect(ask({ to: 0.5 })).rejects.toThrow('whole times, got 0 to 0.5')
    await expect(ask({ least: -1 })).rejects.toThrow('whole waits from 0, got -1')
    await expect(ask({ most: [1, 0.5] })).rejects.toThrow('whole waits from 0, got 0.5')
    const list = { nodes: 2, from: [0], to: [1], first: [1], last: [2] }
    expect(() => contactsOf({ ...list, to: [2] })).toThrow('nodes below 2')
    expect(() => contactsOf({ ...list, last: [0] })).toThrow('a span that ends after it begins, got 1 to 0')
    expect(() => contactsOf({ ...list, last: [1.5] })).toThrow('times that are whole, got 1 and 1.5')
    expect(() => contactsOf({ ...list, duration: [-1] })).toThrow('a whole duration from 0, got -1')
  })

  it('ends at its limit, or when it is told to', async () => {
    const [from, to] = [Array(50).fill(0), Array(50).fill(1)]
    const times = from.map((_, at) => at)
    const contacts = contactsOf({ nodes: 3, from, to, first: times, last: times.map((time) => time + 1) })
    const trip = { source: 0, target: 2, from: 0, to: 60, most: 0 }
    await expect(fastest(contacts, trip, { limit: 10 })).rejects.toThrow('at most 10 families of walks')
    const told: number[] = []
    expect(await fastest(contacts, trip, { progress: (fraction) => told.push(fraction) })).toBeNull()
    expect(told.at(-1)).toBe(1)
  })
})

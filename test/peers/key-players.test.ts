import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { cohesion } from '../../server/analysis/cohesion.ts'
import { compactOf } from '../../server/analysis/compact.ts'
import { fragmentation, reach } from '../../server/analysis/key-players.ts'
import { openPython } from './python.ts'
import { run } from './run.ts'

// What sets of nodes take from, and reach in, five published and 20 generated networks, against networkx.

type Measured = {
  set: number[]
  within: number
  components: number
  fragmentation: number
  efficiency: number
  density: number
  largest: number
  reach: number
  withinShare: number
}
type Answer = { title: string; size: number; ties: [number, number][]; sets: Measured[] }

let answers: Answer[]

beforeAll(async () => {
  const script = join(import.meta.dirname, 'key-players.py')
  answers = JSON.parse((await run(await openPython(), [script])).toString())
}, 600_000)

const networkOf = ({ size, ties }: Answer) =>
  compactOf(
    size,
    ties.map(([one]) => one),
    ties.map(([, other]) => other),
  )

/** To 1e-9, set by set. */
async function expectSame(
  names: (keyof Omit<Measured, 'set' | 'within'>)[],
  ours: (answer: Answer, measured: Measured) => Promise<Record<string, number>>,
) {
  expect(answers.length).toBeGreaterThanOrEqual(25)
  for (const answer of answers)
    for (const measured of answer.sets) {
      const got = await ours(answer, measured)
      for (const name of names) {
        const apart = Math.abs(got[name]! - measured[name])
        expect(apart, `${answer.title}, ${measured.set}: ${name}`).toBeLessThanOrEqual(1e-9)
      }
    }
}

describe('networkx', () => {
  it('finds a network as fragmented without a set as we do', async () => {
    await expectSame(['components', 'fragmentation'], async (answer, { set }) => {
      const { components, distances } = await fragmentation(networkOf(answer), set)
      return { components, fragmentation: distances }
    })
  })

  it('finds what remains as dense, as efficient and as large', async () => {
    await expectSame(['fragmentation', 'efficiency', 'density', 'largest'], async (answer, { set }) => {
      const gone = new Uint8Array(answer.size)
      for (const node of set) gone[node] = 1
      return cohesion(networkOf(answer), gone)
    })
  })

  it('finds all as near to a set', async () => {
    await expectSame(['reach', 'withinShare'], async (answer, { set, within }) => {
      const { distances, within: withinShare } = reach(networkOf(answer), set, within)
      return { reach: distances, withinShare }
    })
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cast, makeCast } from '../../cast.ts'
import { testNeo4j } from '../../neo4j.ts'
import { type House, openHouse } from '../house.ts'
import { listen } from '../listener.ts'

// What the directory's dates make of themselves: the keys of the cast have a year, and a clock is moved to their end.

let now = Date.parse('2026-11-20T10:00:00.000Z')
let cast: Cast
let house: House

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
  ])
  house = await openHouse(await testNeo4j(), cast, { clock: () => now })
}, 1_500_000)
afterAll(() => house?.close())

it('tells of each step before a key ends, once, also over a restart, and of a desk that changes hands', async () => {
  const ending = () => house.instance.directory.keysEnding('ne-dst')
  for (let day = 0; day < 1_000 && ending().length === 0; day++) now += 24 * 3_600_000
  const first = await listen(await house.session('ne-dst.aicha'))
  const after = first.last()
  first.leave()
  const body = {
    ...{
      type: 'assignment' as const,
      assignment: 'a-ne-dst-salif-2',
      person: 'ne-dst.aicha',
      office: 'ne-dst',
    },
    ...{ role: 'ANALYST' as const, from: new Date(now).toISOString().slice(0, 10), to: null },
  }
  await house.instance.directory.append(await cast.sign(body, ['anchor:NE']))
  const { reminders } = house.instance
  await reminders.tick()
  await reminders.tick()
  await house.restart()
  await house.instance.reminders.tick()
  now += 60_000
  await house.instance.events.publish({ kind: 'RESEAL_TASK', offices: ['ne-dst'], id: 'last' })
  const told = []
  const again = await listen(await house.session('ne-dst.aicha'), { after })
  for (let id = ''; id !== 'last'; ) {
    const { kind, about } = (await again.heard()).data.events
    told.push([kind, about])
    id = about
  }
  again.leave()
  expect(told).toEqual([
    ['KEY_EXPIRING', ending()[0]?.fingerprint],
    ['HANDOVER', 'a-ne-dst-salif-2'],
    ['RESEAL_TASK', 'last'],
  ])
})

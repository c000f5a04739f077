import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TINY } from '../../../../clients/scenario/world/parameters.ts'
import { generateWorld, inputOf } from '../../../../clients/scenario/world/world.ts'
import { makeCast } from '../../../cast.ts'
import { openPortolan, type TestPortolan } from '../../../instance.ts'
import { testNeo4j } from '../../../neo4j.ts'
import { SUBMIT } from '../../../report.ts'

const world = generateWorld(TINY)
let portolan: TestPortolan

beforeAll(async () => {
  const cast = await makeCast(world.offices.map((office) => ({ office, persons: { desk: 'FOCAL_POINT' } })))
  portolan = await openPortolan(await testNeo4j(), cast)
})
afterAll(async () => portolan?.close())

describe('a tiny generated world', () => {
  it('is taken whole by the public API, and stands there as its offices told it', async () => {
    expect(world.reports.length).toBeLessThanOrEqual(40)
    const ids = new Map<string, string>()
    for (const report of world.reports) {
      const input = inputOf(report, (local) => ids.get(local)!)
      const { json } = await portolan.ask(`${report.office}.desk`, SUBMIT, { input })
      expect(json.errors, report.input.key).toBeUndefined()
      expect(json.data.submitReport).toMatchObject({
        replayed: false,
        report: { office: report.office, status: 'CURRENT' },
      })
      for (const { local, id } of json.data.submitReport.ids) ids.set(local, id)
    }
    for (const office of world.offices) {
      const query = `query($office: String!) { reports(office: $office, first: 1) { totalCount } }`
      const { json } = await portolan.ask(`${office}.desk`, query, { office })
      const own = world.reports.filter((report) => report.office === office)
      expect(json.data.reports.totalCount).toBe(own.length)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { entityOpen } from '../../cypher/entity/entity.ts'
import { openGraph } from '../../server/graph.ts'
import { testNeo4j } from '../neo4j.ts'

describe('an errand', () => {
  it('is data alone, as a thread takes it, whatever else a login has that was launched', async () => {
    const launched = { ...(await testNeo4j()), ended: Promise.resolve(0), stop: () => undefined }
    const graph = await openGraph(launched)
    const errand = graph.errand(entityOpen, { ids: [] }, 1_000)
    expect(structuredClone(errand)).toEqual(errand)
    await graph.close()
  }, 300_000)
})

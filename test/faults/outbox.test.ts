import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { outboxClear } from '../../cypher/outbox/outbox.ts'
import { reportSubmit } from '../../cypher/report/write.ts'
import { openGraph } from '../../server/graph.ts'
import { report, SUBMIT } from '../report.ts'
import { openWorld, until, type World } from './world.ts'

// A server is killed around the commit of a change. The next start says on record what became of it: nobody has to ask
// the graph whether a question without an answer changed anything.

vi.setConfig({ testTimeout: 600_000 })

let world: World
let mariama: string

beforeAll(async () => {
  world = await openWorld()
  mariama = await world.makeHome(['ne-audit.mariama', 'office:ne-audit'])
}, 600_000)
afterEach(() => {
  world.bolt.onSegment = null
})
afterAll(() => world?.close(), 120_000)

const submit = (key: string) => world.ask('ne-dst.aicha', SUBMIT, { input: report(key) })
const search = (...wanted: string[]): Promise<unknown[]> =>
  world.data(mariama, [
    ...['audit', 'search', ...wanted, '--as', 'ne-audit.mariama'],
    ...['--purpose', 'OVERSIGHT', '--justification', 'what became of it'],
  ])
const found = async (outcome: string, id: string) =>
  (await search('--entity', id, '--outcome', outcome)).length

async function left(): Promise<{ asked: number; closed: boolean }[]> {
  const graph = await openGraph({ ...world.neo4j() })
  const rows = await graph.setup(
    'MATCH (o:Outbox) RETURN o.asked AS asked, o.closed AS closed ORDER BY asked',
  )
  await graph.close()
  return rows as { asked: number; closed: boolean }[]
}

/** COMMIT, as Bolt frames it. */
const COMMIT = Buffer.from('0002b0120000', 'hex')

/** Kills the server at the commit of the next report: before Neo4j hears of it, or before Neo4j's answer to it is heard. */
function killAtCommit(when: 'up' | 'down'): () => boolean {
  let [writing, committing, killed] = [-1, false, false]
  world.bolt.onSegment = async (direction, bytes, connection) => {
    if (killed) return true
    if (direction === 'up' && bytes.includes(reportSubmit.text.slice(0, 40))) writing = connection
    if (connection !== writing) return false
    if (direction === 'up' && bytes.includes(COMMIT)) committing = true
    if (!committing || direction !== when) return false
    killed = true
    await world.kill()
    return true
  }
  return () => killed
}

describe('a server that is killed', () => {
  it('before the commit: the question was interrupted, and nothing stands', async () => {
    const killed = killAtCommit('up')
    await expect(submit('killed-before')).rejects.toThrow()
    expect(killed()).toBe(true)
    world.bolt.onSegment = null
    await world.start()
    expect(await search('--outcome', 'INTERRUPTED')).not.toEqual([])
    const again = (await submit('killed-before')).json.data.submitReport
    expect(again.replayed).toBe(false)
    expect(await found('INTERRUPTED', again.report.id)).toBe(0)
  })

  it('after the commit and before the answer: the record of the interruption says what stands', async () => {
    const killed = killAtCommit('down')
    await expect(submit('killed-after')).rejects.toThrow()
    expect(killed()).toBe(true)
    world.bolt.onSegment = null
    expect((await left()).at(-1)).toMatchObject({ closed: false })
    await world.start()
    const again = (await submit('killed-after')).json.data.submitReport
    expect(again.replayed).toBe(true)
    expect(await found('INTERRUPTED', again.report.id)).toBe(1)
    for (const { id } of again.ids) expect(await found('INTERRUPTED', id)).toBe(1)
  })

  it('after the answer and before the outbox is emptied: the next start says so, and empties it', async () => {
    world.bolt.onSegment = (direction, bytes) =>
      direction === 'up' && bytes.includes(outboxClear.text.slice(0, 40))
    const { report: made } = (await submit('killed-answered')).json.data.submitReport
    await world.kill()
    world.bolt.onSegment = null
    const before = (await left()).at(-1)
    expect(before).toMatchObject({ closed: false })
    await world.start()
    expect(await found('RECONCILED', made.id)).toBe(1)
    await until(async () => (await left()).every(({ closed }) => closed))
    expect((await left()).map(({ asked }) => asked)).toEqual([before!.asked])
    // What is said is not said again.
    await world.kill()
    await world.start()
    expect(await found('RECONCILED', made.id)).toBe(1)
  })
})

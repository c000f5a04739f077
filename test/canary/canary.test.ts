import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorld, type World } from '../faults/world.ts'
import { report as reportOf } from '../report.ts'
import { filesIn } from './files.ts'
import { memoryOf } from './memory.ts'
import { formsOf, search, searchAll } from './search.ts'
import { asAicha, asPaola, type Desk, draw, WAYS } from './ways.ts'

// Random plain text is sent on every way that seals. Then everything that the platform holds is searched for it: the
// memory of the live server, every file of its home and of Neo4j, what the server printed, and all that went over the
// wire. A control that the platform does hold in clear is found by the same search, so the search can fail.

// Real programs are started dozens of times.
vi.setConfig({ testTimeout: 600_000 })

let world: World
let desk: Desk
const canary = draw()
/** A code name is in clear by design: at most 40 characters, and long enough for Neo4j to keep it as text. */
const control = `Control-${draw()}`.slice(0, 40)

beforeAll(async () => {
  world = await openWorld({ capture: true, deadline: 60_000 })
  const niger = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  const italy = await world.makeHome(['it-sco.paola', 'it-sco.luca', 'office:it-sco'])
  desk = { world, niger, italy }
  await world.data(niger, ['login', ...asAicha])
  await world.data(italy, ['login', ...asPaola])
}, 600_000)
afterAll(() => world?.close(), 120_000)

describe('the search', () => {
  const around = (octets: Buffer, before = 1_000) =>
    Buffer.concat([Buffer.alloc(before, 1), octets, Buffer.alloc(50)])

  it('finds a text in every form, wherever it begins', () => {
    for (const [form, octets] of formsOf(canary))
      expect(search(around(octets), canary).map((found) => found.form)).toContain(form)
    for (const before of [0, 1, 2]) {
      const text = Buffer.from(`${'x'.repeat(before)}${canary} and more`).toString('base64')
      expect(search(around(Buffer.from(text)), canary).map(({ form }) => form)).toEqual([
        expect.stringMatching(/^base64/),
      ])
    }
  })

  it('finds octets that are no text, and several at once, wherever they stand', () => {
    const octets = randomBytes(32)
    for (let before = 0; before < 20; before++) {
      const place = Buffer.concat([Buffer.alloc(before), octets, Buffer.from(canary), Buffer.alloc(before)])
      const found = searchAll(place.subarray(before % 3), [octets, canary, draw()])
      const places = found.map(({ sought, form, at }) => [sought, form, at + (before % 3)])
      expect(places).toEqual([
        [octets, 'octets', before],
        [canary, 'utf-8', before + 32],
      ])
    }
    expect(() => search(octets, 'too short')).toThrow(RangeError)
  })

  it('finds it in what is compressed', () => {
    const text = Buffer.from(`${'a b c d '.repeat(200)}${canary} ${'e f g '.repeat(20)}`)
    expect(search(around(gzipSync(text)), canary).length).toBeGreaterThan(0)
    expect(search(around(deflateSync(text)), canary).length).toBeGreaterThan(0)
  })

  it('finds nothing where there is nothing', () => {
    expect(search(around(Buffer.from(draw())), canary)).toEqual([])
  })
})

describe('plain words that were sealed', () => {
  it.each(WAYS.map((way) => [way.name, way] as const))('arrive: %s', async (_, way) => {
    expect(await way.send(canary, desk)).toContain(canary)
  })

  it('are nowhere but on the officers’ machines, where a code name in clear is found everywhere', async () => {
    const { report } = (await world
      .ask(
        'ne-dst.aicha',
        'mutation($input: ReportInput!) { submitReport(input: $input) { report { id } } }',
        {
          input: reportOf('canary-control', {
            entities: [{ local: 'ring', kind: 'NETWORK' }],
            claims: [{ network: { entity: 'ring', label: control, status: 'ACTIVE' } }],
          }),
        },
      )
      .then(({ json }) => json.data.submitReport)) as { report: { id: string } }
    expect(report.id).toBeTruthy()
    const shown = await world.data(desk.italy, ['network', 'list', ...asPaola])
    expect(JSON.stringify(shown)).toContain(control)
    const found = { canary: new Set<string>(), control: new Set<string>() }
    let searched = 0
    const look = (place: string, octets: Buffer) => {
      searched += octets.length
      for (const { form } of search(octets, canary)) found.canary.add(`${place}: ${form}`)
      if (search(octets, control).length > 0) found.control.add(place.split(' ')[0]!)
    }
    for await (const { name, octets } of memoryOf(world.server().pid!))
      look(`memory of the server ${name}`, octets)
    // Neo4j writes all that it holds into its files when it ends in order.
    await world.neo4j().stop()
    for (const [place, folder] of [
      ['home', world.home],
      ['neo4j', world.neo4jHome],
    ] as const)
      for (const path of await filesIn(folder)) look(`${place} ${path}`, await readFile(path))
    look('printed', Buffer.from(world.printed()))
    look('wire', world.http.captured())
    console.info(`searched ${Math.round(searched / 1e6)} MB of memory, files and traffic`)

    expect([...found.canary]).toEqual([])
    expect([...found.control].sort()).toEqual(['memory', 'neo4j', 'wire'])
    // What was sent did go this way: the blobs are there, and so are the frames of the audit log.
    const files = await filesIn(world.home)
    expect(files.filter((path) => path.includes('/blobs/blobs/')).length).toBeGreaterThanOrEqual(WAYS.length)
    expect(files.some((path) => path.includes('/audit/'))).toBe(true)
  })
})

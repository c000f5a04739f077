import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Graph, openGraph } from '../../server/graph.ts'
import { type Cast, makeCast } from '../cast.ts'
import { openPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'

// A start that fails halfway leaves nothing open: whoever starts it again in the same process finds the home free.

let cast: Cast
let graph: Graph
let home: string
beforeAll(async () => {
  cast = await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }])
  graph = await openGraph(await testNeo4j())
  home = mkdtempSync(join(tmpdir(), 'portolan-failed-'))
  const first = await start()
  await first.ask('ne-dst.aicha', '{ me { person } }')
  await first.close()
})
afterAll(async () => {
  await graph?.close()
  rmSync(home, { recursive: true })
})

const start = async () => openPortolan(await testNeo4j(), cast, { home, graph })

/** The files of the home that this process has open. */
const openFiles = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(join('/proc/self/fd', fd))
      return path.startsWith(home) ? [path.slice(home.length)] : []
    } catch {
      return []
    }
  })

it.each([
  ['the history of the directory is not what was published', 'log/directory/whole/checkpoint', 'LOG_DAMAGED'],
  ['the last part of all cannot be opened', 'consultations', 'EEXIST'],
])('where %s', async (_, place, code) => {
  renameSync(join(home, place), join(home, 'aside'))
  writeFileSync(join(home, place), 'something else')
  await expect(start()).rejects.toMatchObject({ code })
  expect(openFiles()).toEqual([])
  rmSync(join(home, place))
  renameSync(join(home, 'aside'), join(home, place))
  const again = await start()
  expect((await again.ask('ne-dst.aicha', '{ me { person } }')).status).toBe(200)
  await again.close()
  expect(openFiles()).toEqual([])
})

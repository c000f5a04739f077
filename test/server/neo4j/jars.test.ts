import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkJars, parseList, provideJars } from '../../../server/neo4j/jars.ts'
import { launchNeo4j } from '../../../server/neo4j/launch.ts'
import { ping, TEST_JARS } from '../../neo4j-instance.ts'

const LIST = new URL('../../../server/neo4j/jars.sha256', import.meta.url)
// On a new machine Maven fetches 116 MB first.
const FETCH_MS = 600_000
let store: string

beforeAll(async () => void (await provideJars(TEST_JARS, () => {})), FETCH_MS)

beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'portolan-jars-'))
})
afterEach(() => rm(store, { recursive: true, force: true }))

/** A store whose jars are links to the real ones, for a test to spoil. */
async function linkedStore(): Promise<string> {
  const real = await provideJars(TEST_JARS, () => {})
  const folder = join(store, basename(real))
  await mkdir(folder)
  for (const name of await readdir(real)) await symlink(join(real, name), join(folder, name))
  return folder
}

test('the list names Neo4j 5.26 and only jars', async () => {
  const list = parseList(await readFile(LIST, 'utf8'))
  expect([...list.keys()]).toContain('neo4j-5.26.16.jar')
  for (const [name, digest] of list) {
    expect(name).toMatch(/^[\w.+-]+\.jar$/)
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
  }
})

test('resolved jars are taken without Maven and without a word', async () => {
  const said: string[] = []
  const folder = await provideJars(TEST_JARS, (line) => said.push(line))
  expect(dirname(folder)).toBe(TEST_JARS.replace(/\/$/, ''))
  const begun = performance.now()
  await provideJars(TEST_JARS, (line) => said.push(line))
  expect(performance.now() - begun).toBeLessThan(3_000)
  expect(said.filter((line) => !line.startsWith('Fetching'))).toEqual([])
})

test('an altered jar stops the launch and is named', async () => {
  const folder = await linkedStore()
  const jar = join(folder, 'neo4j-kernel-5.26.16.jar')
  const bytes = await readFile(jar)
  bytes[bytes.length >> 1]! ^= 1
  await rm(jar)
  await writeFile(jar, bytes)
  const launch = launchNeo4j({ home: join(store, 'home'), jars: store, say: () => {}, ping })
  await expect(launch).rejects.toMatchObject({
    code: 'NEO4J_UNAVAILABLE',
    message: expect.stringContaining('neo4j-kernel-5.26.16.jar altered'),
  })
})

test('a missing jar is named', async () => {
  await rm(join(await linkedStore(), 'neo4j-bolt-5.26.16.jar'))
  await expect(provideJars(store, () => {})).rejects.toThrow('neo4j-bolt-5.26.16.jar missing')
})

test('an extra jar, which Neo4j would load, is named', async () => {
  await writeFile(join(await linkedStore(), 'aaa-plugin.jar'), '')
  await expect(provideJars(store, () => {})).rejects.toThrow('aaa-plugin.jar not on the checked-in list')
})

test('two jars that change places are found', async () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  await writeFile(join(store, 'a.jar'), 'b')
  await writeFile(join(store, 'b.jar'), 'a')
  const expected = new Map([
    ['a.jar', digest('a')],
    ['b.jar', digest('b')],
  ])
  await expect(checkJars(store, expected)).rejects.toThrow('a.jar altered')
})

test(
  'two homes that need the jars at once fetch them once, over what a killed fetch left',
  async () => {
    await mkdir(join(store, 'part-1'))
    await writeFile(join(store, 'part-1', 'half.jar'), 'half')
    const said: string[] = []
    const [first, second] = await Promise.all([1, 2].map(() => provideJars(store, (line) => said.push(line))))
    expect(first).toBe(second)
    expect(said).toHaveLength(1)
    expect((await readdir(store)).sort()).toEqual([basename(first!), 'lock'].sort())
  },
  FETCH_MS,
)

import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClassArchive } from '../../../server/neo4j/class-archive.ts'
import { launchNeo4j, type Neo4j } from '../../../server/neo4j/launch.ts'
import { ping, SHORT_LIFE, TEST_JARS } from '../../neo4j-instance.ts'

// The launches run in order on one home and tell one story: each start finds what the one before left.
const START = 240_000
let home: string
let folder: string
let running: Neo4j | undefined

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portolan-archive-'))
  folder = join(home, 'neo4j', 'classes')
})
afterAll(async () => {
  await running?.stop()
  await rm(home, { recursive: true, force: true })
})

const launch = async (signal?: AbortSignal) => {
  const memory = { heap: '512m', pageCache: '64m', java: SHORT_LIFE }
  const options = { home, jars: TEST_JARS, say: () => {}, ping, archive: true, ...memory }
  running = await launchNeo4j({ ...options, ...(signal && { signal }) })
  return running
}
/** The archives that a process has mapped. */
const mapped = async ({ pid }: Neo4j) =>
  (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n').filter((line) => line.includes(folder))
const archiveFile = async () => join(folder, (await readdir(folder))[0]!)

test(
  'a launch that is told to stop halfway ends what it started, and leaves no archive',
  async () => {
    const told = new AbortController()
    const launching = launch(told.signal)
    const pidOf = () => readFile(join(home, 'neo4j', 'pid'), 'utf8').catch(() => '')
    while ((await pidOf()) === '') await new Promise((resume) => setTimeout(resume, 20))
    const pid = Number(await pidOf())
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain(home)
    told.abort()
    await expect(launching).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).not.toContain(home)
    expect((await readdir(folder)).filter((name) => name.endsWith('.jsa'))).toEqual([])
  },
  START,
)

test(
  'the first start records, its end leaves one archive for its own user, and the next start maps it',
  async () => {
    const first = await launch()
    expect(first.archives).toBe(true)
    await first.stop()
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.jsa$/)])
    expect((await stat(await archiveFile())).mode & 0o377).toBe(0)
    const { mtimeMs } = await stat(await archiveFile())

    const second = await launch()
    expect(second.archives).toBe(false)
    expect((await mapped(second)).length).toBeGreaterThan(0)
    await ping(second.uri, second.user, second.password)
    await second.stop()
    expect((await stat(await archiveFile())).mtimeMs).toBe(mtimeMs)
  },
  START,
)

test(
  'an archive that was spoilt is not mapped: Neo4j starts all the same, and the next start records',
  async () => {
    const file = await archiveFile()
    const bytes = await readFile(file)
    for (let at = 1 << 20; at < bytes.length; at += 1 << 20) bytes[at]! ^= 0xff
    await chmod(file, 0o600)
    await writeFile(file, bytes)
    const third = await launch()
    expect(await mapped(third)).toEqual([])
    await ping(third.uri, third.user, third.password)
    await third.stop()
    expect(await readdir(folder)).toEqual([])
  },
  START,
)

test('an archive that others may write, of another build, or half written is removed and recorded anew', async () => {
  const neo4jHome = await mkdtemp(join(tmpdir(), 'portolan-classes-'))
  try {
    const own = join(neo4jHome, 'classes')
    const open = (build: string) => openClassArchive(neo4jHome, build, TEST_JARS)
    const put = async (build: string, mode: number) => {
      const [argument] = (await open(build)).javaArguments
      const file = argument!.replace('-XX:ArchiveClassesAtExit=', '').replace(/\.new$/, '')
      await writeFile(file, 'classes', { mode: 0o600 })
      await chmod(file, mode)
    }
    await put('Java 17.0.1', 0o600)
    expect((await open('Java 17.0.1')).isMapped).toBe(true)
    // Kept by being asked for once more, and gone with the next build.
    expect((await open('Java 17.0.2')).isMapped).toBe(false)
    expect(await readdir(own)).toEqual([])
    await put('Java 17.0.2', 0o660)
    expect((await open('Java 17.0.2')).isMapped).toBe(false)
    expect(await readdir(own)).toEqual([])
    await put('Java 17.0.2', 0o600)
    await writeFile(join(own, 'half.jsa.new'), 'half')
    await mkdir(join(own, 'folder'))
    const archive = await open('Java 17.0.2')
    expect(archive.isMapped).toBe(true)
    expect(await readdir(own)).toHaveLength(1)
    await archive.drop()
    expect(await readdir(own)).toEqual([])
  } finally {
    await rm(neo4jHome, { recursive: true })
  }
})

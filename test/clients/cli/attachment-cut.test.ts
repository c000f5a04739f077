import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { entryHash } from '../../../schema/wire/directory.ts'
import { type Cast, makeCast } from '../../cast.ts'
import { testNeo4j } from '../../neo4j.ts'
import { forgetPeak, freePort, killed, residentOf, type Served, serve } from '../../served.ts'
import { ended, startCli, WHY } from './site.ts'

// A link that breaks, a server that dies, a client that dies: nothing is lost, nothing is doubled, and memory stays small.

const MIB = 2 ** 20
/** MiB of the file by which memory is measured; 2048 is the largest. */
const SIZE = Number(process.env.PORTOLAN_ATTACHMENT ?? 64)
const MOST_ABOVE_IDLE = 300 * MIB

let cast: Cast
let serving: Parameters<typeof serve>[0]
let served: Served
let niger: string
let italy: string
let folder: string
const aicha = ['--as', 'ne-dst.aicha', '--case', 'NE-2013-117', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]
const SEND = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', 'x', '--attach']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-cut-'))
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
  ])
  const home = join(folder, 'server')
  serving = { login: await testNeo4j(), genesis: cast.genesis, home, port: await freePort() }
  served = await serve(serving)
  niger = await makeHome('niger', ['ne-dst.aicha', 'office:ne-dst'])
  italy = await makeHome('italy', ['it-sco.paola', 'office:it-sco'])
}, 1_500_000)
afterAll(async () => {
  await served?.kill()
  await rm(folder, { recursive: true, force: true })
})

async function makeHome(name: string, keys: string[]): Promise<string> {
  const home = join(folder, name)
  await openKeyStore(join(home, 'keys'))
  const genesisHash = entryHash({ index: 0, previous: null, ...cast.genesis[0]! })
  await writeFile(join(home, 'client.json'), JSON.stringify({ url: served.url, genesisHash }), {
    mode: 0o600,
  })
  for (const name of keys) {
    const { fingerprint, privateKey } = cast.key(name)
    const at = join(home, 'keys', name.replace(':', '+'))
    await mkdir(at, { mode: 0o700 })
    await writeFile(join(at, `${fingerprint}.asc`), privateKey.armor(), { mode: 0o600 })
  }
  return home
}

async function makeFile(name: string, mib: number): Promise<Buffer> {
  const bytes = randomBytes(mib * MIB + 7)
  await writeFile(join(folder, name), bytes)
  return bytes
}

const started = (args: string[], home: string) => startCli([...args, '--json'], { home, cwd: folder })
const soon = (ms: number) => new Promise<void>((go) => setTimeout(go, ms))

async function until(what: () => Promise<boolean>, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && !(await what())) await soon(10)
  if (child.exitCode !== null) throw new Error('it ended before it could be cut')
}

/** The chunks that the server has of an attachment, by their names, with when each was written. */
async function chunksOf(object: string): Promise<Map<string, number>> {
  const home = join(serving.home, 'attachments', object)
  const names = (await readdir(home).catch(() => [])).filter((name) => /^\d{3}\./.test(name))
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await stat(join(home, name))).mtimeMs] as const)),
  )
}

const stateIn = () => join(niger, 'uploads', 'ne-dst.aicha')
const objectsIn = async () =>
  (await readdir(join(serving.home, 'attachments'))).filter((name) => name !== 'incoming')

/** The attachment that a command has begun since. */
async function begun(before: string[], child: ChildProcess, chunks: number): Promise<string> {
  let object = ''
  await until(async () => {
    object = (await objectsIn()).find((one) => !before.includes(one)) ?? ''
    return object !== '' && (await chunksOf(object)).size >= chunks
  }, child)
  return object
}

async function fetched(id: string, name: string): Promise<Buffer> {
  const into = await mkdtemp(join(folder, 'kept-'))
  const { code, err } = await ended(started(['message', 'open', id, '--save', into, ...paola], italy))
  expect({ code, err }).toMatchObject({ code: 0 })
  return readFile(join(into, name))
}

describe('an upload', () => {
  it('whose server is killed in the middle waits for it and goes on', async () => {
    const bytes = await makeFile('server-dies.bin', 24)
    const before = await objectsIn()
    const child = started([...SEND, 'server-dies.bin', ...aicha], niger)
    const end = ended(child)
    await begun(before, child, 8)
    await served.kill()
    served = await serve(serving)
    const { code, out, err } = await end
    expect(code, err).toBe(0)
    expect((await fetched(JSON.parse(out).id, 'server-dies.bin')).equals(bytes)).toBe(true)
    expect((await objectsIn()).length).toBe(before.length + 1)
  })

  it('whose client is killed goes on at the next run, sends no chunk twice, and no message either', async () => {
    const bytes = await makeFile('client-dies.bin', 24)
    const before = await objectsIn()
    const child = started([...SEND, 'client-dies.bin', ...aicha], niger)
    const object = await begun(before, child, 8)
    await killed(child)
    const had = await chunksOf(object)
    // The session key waits on disk, and only in a sealed file.
    const [state] = await readdir(stateIn())
    const sealed = await readFile(join(stateIn(), state!))
    expect(sealed.includes('sessionKey')).toBe(false)
    expect(state).toBe(`${object}.pgp`)
    const aside = join(folder, 'aside.pgp')
    await copyFile(join(stateIn(), state!), aside)

    const again = await ended(started([...SEND, 'client-dies.bin', ...aicha], niger))
    expect(again).toMatchObject({ code: 0, err: expect.stringMatching(/the server has \d+ of \d+ chunks/) })
    const has = await chunksOf(object)
    expect(has.size).toBeGreaterThan(had.size)
    for (const [name, written] of had) expect(has.get(name)).toBe(written)
    const { id } = JSON.parse(again.out)
    expect((await fetched(id, 'client-dies.bin')).equals(bytes)).toBe(true)

    // As if it had been killed once more, after the message and before it could forget the upload.
    await copyFile(aside, join(stateIn(), state!))
    const third = await ended(started([...SEND, 'client-dies.bin', ...aicha], niger))
    expect({ code: third.code, id: JSON.parse(third.out).id }).toEqual({ code: 0, id })
    expect(await objectsIn()).toHaveLength(before.length + 1)
    expect(await readdir(stateIn())).toEqual([])
  })
})

describe('a download', () => {
  it('that is killed goes on at the next run behind what it has', async () => {
    const bytes = await makeFile('reader-dies.bin', 24)
    const sent = await ended(started([...SEND, 'reader-dies.bin', ...aicha], niger))
    const { id } = JSON.parse(sent.out)
    const into = await mkdtemp(join(folder, 'kept-'))
    const open = ['message', 'open', id, '--save', into, ...paola]
    const child = started(open, italy)
    const part = join(into, 'reader-dies.bin.part')
    const size = () =>
      stat(part).then(
        (found) => found.size,
        () => 0,
      )
    await until(async () => (await size()) > 2 * MIB, child)
    await killed(child)
    expect(await readdir(into)).toEqual(['reader-dies.bin.part'])
    expect((await ended(started(open, italy))).code).toBe(0)
    expect(await readdir(into)).toEqual(['reader-dies.bin'])
    expect((await readFile(join(into, 'reader-dies.bin'))).equals(bytes)).toBe(true)
  })
})

describe(`memory, with a file of ${SIZE} MiB`, () => {
  async function peakOf(child: ChildProcess): Promise<number> {
    let peak = 0
    while (child.exitCode === null) {
      peak = await residentOf(child.pid!).then(
        (one) => Math.max(peak, one.peak),
        () => peak,
      )
      await soon(20)
    }
    return peak
  }

  it('of client and server stays below 300 MiB above what either takes idle', async () => {
    const file = await open(join(folder, 'large.bin'), 'w')
    for (let nth = 0; nth < SIZE; nth++) await file.write(randomBytes(MIB))
    await file.close()
    const idle = await peakOf(started(['whoami', ...aicha], niger))
    await forgetPeak(served.pid)
    const before = (await residentOf(served.pid)).now

    const sending = started([...SEND, 'large.bin', ...aicha], niger)
    const [sent, up] = await Promise.all([ended(sending), peakOf(sending)])
    expect(sent).toMatchObject({ code: 0 })
    const into = await mkdtemp(join(folder, 'kept-'))
    const opening = started(['message', 'open', JSON.parse(sent.out).id, '--save', into, ...paola], italy)
    const [opened, down] = await Promise.all([ended(opening), peakOf(opening)])
    expect(opened).toMatchObject({ code: 0 })
    expect((await stat(join(into, 'large.bin'))).size).toBe(SIZE * MIB)

    const above = { up: up - idle, down: down - idle, server: (await residentOf(served.pid)).peak - before }
    console.info(
      `above idle with ${SIZE} MiB: ${Object.entries(above)
        .map(([what, octets]) => `${what} ${Math.round(octets / MIB)} MiB`)
        .join(', ')}`,
    )
    expect(Math.min(idle, before)).toBeGreaterThan(30 * MIB)
    expect(Math.max(above.up, above.down, above.server)).toBeLessThan(MOST_ABOVE_IDLE)
  }, 3_600_000)
})

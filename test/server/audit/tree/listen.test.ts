import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLog } from '../../../../clients/core/log/check-log.ts'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parseVerifierKey } from '../../../../clients/core/log/note.ts'
import { urlSource } from '../../../../clients/core/log/source.ts'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { bundleName, isPartName, tileName } from '../../../../server/audit/tree/layout.ts'
import { type Listening, listenLogs } from '../../../../server/audit/tree/listen.ts'
import type { Objects } from '../../../../server/audit/tree/objects.ts'
import type { Publisher } from '../../../../server/audit/tree/publisher.ts'
import { newHome } from '../home.ts'
import { key, publishTo } from './fixture.ts'
import { leavesFrom } from './naive.ts'

const SECRET = 'what nobody is shown'
const PREFIX = '/audit/2026h2'

let objects: Objects
let publisher: Publisher
let listening: Listening
const failures: unknown[] = []
let cosigned: Buffer | null = null

beforeAll(async () => {
  const home = newHome()
  mkdirSync(join(home, 'log'))
  for (const name of ['secret', 'log/secret', 'log/checkpoint.new']) writeFileSync(join(home, name), SECRET)
  objects = await openDirectory(join(home, 'log'))
  publisher = await publishTo(objects, 3_000, 1_000)
  listening = await listenLogs(
    [
      { prefix: PREFIX, read: async (name) => (name === 'cosigned' ? cosigned : objects.read(name)) },
      { prefix: '/audit/2026h1', read: async () => null },
    ],
    { port: 0, complain: (error) => failures.push(error) },
  )
})
afterAll(async () => {
  await listening.close()
  await publisher.close()
})

type Said = { status: number; headers: Record<string, unknown>; body: Buffer }

/** Asks for a path as it stands: `fetch` would put it in order first. */
function ask(path: string, method = 'GET', body = ''): Promise<Said> {
  return new Promise((settle, fail) => {
    const headers = { 'content-length': body.length }
    const asking = request({ port: listening.port, path, method, headers, agent: false }, async (answer) => {
      const body = Buffer.concat(await answer.toArray())
      settle({ status: answer.statusCode!, headers: answer.headers, body })
    })
    asking.on('error', fail).end(body)
  })
}

/** Sends octets that no client would, and gives all that comes back. */
async function sendRaw(octets: string): Promise<string> {
  const socket = connect(listening.port, '127.0.0.1')
  const said: Buffer[] = []
  socket.on('data', (chunk) => said.push(chunk)).on('error', () => {})
  socket.end(octets, 'latin1')
  // It may be cut off while it still writes.
  await new Promise((closed) => socket.on('close', closed))
  return Buffer.concat(said).toString('latin1')
}

describe('the log’s listener', () => {
  it('serves a log that the verifier finds whole, while it grows', async () => {
    const source = urlSource(`${listening.url}${PREFIX}`)
    const verify = async () => {
      const { checkpoint } = openCheckpoint(await source.read('checkpoint', 10_000), [
        parseVerifierKey(key.vkey),
      ])
      await checkLog(source, checkpoint)
      return checkpoint.size
    }
    expect(await verify()).toBe(3_000)
    await publisher.publish(leavesFrom(3_000, 3_100))
    expect(await verify()).toBe(3_100)
  })

  it('says what is kept for ever and what is not', async () => {
    const checkpoint = await ask(`${PREFIX}/checkpoint`)
    expect(checkpoint).toMatchObject({ status: 200, body: publisher.head().checkpoint })
    expect(Object.keys(checkpoint.headers).sort()).toEqual([
      ...['cache-control', 'connection', 'content-length', 'content-type', 'date', 'x-content-type-options'],
    ])
    expect(checkpoint.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    })
    for (const name of ['tile/0/000', 'tile/entries/003', 'tile/1/000.p/12'])
      expect(await ask(`${PREFIX}/${name}`)).toMatchObject({
        status: 200,
        body: await objects.read(name),
        headers: {
          'content-type': 'application/octet-stream',
          'cache-control': 'public, max-age=31536000, immutable',
        },
      })
    expect(await ask(`${PREFIX}/tile/0/999`)).toMatchObject({
      status: 404,
      headers: { 'cache-control': 'no-store' },
    })
  })

  it('serves what a quorum has co-signed as soon as there is one', async () => {
    expect((await ask(`${PREFIX}/cosigned`)).status).toBe(404)
    cosigned = Buffer.from('a checkpoint')
    expect(await ask(`${PREFIX}/cosigned`)).toMatchObject({ status: 200, body: cosigned })
  })

  it('takes in a log that begins later, under a prefix of its own', async () => {
    expect((await ask('/directory/checkpoint')).status).toBe(404)
    listening.serve({ prefix: '/directory', read: async (name) => Buffer.from(name) })
    expect((await ask('/directory/checkpoint')).body.toString()).toBe('checkpoint')
    for (const prefix of ['', '/', 'audit', '/audit/', '/../audit', '/a//b', '/A', '/directory'])
      expect(() => listening.serve({ prefix, read: async () => null })).toThrow(
        expect.objectContaining({ code: 'CONFIG' }),
      )
  })

  it('answers HEAD without the octets, and no method beside it and GET', async () => {
    const size = String((await objects.read('tile/0/000'))!.length)
    expect(await ask(`${PREFIX}/tile/0/000`, 'HEAD')).toMatchObject({
      status: 200,
      headers: { 'content-length': size },
      body: Buffer.alloc(0),
    })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'])
      expect(await ask(`${PREFIX}/checkpoint`, method, 'x'.repeat(method === 'TRACE' ? 0 : 9))).toMatchObject(
        {
          status: 405,
          headers: { allow: 'GET, HEAD', connection: 'close' },
        },
      )
  })

  it('keeps no connection whose request never ends, and goes on beside it', async () => {
    const strict = await listenLogs([{ prefix: PREFIX, read: (name) => objects.read(name) }], {
      port: 0,
      timeout: 300,
    })
    const socket = connect(strict.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`GET ${PREFIX}/checkpoint HTTP/1.1\r\nhost: log\r\nx-slow: `)
    expect((await fetch(`${strict.url}${PREFIX}/checkpoint`)).status).toBe(200)
    const [said] = await once(socket, 'data')
    expect(String(said)).toMatch(/^HTTP\/1\.1 408 /)
    socket.destroy()
    await strict.close()
  })

  it('says no more than that it failed where the disk does', async () => {
    listening.serve({
      prefix: '/broken',
      read: () => Promise.reject(Object.assign(new Error(SECRET), { code: 'EIO' })),
    })
    const { status, body } = await ask('/broken/checkpoint')
    expect([status, body.toString()]).toEqual([500, 'nothing could be read\n'])
    expect(failures.splice(0)).toHaveLength(1)
  })

  it('names the port that it cannot have', async () => {
    await expect(listenLogs([], { port: listening.port })).rejects.toMatchObject({
      code: 'CONFIG',
      message: `expected port ${listening.port} for the log to be free, got EADDRINUSE`,
    })
  })
})

describe('the log’s listener shows nothing', () => {
  it.each([
    ...['', '/', '/secret', '/../secret', '/../../secret', '/./checkpoint', '//checkpoint', '/checkpoint/'],
    ...[
      '/checkpoint?',
      '/checkpoint?x=1',
      '/checkpoint#x',
      '/Checkpoint',
      '/checkpoint.new',
      '/.lock',
      '/.new/0',
    ],
    ...['/tile/../secret', '/tile/0/../../secret', '/tile/0/..', '/tile/0/000/../../../secret', '/tile'],
    ...['/%2e%2e/secret', '/tile/%2e%2e/secret', '/%63heckpoint', '/tile%2f0%2f000', '/..%2fsecret'],
    ...['/%252e%252e/secret', '/%00', '/checkpoint%00', '/tile/0/000%00', '/..\\secret', '/tile\\0\\000'],
    ...['/tile/0/0', '/tile/0/0000', '/tile/00/000', '/tile/64/000', '/tile/-1/000', '/tile/0/x000/000'],
    ...['/tile/0/000.p', '/tile/0/000.p/', '/tile/0/000.p/0', '/tile/0/000.p/256', '/tile/0/000.p/012'],
    ...[
      '/tile/0/x1/000',
      '/tile/0/001/000',
      '/tile/entries/x000/000',
      '/tile/Entries/000',
      '/tile/0/000.P/1',
    ],
    `/tile/0/${'x001/'.repeat(500)}000`,
  ])('at %.40s', async (path) => {
    expect((await ask(`${PREFIX}${path}`)).status).toBe(404)
  })

  it.each([
    ...['/checkpoint', '*', `http://127.0.0.1${PREFIX}/checkpoint`, '/audit/2026h1/checkpoint'],
    ...[`/x/..${PREFIX}/checkpoint`, `/${PREFIX}/checkpoint`, '/audit/2026H2/checkpoint', '/etc/passwd'],
    ...['/audit/2026h2x/checkpoint', '/audit/2026h1/../2026h2/checkpoint'],
  ])('beside its prefixes, at %s', async (path) => {
    expect((await ask(path)).status).toBe(404)
  })

  it.each([
    ['a NUL', `GET ${PREFIX}/checkpoint\0 HTTP/1.1\r\nhost: log\r\n\r\n`],
    ['octets beyond ASCII', `GET ${PREFIX}/\xc0\xae\xc0\xae/secret HTTP/1.1\r\nhost: log\r\n\r\n`],
    ['a very long name', `GET ${PREFIX}/${'a'.repeat(100_000)} HTTP/1.1\r\nhost: log\r\n\r\n`],
    ['a tunnel', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: log\r\n\r\n'],
    ['a name without its slash', 'GET checkpoint HTTP/1.1\r\nhost: log\r\n\r\n'],
    ['no HTTP', 'checkpoint\r\n\r\n'],
    ['two lengths', `GET / HTTP/1.1\r\nhost: log\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab`],
  ])('for %s', async (_, octets) => {
    const said = await sendRaw(octets)
    expect(said).toMatch(/^($|HTTP\/1\.1 4\d\d )/)
    expect(said).not.toContain(SECRET)
    expect((await ask(`${PREFIX}/checkpoint`)).status).toBe(200)
  })

  it('not even a name that is only nearly a part’s, whatever is asked for', () => {
    for (const index of [0, 7, 999, 1_000, 1_234_067, 999_999_999, Number.MAX_SAFE_INTEGER])
      for (const width of [1, 17, 255, 256])
        for (const name of [
          tileName(0, index, width),
          tileName(63, index, width),
          bundleName(index, width),
        ]) {
          expect(isPartName(name), name).toBe(true)
          for (let at = 0; at <= name.length; at++)
            for (const more of ['/', '.', '\0', 'x', ' ', '%', '\n'])
              expect(isPartName(name.slice(0, at) + more + name.slice(at)), name).toBe(false)
        }
    expect(isPartName(`tile/0/${'x999/'.repeat(6)}999`)).toBe(false)
  })
})

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { s3PlaceOf } from '../../../../server/audit/tree/s3-place.ts'
import { machineClock } from '../../../../server/clock.ts'
import { newHome } from '../home.ts'
import { expectNoSecret } from './no-secret.ts'
import { type Mishap, openRoad, type Road } from './s3-road.ts'
import { BUCKET, openAt, S3_ENV, type S3Server, startS3 } from './s3-server.ts'

const bytes = (text: string) => Buffer.from(text)
const part = (name: string, text: string) => ({ name, bytes: bytes(text) })

let s3: S3Server
let road: Road
beforeAll(async () => {
  s3 = await startS3(newHome())
  road = await openRoad(s3.origin)
}, 900_000)
afterAll(async () => {
  await road?.close()
  await s3?.kill()
})
afterEach(() => {
  road.mishap = () => null
})

/** Objects behind the road, and the same ones without it. */
async function behindTheRoad(more = {}) {
  const address = s3.place()
  const straight = await openAt(address)
  const objects = await openAt(address.replace(s3.origin, road.origin), { timeLimit: 2_000, ...more })
  road.seen = []
  return { objects, straight }
}

/** From now on what is asked so has a mishap, the first `times` times. */
function mishap(what: Mishap, method: string, ending: string, times = Number.POSITIVE_INFINITY) {
  let left = times
  road.mishap = ({ method: asked, url }) =>
    asked === method && url!.endsWith(ending) && left-- > 0 ? what : null
}

const sent = (method: string) => road.seen.filter((line) => line.startsWith(method)).length

describe('a swap on a storage that speaks S3', () => {
  it.each<[string, Mishap, string, string]>([
    ['its answer is lost', 'ANSWER_LOST', 'UND_ERR_SOCKET', 'new'],
    ['its answer does not come', 'ANSWER_STUCK', 'ETIMEDOUT', 'new'],
    ['somebody on the way sends it twice', 'SENT_TWICE', '412 PreconditionFailed', 'new'],
    ['it never arrives', 'LOST', 'UND_ERR_SOCKET', 'old'],
    ['the storage is overloaded', { status: 503 }, '503', 'old'],
    ['the storage sees a conflict that it does not explain', { status: 409 }, '409', 'old'],
    ['the storage has no such condition', { status: 501 }, '501', 'old'],
  ])('throws where nobody knows what stands, and asks once: %s', async (_, what, code, stands) => {
    const { objects, straight } = await behindTheRoad()
    expect(await straight.swap(null, bytes('old'))).toBe(true)
    mishap(what, 'PUT', '/checkpoint')
    await expect(objects.swap(bytes('old'), bytes('new'))).rejects.toMatchObject({ code })
    expect(sent('PUT')).toBe(1)
    expect(await straight.checkpoint()).toEqual(bytes(stands))
  })

  it.each([null, { status: 409 }])(
    'is false where another came first and stands there (%o)',
    async (answer) => {
      const { objects, straight } = await behindTheRoad()
      await straight.swap(null, bytes('old'))
      road.mishap = async ({ method }) => {
        if (method !== 'PUT') return null
        expect(await straight.swap(bytes('old'), bytes('other'))).toBe(true)
        return answer
      }
      expect(await objects.swap(bytes('old'), bytes('new'))).toBe(false)
      expect(await straight.checkpoint()).toEqual(bytes('other'))
    },
  )

  it('lets one of many through, whoever they are', async () => {
    const address = s3.place()
    const all = await Promise.all(Array.from({ length: 12 }, () => openAt(address)))
    let last: Buffer | null = null
    for (let round = 0; round < 10; round++) {
      const before: Buffer | null = last
      const swaps = await Promise.all(all.map((one, at) => one.swap(before, bytes(`${round} of ${at}`))))
      expect(swaps.filter((swapped) => swapped)).toHaveLength(1)
      last = bytes(`${round} of ${swaps.indexOf(true)}`)
      expect(await all[0]!.checkpoint()).toEqual(last)
    }
  })
})

describe('what does no harm twice on a storage that speaks S3', () => {
  const PASSING: Mishap[] = [
    'ANSWER_LOST',
    'LOST',
    'SENT_TWICE',
    { status: 500 },
    { status: 503 },
    { status: 429 },
    { status: 409 },
  ]
  it.each(PASSING)('is written in the end: %o', async (what) => {
    const { objects, straight } = await behindTheRoad()
    mishap(what, 'PUT', '/tile/0/000', 2)
    await objects.write([part('tile/0/000', 'a'), part('tile/0/001', 'b')])
    expect(await straight.read('tile/0/000')).toEqual(bytes('a'))
    expect(await straight.read('tile/0/001')).toEqual(bytes('b'))
  })

  it('is written over nothing, whatever is lost on the way', async () => {
    const { objects, straight } = await behindTheRoad()
    await straight.write([part('tile/0/000', 'a')])
    mishap('ANSWER_LOST', 'PUT', '/tile/0/000', 2)
    await expect(objects.write([part('tile/0/000', 'b')])).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    expect(await straight.read('tile/0/000')).toEqual(bytes('a'))
  })

  it.each<Mishap>(['ANSWER_LOST', 'ANSWER_CUT', 'ANSWER_SHORT', { status: 503 }])(
    'is read whole, or not at all: %o',
    async (what) => {
      const { objects, straight } = await behindTheRoad({ tries: 3 })
      await straight.write([part('tile/0/000', 'a tile of hashes')])
      mishap(what, 'GET', '/tile/0/000', 2)
      expect(await objects.read('tile/0/000')).toEqual(bytes('a tile of hashes'))
      mishap(what, 'GET', '/tile/0/000', 3)
      await expect(objects.read('tile/0/000')).rejects.toThrow('expected the storage to do a GET')
    },
  )

  it('ends, when the storage does not answer', async () => {
    const { objects } = await behindTheRoad({ timeLimit: 100, tries: 2 })
    mishap('ANSWER_STUCK', 'GET', '/tile/0/000')
    await expect(objects.read('tile/0/000')).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(sent('GET')).toBe(2)
  })

  it('has nothing under way any more when a write throws', async () => {
    let underWay = 0
    const counting: typeof fetch = async (...asked) => {
      underWay += 1
      try {
        return await fetch(...asked)
      } finally {
        underWay -= 1
      }
    }
    const { objects } = await behindTheRoad({ fetch: counting })
    mishap({ status: 403 }, 'PUT', '/tile/0/003')
    const parts = Array.from({ length: 64 }, (_, at) => part(`tile/0/0${10 + at}`, 'a'))
    parts[3]!.name = 'tile/0/003'
    await expect(objects.write(parts)).rejects.toMatchObject({ code: '403' })
    expect(underWay).toBe(0)
    expect(road.seen.length).toBeLessThan(64)
  })
})

describe('a storage that speaks S3', () => {
  it('that has no such bucket, or lets us not in, is not an empty log', async () => {
    const address = s3.place()
    await openAt(address)
    await expect(openAt(address.replace(BUCKET, 'another-bucket'))).rejects.toMatchObject({
      code: '404 NoSuchBucket',
    })
    const { objects } = await behindTheRoad()
    mishap({ status: 404, body: '<html>Not Found</html>' }, 'GET', '/checkpoint')
    await expect(objects.checkpoint()).rejects.toMatchObject({ code: '404' })
    mishap({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 'GET', '/checkpoint')
    await expect(objects.checkpoint()).rejects.toMatchObject({ code: '403 AccessDenied' })
  })

  it('is refused where its answer is larger than any part of a log', async () => {
    const { objects } = await behindTheRoad()
    mishap({ status: 200, headers: { etag: '"a"' }, body: 'a'.repeat(2 << 20) }, 'GET', '/tile/0/000')
    await expect(objects.read('tile/0/000')).rejects.toMatchObject({ code: 'EMSGSIZE' })
  })

  it.each([301, 302, 307, 308])('that sends us elsewhere (%i) is not followed', async (status) => {
    const elsewhere = await openRoad(s3.origin)
    const { objects } = await behindTheRoad()
    road.mishap = ({ url }) => ({ status, headers: { location: `${elsewhere.origin}${url}` } })
    await expect(objects.read('tile/0/000')).rejects.toMatchObject({ code: 'EREDIRECT' })
    await expect(objects.swap(null, bytes('1'))).rejects.toMatchObject({ code: 'EREDIRECT' })
    await expect(objects.write([part('tile/0/000', 'a')])).rejects.toMatchObject({ code: 'EREDIRECT' })
    expect(elsewhere.seen).toEqual([])
    expect(road.seen).toHaveLength(3)
    await elsewhere.close()
  })

  it('has no name that leads out of the place', async () => {
    const { objects } = await behindTheRoad()
    for (const name of [
      '../other/checkpoint',
      'tile/../../checkpoint',
      '/checkpoint',
      'a//b',
      'tile/%2e%2e/a',
      'a?b',
      '',
    ])
      await expect(objects.read(name), name).rejects.toMatchObject({ code: 'EINVAL' })
    expect(road.seen).toEqual([])
  })

  it('keeps the log in its folder of the bucket, and leaves nothing else there', async () => {
    const address = `${s3.place()}/audit/2026h2`
    const objects = await openAt(address)
    await objects.write([part('tile/0/000', 'a')])
    await objects.swap(null, bytes('1'))
    const folder = join(s3.files, new URL(address).pathname.split('/').slice(2).join('/'))
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    )
    expect(files.map(({ name }) => name).sort()).toEqual(['000', 'checkpoint'])
  })
})

describe('a storage that passes over conditions', () => {
  it.each([
    ['If-None-Match', 'if-none-match'],
    ['If-Match', 'if-match'],
  ])('is refused when the log is opened: %s', async (_, header) => {
    const address = s3.place()
    const place = s3PlaceOf(address, S3_ENV)
    const heedless: typeof fetch = async (url, init) => {
      const headers = new Headers(init!.headers)
      if (!headers.has(header)) return fetch(url, init)
      const stated = { 'x-amz-content-sha256': headers.get('x-amz-content-sha256')! }
      const unconditional = { method: 'PUT', url: url as URL, headers: stated }
      return fetch(url, { ...init, headers: await place.sign(unconditional, machineClock()) })
    }
    await expect(openAt(address, { fetch: heedless })).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('expected a storage that heeds If-Match and If-None-Match'),
    })
  })
})

describe('credentials', () => {
  it('are in no error, also where the storage gives back all that it got', async () => {
    const { objects } = await behindTheRoad({ tries: 2 })
    const errors: unknown[] = []
    const echo =
      (code: string, status: number): Road['mishap'] =>
      ({ headers }) => ({
        status,
        headers: { 'x-echo': headers.authorization!, etag: headers.authorization! },
        body: `<Error><Code>${code}</Code><Message>${headers.authorization} ${S3_ENV.AWS_ACCESS_KEY_ID}</Message></Error>`,
      })
    const calls = [
      () => objects.read('tile/0/000'),
      () => objects.swap(null, bytes('1')),
      () => objects.write([part('tile/0/000', 'a')]),
      () => objects.discard('tile/0/000.p'),
    ]
    for (const status of [200, 400, 403, 409, 412, 500])
      for (const call of calls) {
        road.mishap = echo(S3_ENV.AWS_ACCESS_KEY_ID, status)
        await call().catch((error) => errors.push(error))
      }
    road.mishap = () => 'LOST'
    for (const call of calls) await call().catch((error) => errors.push(error))
    expect(errors.length).toBeGreaterThan(20)
    for (const error of errors) expectNoSecret(error)
    expectNoSecret(objects)
  })
})

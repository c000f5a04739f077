import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../../clients/core/session.ts'
import { openSite, type Site } from '../../server/auth/site.ts'
import { byAnchor, NOW } from '../../server/directory/world.ts'

const HOUR = 3_600_000
const QUERY = { query: '{ me { office } }' }

let site: Site

beforeAll(async () => {
  site = await openSite()
})
afterEach(() => site.world.setClock(NOW))
afterAll(() => site.close())

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

describe('a session', () => {
  it('signs in and sends requests that the server knows as the officer', async () => {
    const session = await site.login('ne-dst.aicha')
    expect(session.login().caller).toMatchObject({ person: 'ne-dst.aicha', office: 'ne-dst-agadez' })
    const answer = await session.request(QUERY)
    expect(answer.status).toBe(200)
    expect(JSON.parse(textOf(answer.body))).toMatchObject({ person: 'ne-dst.aicha' })
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  it('remembers the very bytes that the server verified', async () => {
    const session = await site.login('ne-dst.aicha')
    const { signed } = await session.request(QUERY)
    expect(textOf(signed)).toBe(textOf(site.seen.at(-1)!.signed))
  })

  it.each([-5, 7])('works from a desk whose clock is %i hours off', async (off) => {
    const session = await site.login('ne-dst.aicha', { clock: () => site.world.clock() + off * HOUR })
    expect((await session.request(QUERY)).status).toBe(200)
    expect(Math.abs(session.now() - NOW)).toBeLessThan(1_000)
  })

  it('signs in again when it was idle too long, once for many requests', async () => {
    const session = await site.login('ne-dst.aicha')
    const first = session.login().session
    site.world.setClock(NOW + HOUR)
    const answers = await Promise.all([1, 2, 3, 4].map(() => session.request(QUERY)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(session.login().session).not.toBe(first)
    expect(new Set(site.seen.slice(-4).map(({ caller }) => caller.session))).toEqual(
      new Set([session.login().session]),
    )
  })

  it('signs in again before eight hours are over', async () => {
    const session = await site.login('ne-dst.aicha')
    const first = session.login().session
    site.world.setClock(NOW + 8 * HOUR - 30_000)
    expect((await session.request(QUERY)).status).toBe(200)
    expect(session.login().session).not.toBe(first)
  })

  it('ends at logout, and the server forgets it', async () => {
    const session = await site.login('ne-dst.aicha')
    const { session: id } = session.login()
    await session.logout()
    await session.request(QUERY)
    expect(session.login().session).not.toBe(id)
  })

  it('is refused to an officer without an assignment there', async () => {
    await expect(site.login('ne-dst.aicha', { office: 'ml-dnlt' })).rejects.toMatchObject({ code: 'AUTH' })
  })

  it('stops when the officer is let in no more', async () => {
    const session = await site.login('ml-dnlt.moussa')
    const { fingerprint } = await site.world.key('ml-dnlt.moussa')
    const body = {
      type: 'revocation',
      fingerprint,
      reason: 'LEFT_OFFICE',
      at: new Date(NOW).toISOString(),
    } as const
    await site.directory.append(await byAnchor(site.world, 'ML', body))
    await expect(session.request(QUERY)).rejects.toMatchObject({ code: 'AUTH' })
  })

  it('never follows a redirect', async () => {
    const asked: string[] = []
    const elsewhere = createServer((req, res) => {
      asked.push(req.url!)
      res.writeHead(307, { location: `${site.origin}${req.url}` }).end()
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
    await expect(login({ url, key: await site.world.key('ne-dst.aicha') })).rejects.toThrow()
    expect(asked).toEqual(['/login/nonce'])
    elsewhere.closeAllConnections()
    elsewhere.close()
  })

  it('is not opened in the clear over a network', async () => {
    const key = await site.world.key('ne-dst.aicha')
    await expect(login({ url: 'http://portolan.example', key })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contentDigest, signRequest } from '../../../schema/wire/http-signature.ts'
import type { LoginAnswer } from '../../../schema/wire/login.ts'
import { loginText } from '../../../schema/wire/login.ts'
import { createReplays } from '../../../server/auth/replays.ts'
import { assignmentBody, byAnchor, bySigners, NOW, teamBody } from '../directory/world.ts'
import { openSite, type RawRequest, type Site, sendRaw } from './site.ts'

const BODY = Buffer.from('{"query":"{ me { office } }"}')
const TYPE = 'application/json'

let site: Site
let session: LoginAnswer
let privateKey: KeyObject

beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

beforeEach(async () => {
  site.world.setClock(NOW)
  ;({ session, privateKey } = await openRawSession('ne-dst.aicha'))
})

/** A session whose key the test holds. */
async function openRawSession(person: string): Promise<{ session: LoginAnswer; privateKey: KeyObject }> {
  const pair = generateKeyPairSync('ed25519')
  const key = await site.world.key(person)
  const { nonce, time } = site.auth.nonce()
  const statement = {
    origin: site.origin,
    nonce,
    time,
    fingerprint: key.fingerprint,
    sessionKey: pair.publicKey.export({ format: 'jwk' }).x!,
    office: null,
    role: null,
  }
  const signature = await key.sign(Buffer.from(loginText(statement)), new Date(time))
  const answer = await site.auth.login(Buffer.from(JSON.stringify({ statement, signature })))
  return { session: answer, privateKey: pair.privateKey }
}

type Change = Partial<Parameters<typeof signRequest>[0]>

function signed(change: Change = {}): RawRequest & { headers: [string, string][] } {
  const { headers } = signRequest({
    method: 'POST',
    targetUri: `${site.origin}/graphql`,
    contentType: TYPE,
    body: BODY,
    session: session.session,
    privateKey,
    created: Math.floor(site.world.clock() / 1_000),
    nonce: randomBytes(16).toString('base64url'),
    ...change,
  })
  return { headers: Object.entries(headers), body: change.body ?? BODY }
}

const withHeader = (raw: RawRequest, name: string, edit: (value: string) => string | null): RawRequest => ({
  ...raw,
  headers: raw.headers.flatMap(([key, value]): [string, string][] => {
    const next = key === name ? edit(value) : value
    return next === null ? [] : [[key, next]]
  }),
})
const plus = (raw: RawRequest, ...header: [string, string]): RawRequest => ({
  ...raw,
  headers: [...raw.headers, header],
})

async function expectRefused(raw: RawRequest): Promise<void> {
  const before = site.seen.length
  const unsigned = await sendRaw(site.origin, { headers: [['content-type', TYPE]], body: BODY })
  expect(unsigned.status).toBe(401)
  expect(await sendRaw(site.origin, raw)).toEqual(unsigned)
  expect(site.seen).toHaveLength(before)
}

describe('a request', () => {
  it('that is signed is let in as its caller, with the bytes that were signed', async () => {
    const answer = await sendRaw(site.origin, signed())
    expect(answer.status).toBe(200)
    const { caller, signed: bytes, replay } = site.seen.at(-1)!
    expect(caller).toMatchObject({
      person: 'ne-dst.aicha',
      office: 'ne-dst-agadez',
      session: session.session,
    })
    expect(Buffer.from(bytes).toString()).toMatch(
      /^"@method": POST\n"@target-uri": http:.*\n:[A-Za-z0-9+/=]{88}:\n\{"query"/s,
    )
    expect(replay).toHaveLength(16)
  })

  it.each<[string, () => RawRequest]>([
    ['method', () => ({ ...signed(), method: 'PUT' })],
    ['path', () => ({ ...signed(), path: '/logout' })],
    ['query', () => ({ ...signed(), path: '/graphql?x=1' })],
    ['content type', () => withHeader(signed(), 'content-type', () => 'application/graphql')],
    ['digest', () => withHeader(signed(), 'content-digest', () => contentDigest(Buffer.from('{}')))],
    ['body', () => ({ ...signed(), body: Buffer.from('{"query":"{ me { person } }"}') })],
    [
      'body and digest',
      () =>
        withHeader({ ...signed(), body: Buffer.from('{}') }, 'content-digest', () =>
          contentDigest(Buffer.from('{}')),
        ),
    ],
    [
      'created',
      () =>
        withHeader(signed(), 'signature-input', (v) =>
          v.replace(/created=\d+/, (c) => `created=${Number(c.slice(8)) + 1}`),
        ),
    ],
    ['nonce', () => withHeader(signed(), 'signature-input', (v) => v.replace(/nonce="./, 'nonce="_'))],
    [
      'key id',
      () =>
        withHeader(signed(), 'signature-input', (v) =>
          v.replace(/keyid="\w{26}/, `keyid="${'0'.repeat(26)}`),
        ),
    ],
    ['algorithm', () => withHeader(signed(), 'signature-input', (v) => v.replace('ed25519', 'hmac-sha256'))],
    ['tag', () => withHeader(signed(), 'signature-input', (v) => v.replace('"portolan"', '"other"'))],
    [
      'signature',
      () => withHeader(signed(), 'signature', (v) => v.replace(/:./, (c) => (c === ':A' ? ':B' : ':A'))),
    ],
  ])('whose %s was changed is refused', async (_, make) => expectRefused(make()))

  it.each<[string, () => RawRequest]>([
    [
      'two signatures in one header',
      () => withHeader(signed(), 'signature', (v) => `${v}, sig2=:${'A'.repeat(86)}==:`),
    ],
    [
      'two inputs in one header',
      () => withHeader(signed(), 'signature-input', (v) => `${v}, ${v.replace('sig=', 'sig2=')}`),
    ],
    ['a second signature header', () => plus(signed(), 'Signature', `sig=:${'A'.repeat(86)}==:`)],
    ['a second digest header', () => plus(signed(), 'content-digest', contentDigest(BODY))],
    [
      'a second digest in the header',
      () => withHeader(signed(), 'content-digest', (v) => `${v}, sha-512=:AAAA:`),
    ],
    ['a second content type', () => plus(signed(), 'content-type', TYPE)],
    ['a body declared as gzip', () => plus(signed(), 'content-encoding', 'gzip')],
    ['a gzip body, signed as such', () => plus(signed({ body: gzipSync(BODY) }), 'content-encoding', 'gzip')],
    ['no digest', () => withHeader(signed(), 'content-digest', () => null)],
    ['no signature', () => withHeader(signed(), 'signature', () => null)],
    ['no input', () => withHeader(signed(), 'signature-input', () => null)],
    [
      'one component less',
      () => withHeader(signed(), 'signature-input', (v) => v.replace(' "content-digest"', '')),
    ],
    [
      'one component more',
      () =>
        withHeader(signed(), 'signature-input', (v) =>
          v.replace('"content-digest"', '"content-digest" "date"'),
        ),
    ],
    [
      'components in another order',
      () =>
        withHeader(signed(), 'signature-input', (v) =>
          v.replace('"@method" "@target-uri"', '"@target-uri" "@method"'),
        ),
    ],
    [
      'an expiry',
      () => withHeader(signed(), 'signature-input', (v) => v.replace(';nonce', ';expires=9999999999;nonce')),
    ],
    [
      'another label',
      () =>
        withHeader(
          withHeader(signed(), 'signature', (v) => v.replace('sig=', 's=')),
          'signature-input',
          (v) => v.replace('sig=', 's='),
        ),
    ],
    ["another server's address signed", () => signed({ targetUri: 'http://127.0.0.1:1/graphql' })],
    ['another Host', () => plus(signed(), 'Host', 'evil.example')],
    ["a stranger's key", () => signed({ privateKey: generateKeyPairSync('ed25519').privateKey })],
    ['a session that never was', () => signed({ session: '0'.repeat(26) })],
  ])('with %s is refused', async (_, make) => expectRefused(make()))

  it("signed by one officer's key under another's session is refused", async () => {
    const moussa = await openRawSession('ml-dnlt.moussa')
    await expectRefused(signed({ session: moussa.session.session }))
  })

  it.each([31, -31])('whose clock is %i seconds off is refused, 29 seconds is not', async (off) => {
    const created = Math.floor(NOW / 1_000) + off
    await expectRefused(signed({ created }))
    const near = await sendRaw(site.origin, signed({ created: created - Math.sign(off) * 2 }))
    expect(near.status).toBe(200)
  })
})

describe('a replay', () => {
  it('is refused, also of sixteen sent at once', async () => {
    const raw = signed()
    const answers = await Promise.all(Array.from({ length: 16 }, () => sendRaw(site.origin, raw)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    await expectRefused(raw)
  })

  it('is refused after a restart, by the tags that the audit log kept', async () => {
    const raw = signed()
    expect((await sendRaw(site.origin, raw)).status).toBe(200)
    const tags = site.seen.map(({ replay }) => replay)
    await site.restart()
    site.auth.seed(tags)
    await expectRefused(raw)
    expect((await sendRaw(site.origin, signed())).status).toBe(200)
  })

  it('is refused on every instance: none knows the session of another', async () => {
    const raw = signed()
    const others = await Promise.all([openSite(), openSite()])
    for (const other of others) expect((await sendRaw(other.origin, raw)).status).toBe(401)
    await Promise.all(others.map((other) => other.close()))
  })

  it('is refused for as long as its time would pass, and the window holds no more than it may', () => {
    let now = NOW
    const replays = createReplays(() => now, 3)
    const tag = (n: number) => Buffer.alloc(16, n)
    expect([1, 2, 3, 4].map((n) => replays.claim(tag(n)))).toEqual([true, true, true, false])
    for (const later of [30_000, 30_000, 1_000]) {
      now += later
      expect(replays.claim(tag(1))).toBe(false)
    }
    now += 130_000
    expect(replays.claim(tag(4))).toBe(true)
  })

  it('that was not let in takes no room in the window', async () => {
    const raw = signed()
    await expectRefused({ ...raw, path: '/logout' })
    expect((await sendRaw(site.origin, raw)).status).toBe(200)
  })

  it('is refused from the headers on: who has begun a request with another body has used it up', async () => {
    const raw = signed()
    await expectRefused({ ...raw, body: Buffer.from('{}') })
    await expectRefused(raw)
  })
})

describe('a body that comes later than its signature may be old', () => {
  const begin = (raw: ReturnType<typeof signed>) =>
    site.auth.begin({
      method: 'POST',
      targetUri: `${site.origin}/graphql`,
      headers: [...raw.headers.flat(), 'host', new URL(site.origin).host],
    })

  it('is taken when its headers were in time, and nobody begins it a second time', () => {
    const raw = signed()
    const begun = begin(raw)
    expect(begun.isSigned).toBe(true)
    site.world.setClock(NOW + 600_000)
    expect(begin(raw).isSigned).toBe(false)
    expect(begun.complete(BODY).caller.person).toBe('ne-dst.aicha')
  })

  it('is refused where it is another body', () => {
    const begun = begin(signed())
    expect(() => begun.complete(Buffer.from('{}'))).toThrow(expect.objectContaining({ code: 'AUTH' }))
  })

  it('is refused where the session has ended meanwhile', async () => {
    const begun = begin(signed())
    await site.auth.logout(session.session)
    expect(() => begun.complete(BODY)).toThrow(expect.objectContaining({ code: 'AUTH' }))
  })
})

describe('a session', () => {
  const works = async () => (await sendRaw(site.origin, signed())).status === 200

  it('survives a crash of the server', async () => {
    await site.restart()
    expect(await works()).toBe(true)
  })

  it('ends after fifteen idle minutes, and after eight hours whatever is done', async () => {
    const minute = 60_000
    for (let passed = 0; passed < 470; passed += 14) {
      site.world.setClock(NOW + passed * minute)
      expect(await works()).toBe(true)
    }
    site.world.setClock(NOW + 480 * minute)
    await expectRefused(signed())
    site.world.setClock(NOW)
    ;({ session, privateKey } = await openRawSession('ne-dst.aicha'))
    site.world.setClock(NOW + 15 * minute)
    await expectRefused(signed())
  })

  it('ends at logout, for good', async () => {
    const raw = signed({ targetUri: `${site.origin}/logout`, body: Buffer.from('{}') })
    expect((await sendRaw(site.origin, { ...raw, path: '/logout' })).status).toBe(200)
    await expectRefused(signed())
    await site.restart()
    await expectRefused(signed())
  })

  it('makes room: the ninth of one person ends the first', async () => {
    for (let more = 0; more < 8; more += 1) await openRawSession('ne-dst.aicha')
    await expectRefused(signed())
  })
})

describe('what the directory takes away counts on the next request', () => {
  it('a team that ended', async () => {
    const raw = () => sendRaw(site.origin, signed())
    await raw()
    expect(site.seen.at(-1)!.caller.principals).toContain('team:jit-sahel')
    const latest = site.directory.latest('team:jit-sahel')
    const ended = teamBody({ to: '2026-11-20' })
    await site.directory.append(
      await bySigners(site.world, ['office:ml-dnlt', 'office:ne-dst'], ended, latest),
    )
    expect((await raw()).status).toBe(200)
    expect(site.seen.at(-1)!.caller.principals).not.toContain('team:jit-sahel')
  })

  it('an assignment that ended', async () => {
    ;({ session, privateKey } = await openRawSession('ml-dnlt.moussa'))
    expect((await sendRaw(site.origin, signed())).status).toBe(200)
    const ended = assignmentBody('ml-dnlt.moussa', 'ml-dnlt', 'FOCAL_POINT', { to: '2026-11-20' })
    const latest = site.directory.latest(`assignment:${ended.assignment}`)
    await site.directory.append(await byAnchor(site.world, 'ML', ended, latest))
    await expectRefused(signed())
  })

  it('a key that was replaced: the session of the old one is over', async () => {
    const { publicKey } = await site.world.key('ne-hapdp.salif-2')
    ;({ session, privateKey } = await openRawSession('ne-hapdp.salif'))
    expect((await sendRaw(site.origin, signed())).status).toBe(200)
    const body = { type: 'person', person: 'ne-hapdp.salif', country: 'NE', key: publicKey } as const
    const latest = site.directory.latest('person:ne-hapdp.salif')
    await site.directory.append(await byAnchor(site.world, 'NE', body, latest))
    await expectRefused(signed())
  })

  it('a key that was revoked', async () => {
    const { fingerprint } = await site.world.key('ne-dst.aicha')
    const at = new Date(NOW).toISOString()
    const body = { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at } as const
    await site.directory.append(await byAnchor(site.world, 'NE', body))
    await expectRefused(signed())
  })
})

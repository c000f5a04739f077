import { randomBytes } from 'node:crypto'
import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealChunk } from '../../../clients/core/chunk.ts'
import {
  askOf,
  bodyOf,
  CLOSE,
  closeOf,
  HELD,
  makeAttachment,
  messageWith,
  putOf,
  SEND,
  sendObject,
  upload,
} from '../../attachments.ts'
import { type Cast, makeCast } from '../../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'

// What the server takes of an attachment, whom it gives it to, and what it forgets.

let cast: Cast
let portolan: TestPortolan
const niger = { person: 'ne-dst.aicha', office: 'ne-dst' }
const BOTH = ['ne-dst', 'it-sco']

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
    { office: 'ml-dnlt', persons: { fanta: 'FOCAL_POINT' } },
  ])
  portolan = await openPortolan(await testNeo4j(), cast)
}, 1_500_000)
afterAll(() => portolan?.close())

const put = (body: ReturnType<typeof putOf>, person = niger.person) => sendObject(portolan, person, body)
const held = async (id: string, person = niger.person) =>
  (await portolan.ask(person, HELD, { id })).json.data.attachment
const sent = async (input: object) => {
  const { json } = await portolan.ask(niger.person, SEND, { input })
  return json.errors?.[0].extensions.code ?? 'OK'
}

describe('a chunk', () => {
  it('is stored once, however often it comes, and another one in its place is a conflict', async () => {
    const made = await makeAttachment(cast, BOTH)
    expect((await put(putOf(made, 1))).code).toBe('OK')
    expect((await put(putOf(made, 1), 'ne-dst.salif')).code).toBe('OK')
    expect(await held(made.key.object)).toMatchObject({ chunks: [1], closed: false, message: null })
    const other = { ...made, octets: [sealChunk(made.key, 1, randomBytes(2_048)).octets, made.octets[1]!] }
    expect((await put(putOf(other, 1))).code).toBe('IDEMPOTENCY_CONFLICT')
    // The session key packets stand once, the data packets beside them, each without.
    const home = join(portolan.home, 'attachments', made.key.object)
    const packets = await readFile(join(home, 'packets'))
    const [file] = (await readdir(home)).filter((name) => name.startsWith('001.'))
    const whole = Buffer.concat([packets, await readFile(join(home, file!))])
    expect(Buffer.compare(whole, made.octets[0]!)).toBe(0)
  })

  it('of another office, with other facts, or with other session key packets is refused', async () => {
    const made = await makeAttachment(cast, BOTH)
    await put(putOf(made, 1))
    expect((await put(putOf(made, 2), 'it-sco.paola')).code).toBe('IDEMPOTENCY_CONFLICT')
    expect((await put(putOf(made, 2, { chunks: 3 }))).code).toBe('IDEMPOTENCY_CONFLICT')
    const foreign = await makeAttachment(cast, BOTH)
    expect((await put(putOf({ ...foreign, key: made.key }, 2))).code).toBe('IDEMPOTENCY_CONFLICT')
    expect((await held(made.key.object)).chunks).toEqual([1])
  })

  it.each([
    ['for an audience without the uploader', { audience: ['it-sco'] }, 'BAD_INPUT'],
    ['for offices that it is not sealed to', { audience: ['it-sco', 'ml-dnlt', 'ne-dst'] }, 'BAD_PACKET'],
    ['for fewer offices than it is sealed to', { audience: ['ne-dst'] }, 'BAD_PACKET'],
    ['of a profile that its offices have no keys for', { profile: 'modern' }, 'DIRECTORY'],
    ['beyond the last', { chunk: 2, chunks: 1 }, 'BAD_INPUT'],
    ['with a path for an id', { object: '../../../../etc/passwd' }, 'BAD_INPUT'],
    ['with a fact that nobody knows', { owner: 'ml-dnlt' }, 'BAD_INPUT'],
  ])('%s is refused, and nothing is stored', async (_, changes, code) => {
    const made = await makeAttachment(cast, BOTH)
    expect((await put(putOf(made, 1, changes))).code).toBe(code)
    expect(await held(made.key.object)).toBeNull()
  })

  it('that is not a sealed message, or too large, is refused and stored nowhere', async () => {
    const made = await makeAttachment(cast, BOTH)
    const { object, profile } = made.key
    const facts = { purpose: PURPOSE, object, chunk: 1, chunks: 1, audience: made.audience, profile }
    const literal = Buffer.from('cb0c620000000000636172617661', 'hex')
    for (const octets of [
      Buffer.from('plain text '.repeat(400)),
      literal,
      Buffer.concat([made.octets[0]!, literal]),
    ])
      expect((await put(bodyOf('PUT', octets, facts))).code).toBe('BAD_PACKET')
    expect(await held(object)).toBeNull()
    // Larger than any chunk: it is let go by unread, and refused like everything that is not signed.
    const large = bodyOf('PUT', Buffer.alloc(2 ** 23 + 2 ** 18), facts)
    expect((await put(large)).status).toBe(401)
  })

  it('whose octets are not the signed ones is refused before anything is on record', async () => {
    const made = await makeAttachment(cast, BOTH)
    const changed = Buffer.from(made.octets[0]!)
    changed[changed.length - 1]! ^= 1
    expect((await put({ ...putOf(made, 1), octets: changed })).status).toBe(401)
    expect(await held(made.key.object)).toBeNull()
  })
})

describe('an attachment', () => {
  it('is closed when every chunk is there and the uploader vouches for all of them in their order', async () => {
    const made = await makeAttachment(cast, BOTH)
    await put(putOf(made, 1))
    const close = async (variables: object) =>
      (await portolan.ask(niger.person, CLOSE, variables as Record<string, unknown>)).json.errors?.[0]
        .extensions.code ?? 'OK'
    expect(await close(await closeOf(cast, made))).toBe('BAD_INPUT')
    await put(putOf(made, 2))
    const reversed = { ...made, hashes: [...made.hashes].reverse() }
    expect(await close(await closeOf(cast, reversed, 'office:ne-dst'))).toBe('BAD_PACKET')
    expect(await close(await closeOf(cast, made, 'office:it-sco'))).toBe('BAD_PACKET')
    expect(await held(made.key.object)).toMatchObject({ chunks: [1, 2], closed: false })
    const good = await closeOf(cast, made, 'office:ne-dst')
    expect([await close(good), await close(good)]).toEqual(['OK', 'OK'])
    expect(await held(made.key.object)).toMatchObject({ closed: true })
    const absent = { input: { ...good.input, id: '0'.repeat(26) } }
    expect(await close(absent)).toBe('NOT_FOUND')
  })

  it('is given to one message, of its office, for its offices, once it is whole', async () => {
    const made = await makeAttachment(cast, BOTH)
    await put(putOf(made, 1))
    const first = await messageWith(cast, 'ne-dst', ['it-sco'], [made])
    expect(await sent(first.input)).toBe('BAD_REFERENCE')
    await upload(portolan, cast, made, niger)
    const wider = await messageWith(cast, 'ne-dst', ['it-sco', 'ml-dnlt'], [made])
    expect(await sent(wider.input)).toBe('BAD_REFERENCE')
    expect([await sent(first.input), await sent(first.input)]).toEqual(['OK', 'OK'])
    expect(await held(made.key.object)).toMatchObject({ message: first.id })
    const second = await messageWith(cast, 'ne-dst', ['it-sco'], [made])
    expect(await sent(second.input)).toBe('IDEMPOTENCY_CONFLICT')
  })

  it('whose message failed after it was given to it is free for the next one', async () => {
    const made = await makeAttachment(cast, BOTH)
    await upload(portolan, cast, made, niger)
    const lost = await messageWith(cast, 'ne-dst', ['it-sco'], [made])
    // As a crash between the two leaves it: given to a message that never came to be.
    await portolan.instance.attachments.name(JSON.parse(lost.input.envelope))
    expect(await held(made.key.object)).toMatchObject({ message: null })
    const next = await messageWith(cast, 'ne-dst', ['it-sco'], [made])
    expect(await sent(next.input)).toBe('OK')
    expect(await held(made.key.object)).toMatchObject({ message: next.id })
  })

  it('comes down chunk by chunk as it went up', async () => {
    const made = await makeAttachment(cast, BOTH, 3)
    await upload(portolan, cast, made, niger)
    const message = await messageWith(cast, 'ne-dst', ['it-sco'], [made])
    expect(await sent(message.input)).toBe('OK')
    for (const [nth, octets] of made.octets.entries()) {
      const answer = await put(askOf(message.id, made.key.object, nth + 1), 'it-sco.paola')
      expect({ status: answer.status, json: answer.json }).toEqual({ status: 200, json: null })
      expect(Buffer.compare(answer.body, octets)).toBe(0)
    }
  })
})

describe('what no message names', () => {
  it('is an orphan when nobody has added to it for long, and goes; what one names never does', async () => {
    const [unfinished, unsent, kept] = [
      await makeAttachment(cast, BOTH),
      await makeAttachment(cast, BOTH),
      await makeAttachment(cast, BOTH),
    ]
    await put(putOf(unfinished, 1))
    await upload(portolan, cast, unsent, niger)
    await upload(portolan, cast, kept, niger)
    expect(await sent((await messageWith(cast, 'ne-dst', ['it-sco'], [kept])).input)).toBe('OK')
    const { attachments } = portolan.instance
    const later = Date.now() + 60_000
    const orphans = async (time: number) => (await attachments.orphans(time)).map(({ object }) => object)
    const all = await orphans(later)
    expect(all).toEqual(expect.arrayContaining([unfinished.key.object, unsent.key.object]))
    expect(all).not.toContain(kept.key.object)
    expect(await orphans(Date.now() - 60_000)).toEqual([])
    expect(await attachments.eraseIdle(unfinished.key.object, Date.now() - 60_000)).toBe(false)
    expect(await attachments.eraseIdle(kept.key.object, later)).toBe(false)
    expect(await attachments.eraseIdle(unfinished.key.object, later)).toBe(true)
    expect(await held(unfinished.key.object)).toBeNull()
    expect(await held(kept.key.object)).toMatchObject({ closed: true })
  })

  it('waits a fortnight for who goes on with it; then the sweep removes it, and nothing else', async () => {
    const [kept, recent, idle] = [
      await makeAttachment(cast, BOTH),
      await makeAttachment(cast, BOTH),
      await makeAttachment(cast, BOTH),
    ]
    for (const made of [kept, recent, idle]) await upload(portolan, cast, made, niger)
    const message = await messageWith(cast, 'ne-dst', ['it-sco'], [kept])
    expect(await sent(message.input)).toBe('OK')
    await touched(kept, 30)
    await touched(recent, 13)
    await touched(idle, 15)
    const swept = (remove: boolean) => portolan.instance.sweep({ remove, younger: 3_600_000 })
    const counted = await swept(false)
    expect(counted).toMatchObject({ orphans: [idle.key.object], removed: [] })
    expect(await held(idle.key.object)).not.toBeNull()
    expect(await swept(true)).toMatchObject({ removed: [idle.key.object] })
    expect(await held(idle.key.object)).toBeNull()
    expect(await held(recent.key.object)).toMatchObject({ closed: true, message: null })
    expect((await put(askOf(message.id, kept.key.object, 1), 'it-sco.paola')).code).toBe('OK')
    expect(await readdir(join(portolan.home, 'attachments'))).not.toContain(idle.key.object)
    // Who begins it again finds nothing in his way.
    expect((await put(putOf(idle, 1))).code).toBe('OK')
  })
})

/** As if nobody had added to it for so many days. */
async function touched({ key }: { key: { object: string } }, days: number): Promise<void> {
  const time = Date.now() / 1_000 - days * 86_400
  await utimes(join(portolan.home, 'attachments', key.object), time, time)
}

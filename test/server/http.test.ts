import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkReceipt as check, RECEIPT_HEADER, receiptKeyOf } from '../../schema/wire/audit.ts'
import type { EntryBody } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { makeCast } from '../cast.ts'
import { PURPOSE } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type House, openHouse, openSigner, type Raw, type Signer, send } from './house.ts'

const AICHA = 'ne-dst.aicha'
const QUERY = '{ networks { totalCount } }'
const extensions = { purpose: PURPOSE }
const BODY = JSON.stringify({ query: QUERY, extensions })

let house: House
let signer: Signer

beforeAll(async () => {
  const cast = await makeCast(
    [
      { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', moussa: 'FOCAL_POINT', salif: 'ANALYST' } },
      { office: 'ne-hapdp', persons: {} },
      { office: 'it-sco', persons: { paola: 'ANALYST' } },
    ],
    [{ team: 'sahel', signatories: ['ne-dst', 'it-sco'], members: ['ne-dst.aicha', 'it-sco.paola'] }],
  )
  house = await openHouse(await testNeo4j(), cast)
  signer = await openSigner(house, AICHA)
})
afterAll(() => house?.close())

beforeEach(() => {
  house.graph.calls.length = 0
  house.graph.before = () => {}
})

const signed = (raw: Raw, change = {}) => send(house.url, { ...raw, headers: signer.headers(raw, change) })
const multipart = `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${QUERY}\r\n--x--\r\n`

/** By the key that the instance signs receipts by. */
const checkReceipt = (
  ...[signed, answer, header]: [Uint8Array, Parameters<typeof check>[1], string | null]
) => check(signed, answer, header, receiptKeyOf(house.instance.audit.receiptKey))

describe('a signed request', () => {
  it('is answered, and its receipt binds question and answer', async () => {
    const { status, json, headers, body, signed } = await house.ask(AICHA, QUERY)
    expect([status, json]).toEqual([200, { data: { networks: { totalCount: 0 } } }])
    expect(house.graph.calls).toEqual(['network/list'])
    const header = headers.get(RECEIPT_HEADER)
    const { askedIndex, answeredIndex } = checkReceipt(signed, { status, body }, header)
    expect(answeredIndex).toBeGreaterThan(askedIndex)
    const mismatch = expect.objectContaining({ code: 'RECEIPT_MISMATCH' })
    expect(() =>
      checkReceipt(signed, { status, body: Buffer.from('{"data":{"networks":{"totalCount":7}}}') }, header),
    ).toThrow(mismatch)
    expect(() => checkReceipt(signed, { status: 500, body }, header)).toThrow(mismatch)
    const another = await house.ask(AICHA, QUERY)
    expect(() => checkReceipt(signed, { status, body }, another.headers.get(RECEIPT_HEADER))).toThrow(
      mismatch,
    )
    expect(() => checkReceipt(another.signed, { status, body }, header)).toThrow(mismatch)
    expect(() => checkReceipt(signed, { status, body }, null)).toThrow(mismatch)
  })

  it('has a receipt for every kind of answer: refusals, errors, faults and the end of a session', async () => {
    const asked = [
      { query: '{ networks { totalCount }', extensions },
      { query: '{ nothing }', extensions },
      { query: QUERY },
      {
        query: '{ auditPeriods(from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z") { id } }',
        extensions,
      },
      { query: '{ __typename }', extensions },
    ]
    const outcomes = []
    for (const body of asked) {
      const answer = await (await house.session(AICHA)).request(body)
      checkReceipt(answer.signed, answer, answer.headers.get(RECEIPT_HEADER))
      const json = JSON.parse(Buffer.from(answer.body).toString())
      outcomes.push([answer.status, json.errors?.[0].extensions.code ?? json.data.__typename])
    }
    expect(outcomes).toEqual([
      [400, 'SYNTAX'],
      [400, 'SYNTAX'],
      [200, 'PURPOSE_REQUIRED'],
      [200, 'NOT_ALLOWED'],
      [200, 'Query'],
    ])
  })

  it.each<[string, Raw]>([
    [
      'a form',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `query=${encodeURIComponent(QUERY)}`,
      },
    ],
    [
      'JSON that says it is a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: BODY },
    ],
    ['a multipart form', { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: multipart }],
    ['a bare GraphQL document', { headers: { 'content-type': 'application/graphql' }, body: QUERY }],
    ['plain text', { headers: { 'content-type': 'text/plain' }, body: BODY }],
    ['a batch', { body: `[${BODY},${BODY}]` }],
    ['a batch of one', { body: `[${BODY}]` }],
    ['no JSON at all', { body: 'query { networks }' }],
    ['nothing', { body: '' }],
    ['null', { body: 'null' }],
    ['bytes that are no UTF-8', { body: Buffer.concat([Buffer.from(BODY), Buffer.from([0xff])]) }],
    ['a query that is no text', { body: JSON.stringify({ query: { a: 1 }, extensions }) }],
    ['variables that are a list', { body: JSON.stringify({ query: QUERY, variables: [], extensions }) }],
    ['a wish for an event stream', { headers: { accept: 'text/event-stream' }, body: BODY }],
    ['a wish for parts', { headers: { accept: 'multipart/mixed, application/json;q=0.5' }, body: BODY }],
  ])('with %s runs nothing, and is on record', async (_, raw) => {
    const answer = await signed(raw)
    expect([answer.status, JSON.parse(answer.body).errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST'])
    expect(answer.headers[RECEIPT_HEADER]).toBeDefined()
    expect(house.graph.calls).toEqual([])
  })

  it('may say that its JSON is UTF-8', async () => {
    const answer = await signed({
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: BODY,
    })
    expect(answer.status).toBe(200)
  })

  it('for a change in an event stream changes nothing', async () => {
    const query = `mutation($input: ReportInput!) { submitReport(input: $input) { replayed } }`
    const body = JSON.stringify({ query, variables: { input: report('by-stream-1') }, extensions })
    const answer = await signed({ headers: { accept: 'text/event-stream' }, body })
    expect(answer.status).toBe(400)
    expect(house.graph.calls).toEqual([])
  })
})

describe('what is not signed, or not well', () => {
  const unsigned: [string, () => Promise<{ all: string }>][] = [
    [
      'a request without a signature',
      () => send(house.url, { body: BODY, headers: { 'content-type': 'application/json' } }),
    ],
    [
      'GET with a query',
      () => send(house.url, { method: 'GET', path: `/graphql?query=${encodeURIComponent(QUERY)}` }),
    ],
    ['a signed GET', () => signed({ method: 'GET', path: '/graphql' })],
    [
      'a signed query in the address',
      () => signed({ path: `/graphql?query=${encodeURIComponent(QUERY)}`, body: BODY }),
    ],
    ['PUT', () => signed({ method: 'PUT', body: BODY })],
    [
      'OPTIONS from a browser',
      () => send(house.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }),
    ],
    ['another path', () => send(house.url, { path: '/graphiql' })],
    ['the root', () => send(house.url, { method: 'GET', path: '/' })],
    ['a path that climbs', () => send(house.url, { path: '/health/../graphql', body: BODY })],
    ['health by POST', () => send(house.url, { path: '/health' })],
    [
      'another host',
      () =>
        send(house.url, { body: BODY, headers: { ...signer.headers({ body: BODY }), host: 'evil.example' } }),
    ],
    [
      'the host by another name',
      () =>
        send(house.url, {
          body: BODY,
          headers: {
            ...signer.headers({ body: BODY }),
            host: house.url.slice(7).replace('127.0.0.1', 'localhost'),
          },
        }),
    ],
    [
      'a body that was compressed',
      () => {
        const body = gzipSync(BODY)
        return send(house.url, { body, headers: { ...signer.headers({ body }), 'content-encoding': 'gzip' } })
      },
    ],
    [
      'another body than was signed',
      () =>
        send(house.url, {
          body: BODY.replace('networks', 'routes'),
          headers: signer.headers({ body: BODY }),
        }),
    ],
    [
      'a signature for another path',
      () => send(house.url, { path: '/logout', body: BODY, headers: signer.headers({ body: BODY }) }),
    ],
    [
      'a request of yesterday',
      () => signed({ body: BODY }, { created: Math.floor(Date.now() / 1_000) - 86_400 }),
    ],
    ['a session that nobody has', () => signed({ body: BODY }, { session: '0'.repeat(26) })],
    ['a login that is none', () => send(house.url, { path: '/login', body: '{"statement":{}}' })],
    [
      'a login by an unknown key',
      async () => {
        const statement = {
          origin: house.url,
          nonce: 'A'.repeat(51),
          time: new Date().toISOString(),
          fingerprint: 'a'.repeat(40),
          sessionKey: 'A'.repeat(43),
          office: null,
          role: null,
        }
        return send(house.url, { path: '/login', body: JSON.stringify({ statement, signature: 'none' }) })
      },
    ],
    [
      'a body of more than a mebibyte',
      () => {
        const body = JSON.stringify({ query: QUERY, extensions, padding: 'x'.repeat(1 << 20) })
        return signed({ body })
      },
    ],
    [
      'a login of more than a mebibyte',
      () => send(house.url, { path: '/login', body: 'x'.repeat((1 << 20) + 1) }),
    ],
  ]

  it('is refused with the same bytes, whatever is wrong, and reaches nothing', async () => {
    const first = await send(house.url, { path: '/nowhere' })
    expect(first).toMatchObject({ status: 401, body: expect.stringContaining('"AUTH"') })
    expect(Object.keys(first.headers).sort()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'x-content-type-options',
    ])
    for (const [name, ask] of unsigned) expect([name, (await ask()).all]).toEqual([name, first.all])
    expect(house.graph.calls).toEqual([])
    expect((await send(house.url, { method: 'HEAD', path: '/graphql' })).status).toBe(401)
  })

  it('takes a body of just a mebibyte, and not one byte more', async () => {
    const empty = JSON.stringify({ query: '{ me { person } }', extensions, padding: '' }).length
    const of = (length: number) =>
      JSON.stringify({ query: '{ me { person } }', extensions, padding: 'x'.repeat(length - empty) })
    expect((await signed({ body: of(1 << 20) })).status).toBe(200)
    expect((await signed({ body: of((1 << 20) + 1) })).status).toBe(401)
  })

  it('may ask whether the server is up, and learns nothing else', async () => {
    const { status, headers, body } = await send(house.url, { method: 'GET', path: '/health' })
    expect([status, body]).toEqual([200, '{"status":"up"}'])
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(JSON.stringify(headers)).not.toMatch(/node|express|yoga|portolan/i)
  })

  it('finds no other protocol', async () => {
    const said = await new Promise<string>((done) => {
      let text = ''
      const socket = connect(Number(new URL(house.url).port), '127.0.0.1', () =>
        socket.write(
          'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
        ),
      )
      socket
        .on('data', (bytes) => {
          text += bytes
        })
        .on('close', () => done(text))
        .on('error', () => done(text))
    })
    expect(said).toBe('')
  })
})

describe('a request that is sent again', () => {
  it('is refused, also after the instance was closed and opened on the same home', async () => {
    const raw = { body: BODY }
    const once = { ...raw, headers: signer.headers(raw) }
    expect((await send(house.url, once)).status).toBe(200)
    expect((await send(house.url, once)).status).toBe(401)
    await house.restart()
    expect((await send(house.url, once)).status).toBe(401)
    // The session itself goes on.
    expect((await signed(raw)).status).toBe(200)
  })

  it('is let in once of sixteen times at once', async () => {
    const once = { body: BODY, headers: signer.headers({ body: BODY }) }
    const answers = await Promise.all(Array.from({ length: 16 }, () => send(house.url, once)))
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 15 }, () => 401),
    ])
  })

  it('as a login is refused', async () => {
    const logins: string[] = []
    const overhear = (request: IncomingMessage) => {
      if (request.url === '/login') request.on('data', (body: Buffer) => logins.push(body.toString()))
    }
    house.server().on('request', overhear)
    await house.session('ne-dst.salif')
    house.server().off('request', overhear)
    expect(logins).toHaveLength(1)
    expect((await send(house.url, { path: '/login', body: logins[0]! })).status).toBe(401)
  })
})

describe('what fails inside', () => {
  it('is told as INTERNAL, without a word of what it was', async () => {
    house.graph.before = () => {
      throw new TypeError('Cannot read properties of undefined (reading "Moussa Diallo")')
    }
    const { status, text, json } = await house.ask(AICHA, QUERY)
    expect([status, json.errors[0].extensions.code]).toEqual([200, 'INTERNAL'])
    expect(text).not.toMatch(/Moussa|undefined|TypeError|Cannot read/)
    expect(Object.keys(json.errors[0]).sort()).toEqual(['extensions', 'message', 'path'])
  })

  it('is told as what it is where it is a fault, for reads and changes', async () => {
    house.graph.before = () => {
      throw new Fault('NEO4J_UNAVAILABLE', 'expected the graph store to answer, got no connection')
    }
    expect((await house.ask(AICHA, QUERY)).json.errors[0].extensions.code).toBe('NEO4J_UNAVAILABLE')
    expect(
      (await house.ask(AICHA, SUBMIT, { input: report('unlucky-key') })).json.errors[0].extensions.code,
    ).toBe('NEO4J_UNAVAILABLE')
  })
})

describe('a session', () => {
  it('survives a restart of the server', async () => {
    await house.ask(AICHA, QUERY)
    const before = (await house.session(AICHA)).login().session
    await house.restart()
    expect((await house.ask(AICHA, QUERY)).status).toBe(200)
    expect((await house.session(AICHA)).login().session).toBe(before)
  })

  it('ends with a logout, for good', async () => {
    const leaving = await openSigner(house, AICHA)
    const ask = (raw: Raw) => send(house.url, { ...raw, headers: leaving.headers(raw) })
    expect((await ask({ body: BODY })).status).toBe(200)
    expect((await ask({ path: '/logout', body: '{}' })).body).toBe('{"data":{"logout":true}}')
    expect((await ask({ body: BODY })).status).toBe(401)
    await house.restart()
    expect((await ask({ body: BODY })).status).toBe(401)
  })
})

describe('a right that ends', () => {
  const today = () => new Date().toISOString().slice(0, 10)
  const enter = async (body: EntryBody, by: string[], person = 'ne-dst.moussa') => {
    const subject =
      body.type === 'revocation'
        ? `revocation:${body.fingerprint}`
        : body.type === 'team'
          ? `team:${body.team}`
          : `assignment:${(body as { assignment: string }).assignment}`
    const entry = await house.cast.sign(body, by, house.instance.directory.latest(subject))
    const { json } = await house.ask(person, 'mutation($entry: Json!) { enterDirectory(entry: $entry) }', {
      entry,
    })
    expect(json.errors).toBeUndefined()
  }

  /** A moment that everything so far lies before, and everything from now on after. */
  const momentAfterNow = async () => {
    const moment = new Date(Date.now() + 2).toISOString()
    await new Promise((go) => setTimeout(go, 5))
    return moment
  }

  it('with a team is gone from the next request on', async () => {
    const release = {
      to: ['team:sahel'],
      transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-2012' }],
    }
    const { json } = await house.ask(AICHA, SUBMIT, { input: report('for-the-team', { release }) })
    const { id } = json.data.submitReport.report
    const sees = async (asOf?: string) =>
      (
        await house.ask(
          'it-sco.paola',
          'query($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id } }',
          { id, asOf },
        )
      ).json.data.report
    const before = await momentAfterNow()
    expect([await sees(), await sees(before)]).toEqual([{ id }, { id }])
    const team = {
      type: 'team' as const,
      team: 'sahel',
      name: { en: 'sahel', fr: 'sahel' },
      kind: 'POLICE' as const,
      signatories: ['ne-dst', 'it-sco'],
    }
    await enter({ ...team, members: [AICHA, 'it-sco.paola'], from: '2010-01-01', to: today() }, [
      'office:ne-dst',
      'office:it-sco',
    ])
    // Nor does a moment at which the team was there bring it back.
    expect([await sees(), await sees(before)]).toEqual([null, null])
  })

  it('with an assignment is gone from the next request on, and no moment before brings it back', async () => {
    const release = { to: [], transfers: [] }
    const { json } = await house.ask(AICHA, SUBMIT, { input: report('for-the-office', { release }) })
    const { id } = json.data.submitReport.report
    const before = await momentAfterNow()
    const query = 'query($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id } }'
    const asking = (asOf?: string) => ({
      body: JSON.stringify({ query, variables: { id, asOf }, extensions }),
    })
    const salif = await openSigner(house, 'ne-dst.salif')
    const ask = (by: Signer, asOf?: string) => {
      const raw = asking(asOf)
      return send(house.url, { ...raw, headers: by.headers(raw) })
    }
    expect(JSON.parse((await ask(salif, before)).body).data.report).toEqual({ id })
    const held = {
      type: 'assignment' as const,
      person: 'ne-dst.salif',
      role: 'ANALYST' as const,
      from: '2010-01-01',
    }
    const there = { ...held, assignment: 'a-ne-dst-salif', office: 'ne-dst' }
    await enter({ ...there, to: today() }, ['anchor:NE'])
    for (const asOf of [undefined, before]) expect((await ask(salif, asOf)).status).toBe(401)
    await expect(openSigner(house, 'ne-dst.salif')).rejects.toThrow()
    // Where he is let in for another office he is not let back into what was the first one's.
    await enter({ ...held, assignment: 'a-hapdp-salif', office: 'ne-hapdp', to: null }, ['anchor:NE'])
    const elsewhere = await openSigner(house, 'ne-dst.salif')
    for (const asOf of [undefined, before])
      expect(JSON.parse((await ask(elsewhere, asOf)).body)).toEqual({ data: { report: null } })
  })

  it('with a key that is revoked is gone from the next request on', async () => {
    const paola = await openSigner(house, 'it-sco.paola')
    const ask = () => send(house.url, { body: BODY, headers: paola.headers({ body: BODY }) })
    expect((await ask()).status).toBe(200)
    const before = await momentAfterNow()
    const { fingerprint } = house.cast.key('it-sco.paola')
    await enter(
      { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at: new Date().toISOString() },
      ['anchor:IT'],
    )
    const refused = await ask()
    expect(refused.all).toBe((await send(house.url, { path: '/nowhere' })).all)
    const past = {
      body: JSON.stringify({
        query: 'query($asOf: Time) { networks(asOf: $asOf) { totalCount } }',
        variables: { asOf: before },
        extensions,
      }),
    }
    expect((await send(house.url, { ...past, headers: paola.headers(past) })).all).toBe(refused.all)
    await expect(openSigner(house, 'it-sco.paola')).rejects.toThrow()
  })

  it('is not given by an entry that nobody signed who may', async () => {
    const body: EntryBody = {
      type: 'assignment',
      assignment: 'a-forged',
      person: AICHA,
      office: 'it-sco',
      role: 'ANALYST',
      from: '2010-01-01',
      to: null,
    }
    const entry = await house.cast.sign(body, ['anchor:NE'])
    const { json } = await house.ask(AICHA, 'mutation($entry: Json!) { enterDirectory(entry: $entry) }', {
      entry,
    })
    expect(json.errors[0].extensions.code).toBe('DIRECTORY')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../clients/core/session.ts'
import type { Answered } from '../../server/audit/log.ts'
import { closeHttp } from '../../server/http.ts'
import { type Cast, makeCast } from '../cast.ts'
import { PURPOSE, type TestPortolan } from '../instance.ts'
import { bareLogin, dial, request } from '../laws/bare-socket.ts'
import { recording } from '../laws/recorded.ts'
import { sendSealed } from '../laws/sealed-notes.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { type House, openHouse } from './house.ts'
import { EVENTS, listen } from './listener.ts'

let cast: Cast
let house: House
const AICHA = { person: 'ne-dst.aicha', office: 'ne-dst' }
const PAOLA = 'it-sco.paola'
const FANTA = 'ml-dnlt.fanta'

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT', luca: 'ANALYST' } },
    { office: 'ml-dnlt', persons: { fanta: 'FOCAL_POINT' } },
    { office: 'ne-oim', kind: 'PARTNER', persons: { pia: 'PARTNER' } },
    { office: 'fr-obs', kind: 'OBSERVATORY', persons: { omar: 'OBSERVER' } },
  ])
  house = await openHouse(await testNeo4j(), cast, { pace: { heartbeat: 250, tick: 1_000 } })
}, 1_500_000)
afterAll(() => house?.close())

const portolan = () => house as unknown as TestPortolan
const hear = async (person: string, options = {}) => listen(await house.session(person), options)
const send = async (to: string[], from = AICHA) =>
  (await sendSealed(portolan(), cast, from, to, Date.now())).id
const detailsOf = (answered: { answer: Answered }[]) => answered.map(({ answer }) => answer.detail)

describe('a stream', () => {
  it('tells the offices of a message that it arrived, at once and with no content, and nobody else', async () => {
    const [paola, luca, fanta, own] = await Promise.all([
      hear(PAOLA),
      hear('it-sco.luca'),
      hear(FANTA),
      hear(AICHA.person),
    ])
    const id = await send(['it-sco'])
    const event = await paola.heard()
    expect(event).toEqual({
      data: {
        events: {
          kind: 'MESSAGE',
          about: id,
          thread: id,
          type: 'REQUEST',
          urgency: 'NORMAL',
          due: expect.any(String),
          time: expect.any(String),
        },
      },
    })
    expect(await luca.heard()).toEqual(event)
    const later = await send(['ml-dnlt'])
    expect((await fanta.heard()).data.events.about).toBe(later)
    // Who sent it is told of nothing, until something arrives for him.
    const answer = await send(['ne-dst'], { person: FANTA, office: 'ml-dnlt' })
    expect((await own.heard()).data.events.about).toBe(answer)
    for (const one of [paola, luca, fanta, own]) one.leave()
  })

  it('has records of its beginning, of each event before it leaves, and of its end', async () => {
    const { asked, answered, stop } = recording(portolan())
    const paola = await hear(PAOLA)
    const mine = () => answered.filter((one) => one.asked === asked[0])
    expect([asked.length, mine().length]).toEqual([1, 1])
    const ids = [await send(['it-sco']), await send(['it-sco'])]
    for (const id of ids) expect((await paola.heard()).data.events.about).toBe(id)
    paola.leave()
    await expect.poll(() => mine().at(-1)?.answer.more).toBe(false)
    stop()
    expect(mine().map(({ answer }) => answer.more)).toEqual([true, true, true, false])
    expect(detailsOf(mine()).map(({ outcome, shown, purpose }) => ({ outcome, shown, purpose }))).toEqual(
      [[], [ids[0]], [ids[1]], []].map((shown) => ({ outcome: 'OK', shown, purpose: 'OPERATIONAL' })),
    )
    expect(
      detailsOf(mine())[1]!
        .statements.map(({ name }) => name)
        .sort(),
    ).toEqual(['event/messages', 'event/notices', 'event/stored'])
  })

  it('goes on after a cursor: what came while nobody listened, in its order, also over a restart of the server', async () => {
    const first = await hear(PAOLA)
    const before = first.last()
    const ids = [await send(['it-sco'])]
    await first.heard()
    const cursor = first.last()
    first.leave()
    ids.push(await send(['it-sco']))
    await house.restart({ pace: { heartbeat: 250, tick: 1_000 } })
    ids.push(await send(['it-sco']))
    const again = await hear(PAOLA, { after: cursor })
    expect([(await again.heard()).data.events.about, (await again.heard()).data.events.about]).toEqual(
      ids.slice(1),
    )
    again.leave()
    // A stream that was cut before its first event has a place as well, and a document may name it.
    const query = `subscription { events(after: "${before}") { about } }`
    const whole = await hear(PAOLA, { query })
    for (const id of ids) expect((await whole.heard()).data.events.about).toBe(id)
    whole.leave()
  })

  it('tells what was kept for an office, once however often it was said', async () => {
    const paola = await hear(PAOLA)
    const event = { kind: 'HANDOVER' as const, offices: ['it-sco'], id: 'a-it-sco-paola' }
    await house.instance.events.publish({ ...event, offices: ['ml-dnlt'] })
    await house.instance.events.publish(event)
    await house.instance.events.publish(event)
    expect((await paola.heard()).data.events).toMatchObject({ kind: 'HANDOVER', about: 'a-it-sco-paola' })
    const id = await send(['it-sco'])
    expect((await paola.heard()).data.events.about).toBe(id)
    paola.leave()
  })

  it('tells notices about reports on the tick, and only to whom they are for', async () => {
    const release = {
      to: ['office:it-sco'],
      transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-2012' }],
    }
    const { json } = await house.ask(AICHA.person, SUBMIT, { input: report('stream-notice-1', { release }) })
    const id = json.data.submitReport.report.id
    const [paola, fanta] = await Promise.all([hear(PAOLA), hear(FANTA)])
    const withdraw =
      'mutation($id: ID!) { withdrawReport(report: $id, key: "stream-notice-2", reason: ERROR) { replayed } }'
    expect((await house.ask(AICHA.person, withdraw, { id })).json.errors).toBeUndefined()
    const { kind, about, time } = (await paola.heard()).data.events
    expect([kind, about]).toEqual(['NOTICE', id])
    expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(Math.floor(Date.parse(time) / 1_000))
    const message = await send(['ml-dnlt'])
    expect((await fanta.heard()).data.events.about).toBe(message)
    paola.leave()
    fanta.leave()
  })

  it('is for partners too, who hear of messages', async () => {
    const pia = await hear('ne-oim.pia')
    const id = await send(['ne-oim'])
    expect((await pia.heard()).data.events.about).toBe(id)
    pia.leave()
  })
})

describe('a stream is refused, whole and on record', () => {
  it.each<[string, string, string, object]>([
    ['without a purpose', PAOLA, 'PURPOSE_REQUIRED', { purpose: null }],
    ['to an observatory', 'fr-obs.omar', 'NOT_ALLOWED', {}],
    ['for a question', PAOLA, 'BAD_REQUEST', { query: '{ me { person } }' }],
    [
      'for two fields',
      PAOLA,
      'SYNTAX',
      { query: 'subscription { a: events { about } b: events { about } }' },
    ],
    ['for a field that is not there', PAOLA, 'SYNTAX', { query: 'subscription { me }' }],
    ['after a cursor of nobody', PAOLA, 'BAD_CURSOR', { after: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s', async (_, person, code, options) => {
    const { asked, answered, stop } = recording(portolan())
    const refused = await hear(person, options)
    stop()
    expect(refused.code()).toBe(code)
    const mine = answered.filter((one) => one.asked === asked.at(-1))
    expect(mine.map(({ answer }) => [answer.more, answer.detail.outcome])).toEqual([[undefined, code]])
  })

  it('after the cursor of another office', async () => {
    const fanta = await hear(FANTA)
    expect((await hear(PAOLA, { after: fanta.last() })).code()).toBe('BAD_CURSOR')
    fanta.leave()
  })

  it('and a subscription whose answer is to be one', async () => {
    expect((await house.ask(PAOLA, EVENTS)).json.errors[0].extensions.code).toBe('BAD_REQUEST')
  })
})

describe('a stream ends', () => {
  it('when its session does, with the reason and on record', async () => {
    const { answered, stop } = recording(portolan())
    const session = await login({ url: house.url, key: cast.key(PAOLA) })
    const paola = await listen(session)
    await session.logout()
    expect((await paola.heard()).errors[0].extensions.code).toBe('AUTH')
    expect(await paola.heard()).toBe('complete')
    expect(await paola.heard()).toBe(null)
    stop()
    expect(answered.at(-1)!.answer).toMatchObject({ more: false, detail: { outcome: 'AUTH' } })
  })

  it('when the assignment does', async () => {
    const fanta = await hear(FANTA)
    const body = {
      ...{ type: 'assignment' as const, assignment: 'a-ml-dnlt-fanta', person: FANTA, office: 'ml-dnlt' },
      ...{ role: 'FOCAL_POINT' as const, from: '2010-01-01', to: '2020-01-01' },
    }
    const { directory } = house.instance
    await directory.append(
      await cast.sign(body, ['anchor:ML'], directory.latest('assignment:a-ml-dnlt-fanta')),
    )
    expect((await fanta.heard()).errors[0].extensions.code).toBe('AUTH')
    expect(await fanta.heard()).toBe('complete')
  })

  it('when the same session opens more than two, the oldest first', async () => {
    const [oldest, older, newest] = [await hear(PAOLA), await hear(PAOLA), await hear(PAOLA)]
    expect((await oldest.heard()).errors[0].extensions.code).toBe('TOO_MANY_STREAMS')
    const id = await send(['it-sco'])
    for (const one of [older, newest]) {
      expect((await one.heard()).data.events.about).toBe(id)
      one.leave()
    }
  })

  it('when its reader takes nothing, and holds no more than a little for him', async () => {
    const { answered, stop } = recording(portolan())
    const session = await bareLogin(portolan(), cast, PAOLA)
    const cursor = (await hear(PAOLA)).last()
    // Aliases make an event large, so that few of them fill what the machine holds for a socket.
    const query = `subscription { events { ${Array.from({ length: 20 }, (_, i) => `a${i}: about`).join(' ')} about } }`
    const { head, body } = request(
      portolan(),
      '/graphql',
      { query, extensions: { purpose: PURPOSE, after: cursor } },
      session,
    )
    const { socket } = await dial(portolan())
    socket.pause()
    socket.write(
      Buffer.concat([Buffer.from(head.replace('\r\n\r\n', '\r\naccept: text/event-stream\r\n\r\n')), body]),
    )
    const long = 'x'.repeat(20_000)
    const isCut = () => answered.some(({ answer }) => answer.detail.outcome === 'UNREACHABLE')
    for (let n = 0; n < 400 && !isCut(); n++)
      await house.instance.events.publish({ kind: 'HANDOVER', offices: ['it-sco'], id: `slow-${n}-${long}` })
    await expect.poll(isCut, { timeout: 60_000 }).toBe(true)
    stop()
    socket.destroy()
  }, 300_000)

  it('when the server stops, in good order', async () => {
    const { answered, stop } = recording(portolan())
    const paola = await hear(PAOLA)
    const closing = closeHttp(house.server(), 5_000)
    expect(await paola.heard()).toBe('complete')
    await closing
    stop()
    expect(answered.at(-1)!.answer).toMatchObject({ more: false, detail: { outcome: 'OK' } })
    await house.restart({ pace: { heartbeat: 250, tick: 1_000 } })
  })
})

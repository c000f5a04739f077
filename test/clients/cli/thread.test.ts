import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealedMessage } from '../../laws/sealed-notes.ts'
import { openSite, type Site, WHY } from './site.ts'

// Requests, and what comes of them, between officers at their own machines, with a clock that is moved.

let site: Site
/** A unit's machine, which has its office's key too. */
let gao: string
let now = Date.now()
const HOUR = 3_600_000

beforeAll(async () => {
  site = await openSite(
    { clock: () => now },
    { more: [{ office: 'ml-gao', parent: 'ml-dnlt', persons: { binta: 'FOCAL_POINT' } }] },
  )
  gao = await site.makeHome(['ml-gao.binta', 'office:ml-gao', 'office:ml-dnlt'])
}, 1_500_000)
afterAll(() => site?.close())

const WHOM = {
  aicha: 'ne-dst.aicha',
  salif: 'ne-dst.salif',
  paola: 'it-sco.paola',
  fatoumata: 'ml-dnlt.fatoumata',
} as const
type Whom = keyof typeof WHOM

/** One command line of an officer; a message is never sent in the same millisecond as another. */
async function as(whom: Whom, ...args: string[]) {
  now += 1_000
  return site.here([...args, '--as', WHOM[whom], ...WHY, '--case', 'NE-2013/117'], { clock: () => now })
}
async function data(whom: Whom, ...args: string[]) {
  const { code, out, err } = await as(whom, ...args, '--json')
  if (code !== 0) throw new Error(`portolan ${args.join(' ')}: ${code}\n${err}`)
  return JSON.parse(out)
}
const refused = async (whom: Whom, ...args: string[]) => {
  const { code, err } = await as(whom, ...args)
  expect(code).toBeGreaterThan(0)
  return err.trim().split('\n').at(-1)!
}
const request = async (to: string, ...more: string[]): Promise<string> =>
  (
    await data(
      'aicha',
      ...['message', 'send', '--to', to, '--type', 'REQUEST', '--necessity', 'LINK_CASES'],
      ...['--text', 'Qui conduit ?', ...more],
    )
  ).id
const URGENT = ['--urgency', 'URGENT', '--urgency-reason', 'LIFE', '--access', 'DIRECT']

describe('a request to two offices', () => {
  let id: string

  it('is open for whoever asked and for whoever owes, each of whom sees what concerns him', async () => {
    id = await request('it-sco,ml-dnlt', ...URGENT)
    const { nodes } = await data('aicha', 'message', 'threads', '--state', 'OPEN')
    expect(nodes[0]).toMatchObject({ id, state: 'OPEN' })
    expect(nodes[0].owed.map(({ office, to }: Record<string, string>) => [office, to])).toEqual([
      ['it-sco', 'ne-dst'],
      ['ml-dnlt', 'ne-dst'],
    ])
    const italy = await data('paola', 'message', 'thread', id)
    expect(italy.owed).toMatchObject([{ office: 'it-sco', to: 'ne-dst', state: 'OPEN', settled: null }])
    expect(Date.parse(italy.owed[0].due) - Date.parse(italy.messages[0].received)).toBe(8 * HOUR)
  })

  it('is acknowledged, and the sender sees by whom and when', async () => {
    await data('paola', 'message', 'ack', id)
    const shown = await data('aicha', 'message', 'show', id)
    expect(shown.reached).toEqual(['it-sco', 'ml-dnlt'])
    expect(shown.receipts).toMatchObject([{ office: 'it-sco', signer: 'it-sco.paola' }])
    const { out } = await as('aicha', 'message', 'show', id, '--lang', 'fr')
    expect(out).toContain('it-sco.paola')
    // Mali was sent no acknowledgement, and learns of none.
    expect((await data('fatoumata', 'message', 'show', id)).receipts).toEqual([])
  })

  it('is overdue after its time where it was only acknowledged, and on the lists of both sides', async () => {
    now += 9 * HOUR
    for (const whom of ['aicha', 'paola'] as const) {
      const { nodes } = await data(whom, 'message', 'overdue')
      expect(nodes).toContainEqual(expect.objectContaining({ message: id, office: 'it-sco', to: 'ne-dst' }))
    }
    const { out } = await as('paola', 'message', 'overdue', '--lang', 'fr')
    expect(out).toContain('en retard')
  })

  it('is answered by one and refused by the other, and each is told so of himself only', async () => {
    await data('paola', 'message', 'answer', id, '--text', 'Le garagiste.')
    expect(await refused('fatoumata', 'message', 'refuse', id)).toContain('FUNDAMENTAL_RIGHTS')
    await data('fatoumata', 'message', 'refuse', id, '--reason', 'ONGOING_INVESTIGATION')
    const { owed, state, messages } = await data('aicha', 'message', 'thread', id)
    expect([owed[0].state, owed[1].state, state]).toEqual(['ANSWERED', 'REFUSED', 'REFUSED'])
    expect(messages).toHaveLength(4)
    const { messages: seen, owed: own } = await data('fatoumata', 'message', 'thread', id)
    expect([seen.length, own.length, own[0].state]).toEqual([2, 1, 'REFUSED'])
    for (const whom of ['aicha', 'paola', 'fatoumata'] as const)
      expect((await data(whom, 'message', 'overdue')).nodes).toEqual([])
  })

  it('may be asked by a later time and by no earlier one', async () => {
    const day = (days: number) => new Date(now + days * 24 * HOUR).toISOString()
    const due = day(20)
    const later = await request('it-sco', '--due', due)
    expect((await data('paola', 'message', 'thread', later)).owed[0].due).toBe(due)
    expect(
      await refused(
        ...(['aicha', 'message', 'send', '--to', 'it-sco', '--type', 'REQUEST'] as const),
        ...['--necessity', 'LINK_CASES', '--text', 'x', '--due', day(2)],
      ),
    ).toMatch(/^BAD_INPUT envelope\.dueAt: .*or later/)
  })

  it('says why it is needed, and by which law or in which case', async () => {
    const bare = ['message', 'send', '--to', 'it-sco', '--type', 'REQUEST', '--text', 'x']
    const none = await site.here([...bare, '--as', 'ne-dst.aicha', ...WHY], { clock: () => now })
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('LINK_CASES') })
    const lawless = await site.here([...bare, '--necessity', 'LINK_CASES', '--as', 'ne-dst.aicha', ...WHY], {
      clock: () => now,
    })
    expect(lawless.err).toMatch(/^BAD_INPUT envelope\.legalBasis/m)
    expect(
      await refused('aicha', ...bare, '--necessity', 'LINK_CASES', '--legal-basis', 'Loi de Moussa Diallo'),
    ).toMatch(/^BAD_INPUT envelope\.legalBasis/)
  })

  it('tells of another channel', async () => {
    const id = await request('it-sco', '--channel', 'SIENA:2026-1876')
    expect((await as('paola', 'message', 'open', id)).out).toContain('SIENA 2026-1876')
  })
})

describe('what an office was asked', () => {
  const binta = ['--as', 'ml-gao.binta', ...WHY, '--case', 'NE-2013/117']
  const unit = (...args: string[]) => {
    now += 1_000
    return site.here([...args, ...binta, '--json'], { home: gao, clock: () => now })
  }
  const isLate = async (whom: Whom, id: string) =>
    (await data(whom, 'message', 'overdue')).nodes.some(({ message }: { message: string }) => message === id)

  it('is answered by its unit, and all three offices see that it is settled, and by whom', async () => {
    const id = await request('ml-dnlt', ...URGENT)
    expect((await unit('message', 'open', id)).code).toBe(0)
    expect(JSON.parse((await unit('message', 'thread', id)).out).owed).toMatchObject([
      { office: 'ml-dnlt', state: 'OPEN' },
    ])
    expect((await unit('message', 'answer', id, '--text', 'Le garagiste de Gao.')).code).toBe(0)
    const seen = [
      JSON.parse((await unit('message', 'thread', id)).out),
      await data('aicha', 'message', 'thread', id),
      await data('fatoumata', 'message', 'thread', id),
    ]
    for (const { owed, messages } of seen) {
      expect(owed).toMatchObject([{ office: 'ml-dnlt', to: 'ne-dst', state: 'ANSWERED' }])
      expect(messages).toHaveLength(2)
    }
    const answer = JSON.parse(seen[2].messages[1].envelope)
    expect([answer.sender, answer.recipients]).toEqual(['ml-gao', ['ml-dnlt', 'ne-dst']])
    now += 9 * HOUR
    expect([await isLate('aicha', id), await isLate('fatoumata', id)]).toEqual([false, false])
  })

  it('stays open for all where its unit answers without it: nobody is told more than he can read', async () => {
    const id = await request('ml-dnlt', ...URGENT)
    const answer = ['message', 'send', '--to', 'ne-dst', '--type', 'ANSWER', '--in-reply-to', id]
    expect((await unit(...answer, '--text', 'Entre nous.')).code).toBe(0)
    for (const whom of ['aicha', 'fatoumata'] as const)
      expect((await data(whom, 'message', 'thread', id)).owed).toMatchObject([{ state: 'OPEN' }])
    now += 9 * HOUR
    expect([await isLate('aicha', id), await isLate('fatoumata', id)]).toEqual([true, true])
  })
})

describe('an alarm', () => {
  it('is acknowledged by whoever opens it, once', async () => {
    const { id } = await data(
      'aicha',
      ...['message', 'send', '--to', 'it-sco', '--type', 'LIFE_AT_RISK', '--text', 'Sans eau.'],
    )
    const opened = await as('paola', 'message', 'open', id)
    expect(opened).toMatchObject({ code: 0, err: expect.stringContaining('Acknowledged to ne-dst') })
    await as('paola', 'message', 'open', id)
    const { owed, messages } = await data('aicha', 'message', 'thread', id)
    expect(owed).toMatchObject([{ state: 'ACKNOWLEDGED' }])
    expect(messages).toHaveLength(2)
  })

  it('and another message only where the officer says so', async () => {
    const id = await request('it-sco')
    await as('paola', 'message', 'open', id)
    expect((await data('aicha', 'message', 'show', id)).receipts).toEqual([])
    await as('paola', 'message', 'open', id, '--receipt')
    expect((await data('aicha', 'message', 'show', id)).receipts).toHaveLength(1)
  })
})

describe('what another office wrote', () => {
  let id: string

  it('is not passed on without its consent', async () => {
    id = await request('it-sco', '--handling', 'H0,H2')
    expect(await refused('paola', 'message', 'forward', id, '--to', 'ml-dnlt')).toMatch(
      /^NOT_ALLOWED .*the consent of the originator, got none/,
    )
  })

  it('is passed on to whom it agreed, handled as it said, and the receiver sees whose it is', async () => {
    const asking = await data(
      'paola',
      ...['message', 'send', '--to', 'ne-dst', '--type', 'REQUEST', '--necessity', 'PASS_ON'],
      ...['--concerns', id, '--in-reply-to', id, '--text', 'Pouvons-nous le montrer à Bamako ?'],
    )
    const { id: consent } = await data('aicha', 'message', 'consent', asking.id, '--to', 'ml-dnlt')
    expect(
      await refused('paola', 'message', 'forward', id, '--to', 'ne-audit', '--consent', consent),
    ).toMatch(/^NOT_ALLOWED .*to which the originator agreed/)
    expect(
      await refused(
        'paola',
        ...['message', 'forward', id, '--to', 'ml-dnlt', '--consent', consent, '--handling', 'H0'],
      ),
    ).toMatch(/^NOT_ALLOWED .*at least H0 H2/)
    const passed = await data('paola', 'message', 'forward', id, '--to', 'ml-dnlt', '--consent', consent)
    const opened = await data('fatoumata', 'message', 'open', passed.id)
    expect(opened).toMatchObject({
      content: { text: 'Qui conduit ?' },
      envelope: { sender: 'it-sco', onwardOf: { object: id, originator: 'ne-dst', consent } },
    })
    expect((await data('aicha', 'message', 'show', id)).reached).toEqual(['it-sco', 'ml-dnlt'])
    // Mali may not pass it on in turn: Italy cannot agree in the place of Niger.
    const again = ['message', 'send', '--to', 'it-sco', '--type', 'REQUEST', '--necessity', 'PASS_ON']
    const third = await data(
      'fatoumata',
      ...again,
      '--concerns',
      passed.id,
      '--in-reply-to',
      passed.id,
      '--text',
      '?',
    )
    expect(await refused('paola', 'message', 'consent', third.id, '--to', 'ne-audit')).toMatch(/^NOT_ALLOWED/)
  })

  it('is never passed on where it said so', async () => {
    const mine = await request('it-sco', '--onward', 'NONE')
    expect(await refused('paola', 'message', 'forward', mine, '--to', 'ml-dnlt')).toMatch(
      /^NOT_ALLOWED .*what may be passed on/,
    )
  })

  it('is passed among those who had it where it said so', async () => {
    const open = await request('it-sco,ml-dnlt', '--onward', 'WITHIN_RELEASE')
    await data('paola', 'message', 'forward', open, '--to', 'ml-dnlt')
    expect(await refused('paola', 'message', 'forward', open, '--to', 'ne-audit')).toMatch(/^NOT_ALLOWED/)
  })

  it('is corrected and taken back by itself alone, for everybody who had it', async () => {
    expect(await refused('paola', 'message', 'correct', id, '--text', 'x')).toMatch(/^NOT_ALLOWED/)
    await data('aicha', 'message', 'correct', id, '--text', 'Le chauffeur est un autre.')
    // Mali had it by way of Italy, and is told all the same.
    const [correction] = (await data('fatoumata', 'message', 'inbox')).nodes
    expect(JSON.parse(correction.envelope)).toMatchObject({ type: 'CORRECTION', concerns: [id] })
    await data('fatoumata', 'message', 'ack', correction.id)
    expect((await data('aicha', 'message', 'show', correction.id)).receipts).toMatchObject([
      { office: 'ml-dnlt' },
    ])
    expect(await blobsOf(id)).toHaveLength(1)
    const { id: notice } = await data('aicha', 'message', 'erase', id)
    expect(await blobsOf(id)).toEqual([])
    expect(await refused('paola', 'message', 'open', id)).toMatch(/^NOT_FOUND.*ne-dst took back/)
    expect((await data('aicha', 'message', 'show', id)).erased).toBe(true)
    expect((await data('paola', 'message', 'open', notice)).envelope.type).toBe('ERASURE_NOTICE')
  })
})

describe('the server', () => {
  it('takes no message from the future, and none that waited for more than a month', async () => {
    for (const [off, code] of [
      [11 * 60_000, /BAD_DATE/],
      [-31 * 24 * HOUR, /BAD_DATE/],
    ] as const) {
      const { id, input } = await sealedAt(now + off)
      const { json } = await site.portolan.ask('ne-dst.aicha', SEND, { input })
      expect(json.errors[0].extensions.code, id).toMatch(code)
    }
    const { input } = await sealedAt(now - 7 * 24 * HOUR)
    expect((await site.portolan.ask('ne-dst.aicha', SEND, { input })).json.errors).toBeUndefined()
  })
})

const SEND = 'mutation($input: SendInput!) { sendMessage(input: $input) { id } }'
const blobsOf = async (id: string) =>
  (await readdir(site.portolan.home, { recursive: true })).filter((file) => file.endsWith(id))

/** A message that says it was made at another time than now, when it is signed. */
const sealedAt = (at: number) =>
  sealedMessage(site.cast, 'ne-dst', ['it-sco'], now, undefined, {
    created: new Date(at).toISOString(),
    dueAt: new Date(at + 7 * 24 * HOUR).toISOString(),
  })

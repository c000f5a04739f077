import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { type Gateway, openGateway } from '../../../clients/gateway/gateway.ts'
import { openHome } from '../../../clients/gateway/home.ts'
import { openRoad } from '../../../clients/gateway/road.ts'
import type { EvaluationOrder } from '../../../schema/wire/match.ts'
import { report, SUBMIT } from '../../report.ts'
import { killed } from '../../served.ts'
import { orderOf } from '../../server/match/orders.ts'
import { type Serving, serving } from '../core/match/serving.ts'
import { openSite, type Site, startCli, WHY } from './site.ts'

// Cards on watch, from the officer who seals one to the one who is told: real machines, a real server, real evaluators. The
// clock of all is moved from batch to batch, and from a year to the next.

const PERSONS = { 'ne-dst': 'ne-dst.aicha', 'ml-dnlt': 'ml-dnlt.fatoumata', 'it-sco': 'it-sco.paola' }
type Office = keyof typeof PERSONS
const OFFICES = Object.keys(PERSONS) as Office[]
const MINUTE = 60_000
const DAY = 86_400_000

let ahead = 0
const clock = () => Date.now() + ahead
const YEAR = new Date().getUTCFullYear()

let site: Site
let evaluators: Serving
let folder: string
let homes: Record<Office, string>
let entities: string[]

const as = (office: Office) => ['--as', PERSONS[office], ...WHY, '--case', 'NE-2026/0412']
const run = (office: Office, args: string[]) =>
  site.here([...args, ...as(office)], { home: homes[office], cwd: folder, clock })
async function json(office: Office, args: string[]) {
  const { code, out, err } = await run(office, [...args, '--json'])
  expect(code, err).toBe(0)
  return { ...JSON.parse(out), err, rows: JSON.parse(out) }
}
/** The batch of the minute runs. */
async function batch() {
  ahead += MINUTE
  await site.portolan.instance.matching.tick()
}
/** Beyond what any officer's minute still counts. */
const rest = () => {
  ahead += 2 * MINUTE
}

let cards = 0
async function seal(
  office: Office,
  phone: string,
  more: string[] = [],
  subject: object = {},
  about?: string,
) {
  const file = `card-${++cards}.json`
  const identifiers = [{ kind: 'PHONE', value: phone, source: 'B', information: 'N2' }]
  const content = { kind: 'PERSON', subject: { category: 'SUSPECT', ...subject }, identifiers }
  await writeFile(join(folder, file), JSON.stringify(content))
  const entity = about ?? entities[cards % entities.length]!
  return { ...(await json(office, ['card', 'seal', entity, '--file', file, ...more])), entity }
}

async function addKey(epoch: number, to = Object.values(homes)) {
  await writeFile(join(folder, 'key.json'), JSON.stringify(evaluators.keys.get(epoch)))
  for (const home of to)
    expect((await site.here(['match', 'key', 'add', 'key.json'], { home, cwd: folder, clock })).code).toBe(0)
}

beforeAll(async () => {
  site = await openSite({ clock })
  folder = await mkdtemp(join(tmpdir(), 'portolan-watch-'))
  const made = await Promise.all(
    OFFICES.map(
      async (office) => [office, await site.makeHome([PERSONS[office], `office:${office}`])] as const,
    ),
  )
  homes = Object.fromEntries(made) as Record<Office, string>
  const { receiptKey } = (await site.portolan.session('ne-dst.aicha')).login()
  await run('it-sco', ['directory', 'show'])
  evaluators = await serving({
    ...{ folder, clock, epochs: [YEAR, YEAR + 1] },
    platform: { instance: 'test-instance', origin: site.portolan.url, key: receiptKey },
    client: { folder: homes['it-sco'], genesis: site.genesisHash },
  })
  const transfers = ['IT', 'ML', 'NE'].map((country) => ({
    country,
    basis: 'SAFEGUARDS',
    assessment: 'MoU-2012',
  }))
  const names = Array.from({ length: 20 }, (_, at) => `actor-${at}`)
  const input = report('match-watch-1', {
    release: { to: ['all'], transfers },
    entities: names.map((local) => ({ local, kind: 'ACTOR' })),
    claims: names.map((entity) => ({
      actor: { entity, label: `Watch-${entity}`, category: 'SUSPECT', benefit: 'SHOWN' },
    })),
  })
  const { json: answer } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input })
  expect(answer.errors).toBeUndefined()
  entities = answer.data.submitReport.ids.map(({ id }: { id: string }) => id)
}, 1_500_000)
afterAll(async () => {
  await evaluators?.close()
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a card that is sealed', () => {
  it('makes no tokens where there is no match key, and needs no case', async () => {
    const before = evaluators.captured.length
    expect((await seal('ne-dst', '+22790000001')).err).not.toContain('on watch')
    expect(evaluators.captured.length).toBe(before)
    await addKey(YEAR)
  })

  it('answers who asks where its office announces, and nobody where it is to be told first, which is the default', async () => {
    const open = await seal('ne-dst', '+22790000002', ['--match', 'announce'])
    expect(open.err).toContain('1 identifier of this card is on watch')
    const silent = await seal('ne-dst', '+22790000003')
    await seal('ne-dst', '+22790000004', ['--match', 'none'])
    const lines = [2, 3, 4, 5].map((last) => `PHONE,+227 9000000${last}`)
    await writeFile(join(folder, 'ask.csv'), lines.join('\n'))
    const [asked] = (await json('ml-dnlt', ['match', 'ask', '--file', 'ask.csv'])).rows
    expect(asked).toMatchObject({ asked: 4, left: 0 })
    expect(
      (await json('ml-dnlt', ['match', 'answers'])).rows.map(({ outcome }: { outcome: string }) => outcome),
    ).toEqual(['PENDING', 'PENDING', 'PENDING', 'PENDING'])
    await batch()
    const { rows } = await json('ml-dnlt', ['match', 'answers'])
    expect(rows.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'HIT',
      'NO_HIT',
      'NO_HIT',
      'NO_HIT',
    ])
    expect(rows[0]).toMatchObject({ normal: '+22790000002', hits: [{ office: 'ne-dst' }] })
    rest()
    const { rows: hidden } = await json('ml-dnlt', ['match', 'ask', 'PHONE', '+22790000003'])
    expect(hidden).toMatchObject([{ left: 0 }])
    expect(await json('ne-dst', ['match', 'choose', silent.card, 'announce'])).toMatchObject({
      choice: 'ANNOUNCE',
    })
    expect((await run('ne-dst', ['match', 'choose', silent.card, 'loudly'])).code).toBe(2)
    await batch()
    expect(await hitsOf('ml-dnlt', '+22790000003')).toBe(1)
    const shown = await run('ml-dnlt', ['match', 'answers', '--lang', 'fr'])
    expect(shown.out).toMatch(/\+22790000002.*concordance.*ne-dst/)
  })

  /** What an office has of a thread, oldest first. */
  async function threadOf(office: Office, message: string) {
    const { messages } = await json(office, ['message', 'thread', message])
    return { envelopes: messages.map(({ envelope }: { envelope: string }) => JSON.parse(envelope)) }
  }

  /** A card of each of two offices with one number, and the hit as each of them is told. */
  async function met(phone: string) {
    const sealed = {
      'ne-dst': await seal('ne-dst', phone, ['--match', 'first']),
      'ml-dnlt': await seal('ml-dnlt', phone, ['--match', 'first']),
    }
    await batch()
    const told = async (office: keyof typeof sealed) =>
      (await json(office, ['match', 'hits'])).nodes.find(
        ({ card }: { card: string }) => card === sealed[office].card,
      )
    return { sealed, told }
  }

  it('meets another office’s card of the same number without anybody asking; each says what it will', async () => {
    rest()
    const { told } = await met('+22790000010')
    const { id, ...hit } = await told('ne-dst')
    expect(hit).toMatchObject({ type: 'PHONE', office: null, announced: false })
    expect(await told('ml-dnlt')).toMatchObject({ id, office: null })
    expect(await json('ne-dst', ['match', 'hit', 'announce', id])).toMatchObject({ announced: true })
    expect(await told('ml-dnlt')).toMatchObject({ office: 'ne-dst', announced: false })
    expect((await run('ml-dnlt', ['match', 'hit', 'refuse', id])).code).toBe(2)
    const refused = ['match', 'hit', 'refuse', id, '--reason', 'ongoing-investigation']
    expect(await json('ml-dnlt', refused)).toMatchObject({ refused: 'ONGOING_INVESTIGATION' })
    expect((await run('ml-dnlt', ['match', 'hits'])).out).toContain('you go no further')
    expect((await json('it-sco', ['match', 'hits'])).nodes).toEqual([])
  })

  it('has its owner written to by whoever asked and said with his question what is to be written', async () => {
    rest()
    const { entity } = await seal('ne-dst', '+22790000012', ['--match', 'announce'])
    expect(entity).toEqual(expect.any(String))
    await json('ml-dnlt', [
      'match',
      'ask',
      'PHONE',
      '+22790000012',
      '--notice',
      'We hold it in a case of Gao.',
    ])
    await batch()
    const { rows, err } = await json('ml-dnlt', ['match', 'answers'])
    const [{ id }] = rows.find(({ normal }: { normal: string }) => normal === '+22790000012').hits
    expect(err).toContain(`Notice of hit ${id} goes to ne-dst.`)
    expect((await json('ml-dnlt', ['match', 'answers'])).err).not.toContain('Notice')
    const told = async (office: Office) =>
      (await json(office, ['match', 'hits'])).nodes.find((hit: { id: string }) => hit.id === id)
    const { notice } = await told('ne-dst')
    expect(await told('ml-dnlt')).toMatchObject({ notice })
    const opened = await run('ne-dst', ['message', 'open', notice])
    expect(opened.out).toContain('We hold it in a case of Gao.')
    expect(opened.out).toContain(id)
    await json('ne-dst', ['message', 'answer', notice, '--offer', 'JOINT_TEAM', '--text', 'Let us meet.'])
    const { envelopes } = await threadOf('ml-dnlt', notice)
    expect(envelopes).toMatchObject([
      { type: 'HIT_NOTICE', hit: id },
      { type: 'ANSWER', offer: 'JOINT_TEAM' },
    ])
  })

  it('is written about by hand where both are announced, and refused where the other wrote', async () => {
    rest()
    const { told } = await met('+22790000013')
    const { id } = await told('ne-dst')
    const unnamed = await run('ne-dst', ['match', 'hit', 'notice', id])
    expect([unnamed.code, unnamed.err]).toEqual([4, expect.stringContaining('NOT_ALLOWED')])
    await json('ml-dnlt', ['match', 'hit', 'announce', id])
    const silent = await run('ne-dst', ['match', 'hit', 'notice', id])
    expect([silent.code, silent.err]).toEqual([4, expect.stringContaining(`match hit announce ${id}`)])
    await json('ne-dst', ['match', 'hit', 'announce', id])
    await json('ne-dst', ['match', 'hit', 'notice', id])
    const { notice } = await told('ml-dnlt')
    expect((await run('ml-dnlt', ['message', 'open', notice])).out).toContain(
      `ne-dst.aicha of ne-dst gives notice of hit ${id}: telephone`,
    )
    await json('ml-dnlt', ['match', 'hit', 'refuse', id, '--reason', 'SAFETY_OF_PERSON'])
    const { envelopes } = await threadOf('ne-dst', notice)
    expect(envelopes).toMatchObject([
      { type: 'HIT_NOTICE' },
      { type: 'REFUSAL', refusal: 'SAFETY_OF_PERSON' },
    ])
    expect(await told('ne-dst')).toMatchObject({ theirRefusal: 'SAFETY_OF_PERSON' })
    // The same again is no other message.
    await json('ml-dnlt', ['match', 'hit', 'refuse', id, '--reason', 'SAFETY_OF_PERSON'])
    expect((await threadOf('ne-dst', notice)).envelopes).toHaveLength(2)
  })

  it('goes no further where the notice of it is refused', async () => {
    rest()
    const { told } = await met('+22790000014')
    const { id } = await told('ne-dst')
    for (const office of ['ne-dst', 'ml-dnlt'] as const) await json(office, ['match', 'hit', 'announce', id])
    await json('ne-dst', ['match', 'hit', 'notice', id, '--text', 'Same telephone.'])
    const { notice } = await told('ml-dnlt')
    await json('ml-dnlt', ['message', 'refuse', notice, '--reason', 'NOT_HELD'])
    expect(await told('ml-dnlt')).toMatchObject({ refused: 'NOT_HELD' })
  })

  it('is joined with it once both offices say that they mean the same', async () => {
    rest()
    const { sealed, told } = await met('+22790000011')
    const { id } = await told('ne-dst')
    const same = (office: 'ne-dst' | 'ml-dnlt') => [
      ...['match', 'hit', 'same', id, sealed[office].entity, '--grade', 'B2', '--review', '2040-01-01'],
      ...['--legal-basis', 'Law-2010-86'],
      ...['--transfer', office === 'ne-dst' ? 'ML=SAFEGUARDS:MoU-2011' : 'NE=SAFEGUARDS:MoU-2011'],
    ]
    for (const office of ['ne-dst', 'ml-dnlt'] as const) await json(office, ['match', 'hit', 'announce', id])
    expect((await run('ne-dst', ['match', 'hit', 'same', id, sealed['ne-dst'].entity])).code).toBe(2)
    expect(await json('ne-dst', same('ne-dst'))).toMatchObject({ proposed: true, same: null })
    expect((await run('ml-dnlt', ['match', 'hits'])).out).toContain('they propose')
    const { same: joined } = await json('ml-dnlt', same('ml-dnlt'))
    expect(joined).toEqual(expect.any(String))
    expect((await run('ml-dnlt', ['match', 'hits'])).out).toContain(`joined by report ${joined}`)
  })

  it.each([{ category: 'VICTIM' }, { category: 'WITNESS' }, { minor: true }, { coerced: true }])(
    'about somebody who is protected makes no token, and is refused where one is asked for: %o',
    async (subject) => {
      rest()
      const before = evaluators.captured.length
      await seal('ne-dst', '+22790000020', [], subject)
      await expect(seal('ne-dst', '+22790000020', ['--match', 'announce'], subject)).rejects.toThrow(
        /PROTECTED_PERSON/,
      )
      expect(evaluators.captured.length).toBe(before)
    },
  )

  it('about an entity that a report says is protected is sealed, and put on watch neither now nor later', async () => {
    rest()
    const input = report('match-watch-2', {
      release: { to: [], transfers: [] },
      entities: [{ local: 'helmsman', kind: 'ACTOR' }],
      claims: [
        {
          actor: {
            ...{ entity: 'helmsman', label: 'Watch-helmsman', category: 'OTHER', benefit: 'NONE' },
            coerced: true,
          },
        },
      ],
    })
    const { json: answer } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input })
    expect(answer.errors).toBeUndefined()
    const [{ id }] = answer.data.submitReport.ids
    const sealed = await seal('ne-dst', '+22790000040', ['--match', 'announce'], {}, id)
    expect(sealed.err).toMatch(/sealed and not on watch.*protected/)
    expect(await json('ne-dst', ['match', 'renew'])).toMatchObject({ renewed: 0, left: 0 })
    await json('ml-dnlt', ['match', 'ask', 'PHONE', '+22790000040'])
    await batch()
    expect(await hitsOf('ml-dnlt', '+22790000040')).toBe(0)
  })

  it('is sealed all the same where evaluators are away, and put on watch later', async () => {
    rest()
    for (const country of ['IT', 'ML']) evaluators.bend(country, () => ({ status: 503, body: 'sorry' }))
    const sealed = await seal('ne-dst', '+22790000030', ['--match', 'announce'])
    expect(sealed.err).toMatch(/sealed and not on watch/)
    for (const country of ['IT', 'ML']) evaluators.bend(country, null)
    expect(await json('ne-dst', ['match', 'renew'])).toMatchObject({ renewed: 1, left: 0 })
    await json('ml-dnlt', ['match', 'ask', 'PHONE', '+22790000030'])
    await batch()
    const { rows } = await json('ml-dnlt', ['match', 'answers'])
    const one = rows.find(({ normal }: { normal: string }) => normal === '+22790000030')
    expect(one).toMatchObject({ outcome: 'HIT', hits: [{ office: 'ne-dst' }] })
  })
})

function statusOf(socketPath: string, body: string): Promise<number> {
  return new Promise((settle, fail) => {
    const call = request({ socketPath, path: '/order', method: 'POST' }, (answer) => {
      answer.resume()
      settle(answer.statusCode!)
    })
    call.on('error', fail).end(body)
  })
}

describe('a gateway', () => {
  it('signs the orders of the command line, and nothing else', async () => {
    rest()
    const home = await openHome(homes['it-sco'], '/')
    const key = await (await openKeyStore(home.keys)).loadKey('it-sco.paola', async () => '')
    const road = openRoad({ home, key, url: site.portolan.url, clock })
    const gateway: Gateway = await openGateway({ home, key, road, purpose: null })
    try {
      await json('it-sco', ['match', 'ask', 'PHONE', '+22790000002'])
      await batch()
      expect((await json('it-sco', ['match', 'answers'])).rows).toEqual([
        expect.objectContaining({ outcome: 'HIT' }),
      ])
      const order = evaluators.captured
        .map((text) => JSON.parse(text).order)
        .find((one) => one?.person === 'ne-dst.aicha')
      for (const wrong of [order, { format: 'portolan.evaluate.1', text: 'anything' }, 'LOGIN-v1'])
        expect(await statusOf(gateway.socket, JSON.stringify(wrong))).toBe(400)
      expect(await statusOf(gateway.socket, JSON.stringify({ ...order, person: 'it-sco.paola' }))).toBe(200)
    } finally {
      await gateway.close()
      await road.logout()
    }
  })
})

describe('a file of questions', () => {
  it('that is killed as it waits for the next minute goes on with what is left, and has nothing evaluated twice', async () => {
    rest()
    const lines = Array.from({ length: 30 }, (_, at) => `PHONE,+2279300${1_000 + at}`)
    await writeFile(join(folder, 'killed.csv'), lines.join('\n'))
    const before = evaluators.captured.length
    const child = startCli(['match', 'ask', '--file', 'killed.csv', ...as('it-sco')], {
      ...{ home: homes['it-sco'], cwd: folder },
    })
    let said = ''
    for await (const chunk of child.stderr!) {
      said += chunk
      if (said.includes('budget of this minute')) break
    }
    await killed(child)
    rest()
    const { rows } = await json('it-sco', ['match', 'resume'])
    expect(rows).toMatchObject([{ asked: 30, left: 0 }])
    const orders = evaluators.captured.slice(before).flatMap((text) => JSON.parse(text).order ?? [])
    const asked = orders.filter((order) => order.commitments) as EvaluationOrder[]
    expect(asked.map(({ elements }) => elements.length).sort()).toEqual([10, 10, 20, 20])
    await batch()
    const answers = (await json('it-sco', ['match', 'answers'])).rows as { normal: string; outcome: string }[]
    const own = answers.filter(({ normal }) => normal.startsWith('+2279300'))
    expect(own.map(({ outcome }) => outcome)).toEqual(own.map(() => 'NO_HIT'))
    expect(own).toHaveLength(30)
  })
})

/** How many questions about a number have been answered with a hit. */
async function hitsOf(office: Office, number: string): Promise<number> {
  const { rows } = await json(office, ['match', 'answers'])
  return rows.filter(
    (row: { normal: string; outcome: string }) => row.normal === number && row.outcome === 'HIT',
  ).length
}

describe('the budget of a day', () => {
  it('that is spent leaves the rest of a file for the next day', async () => {
    const home = await site.makeHome(['ne-dst.salif'])
    const salif = ['--as', 'ne-dst.salif', ...WHY, '--case', 'NE-2026/0412', '--json']
    const here = (args: string[]) => site.here([...args, ...salif], { home, cwd: folder, clock })
    await writeFile(join(folder, 'key.json'), JSON.stringify(evaluators.keys.get(YEAR)))
    await site.here(['match', 'key', 'add', 'key.json'], { home, cwd: folder, clock })
    ahead += DAY - (clock() % DAY) + DAY / 2
    const PERMIT = 'mutation($order: String!) { permitEvaluation(order: $order) }'
    const caller = (await site.portolan.session('ne-dst.salif')).login().caller
    for (let spent = 0; spent < 180; spent += 20) {
      const order = orderOf(caller, 20, { epoch: YEAR, created: new Date(clock()).toISOString() })
      const { json: answer } = await site.portolan.ask('ne-dst.salif', PERMIT, {
        order: JSON.stringify(order),
      })
      expect(answer.errors).toBeUndefined()
      rest()
    }
    await run('it-sco', ['directory', 'show'])
    const lines = Array.from({ length: 20 }, (_, at) => `PHONE,+2279100${1_000 + at}`)
    await writeFile(join(folder, 'first.csv'), lines.join('\n'))
    expect(JSON.parse((await here(['match', 'ask', '--file', 'first.csv'])).out)).toMatchObject([
      { asked: 20, left: 0 },
    ])
    rest()
    const kept = JSON.parse((await here(['match', 'ask', 'PHONE', '+22791002000'])).out)
    expect(kept).toMatchObject([{ asked: 0, left: 1, goesOn: expect.stringMatching(/T00:00:00.000Z$/) }])
    expect(JSON.parse((await here(['match', 'resume'])).out)).toMatchObject([{ asked: 0, left: 1 }])
    ahead += DAY
    await run('it-sco', ['directory', 'show'])
    expect(JSON.parse((await here(['match', 'resume'])).out)).toMatchObject([{ asked: 1, left: 0 }])
  })
})

describe('a new year', () => {
  it('has another key: cards are put on watch by it too, as far as they are not', async () => {
    rest()
    await addKey(YEAR + 1)
    const watched = (await readdir(join(homes['ne-dst'], 'match', 'ne-dst.aicha', 'watched'))).length
    expect(await json('ne-dst', ['match', 'renew'])).toMatchObject({ renewed: watched, left: 0 })
    expect(await json('ne-dst', ['match', 'renew'])).toMatchObject({ renewed: 0, left: 0 })
  })

  it('has cards put on watch from a machine that never had them, as their office chose', async () => {
    rest()
    const files = await readdir(join(homes['ml-dnlt'], 'match', 'ml-dnlt.fatoumata', 'watched'))
    const [card, ...others] = files.map((file) => file.split('.')[0]!)
    await json('ml-dnlt', ['match', 'choose', card!, 'silent'])
    const fresh = await site.makeHome([PERSONS['ml-dnlt'], 'office:ml-dnlt'])
    for (const epoch of [YEAR, YEAR + 1]) await addKey(epoch, [fresh])
    const renew = ['match', 'renew', ...as('ml-dnlt'), '--json']
    const { out, err } = await site.here(renew, { home: fresh, cwd: folder, clock })
    expect(JSON.parse(out || err)).toEqual({ renewed: 1 + others.length, left: 0 })
    expect(await json('ml-dnlt', ['match', 'renew'])).toMatchObject({ renewed: 0, left: 0 })
    const query = 'query($epoch: Int!) { cardsToRenew(epoch: $epoch, first: 100) { id epochs choice } }'
    const { json: due } = await site.portolan.ask('ml-dnlt.fatoumata', query, { epoch: YEAR + 2 })
    const both = due.data.cardsToRenew.map(({ epochs, ...one }: { epochs: number[] }) => ({
      ...{ ...one, epochs: [...epochs].sort() },
    }))
    expect(both).toHaveLength(1 + others.length)
    expect(both).toContainEqual({ id: card, epochs: [YEAR, YEAR + 1], choice: 'SILENT' })
  })

  it('meets what is asked by it', async () => {
    const next = Date.UTC(YEAR + 1, 0, 2) - Date.now()
    ahead = next
    for (const office of OFFICES) expect((await run(office, ['whoami'])).code).toBe(0)
    await run('it-sco', ['directory', 'show'])
    const before = await hitsOf('ml-dnlt', '+22790000002')
    await json('ml-dnlt', ['match', 'ask', 'PHONE', '+22790000002'])
    await batch()
    expect(await hitsOf('ml-dnlt', '+22790000002')).toBe(before + 1)
  })
})

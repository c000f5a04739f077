import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomOf } from '../bench/random.ts'
import { ended, openSite, type Site, startCli, WHY } from '../clients/cli/site.ts'
import { GRADING } from '../report.ts'
import { openThrottle, type Throttle } from './throttle.ts'

// The link of a post in the desert: 32 kbit/s, 1.5 s there and back, every tenth segment lost. Real command lines speak
// over it to a real server.

const DESERT = { rate: 4_000, delay: 750, loss: 0.1, retransmit: 2_000, chance: randomOf(3).next }
/** What the link carries in 30 s, if it loses nothing: a larger body is under way for longer than a signature may be old. */
const LASTING = 30 * DESERT.rate
/** What a typical report may cost on the wire, both ways, in octets. */
const REPORT = 20_000

let throttle: Throttle
let sent: string
let site: Site
let niger: string
let second: string
let mali: string
let italy: string
let rome: string
let folder: string
const aicha = ['--as', 'ne-dst.aicha', '--case', 'NE-2013-117', ...WHY]
const salif = ['--as', 'ne-dst.salif', '--case', 'NE-2013-117', ...WHY]
const fatou = ['--as', 'ml-dnlt.fatoumata', '--case', 'ML-2013-9', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]

beforeAll(async () => {
  throttle = await openThrottle(0)
  site = await openSite({ origin: throttle.url })
  throttle.aim(Number(new URL(site.portolan.url).port))
  niger = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'], throttle.url)
  second = await site.makeHome(['ne-dst.salif', 'office:ne-dst'], throttle.url)
  mali = await site.makeHome(['ml-dnlt.fatoumata', 'office:ml-dnlt'], throttle.url)
  italy = await site.makeHome(['it-sco.paola', 'office:it-sco'], throttle.url)
  rome = await site.makeHome(['it-sco.paola', 'office:it-sco'], throttle.url)
  folder = await mkdtemp(join(tmpdir(), 'portolan-desert-'))
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  await throttle?.close()
})

/** As an officer writes it: who, with whom, by which way and at what price; and what he heard, in a page of words. */
const actors = ['Addax', 'Fennec', 'Harmattan', 'Tifinagh']
const typical = {
  reference: 'NE-2013-117',
  purpose: 'OPERATIONAL',
  legalBasis: 'Law-2010-86',
  reviewDue: '2030-01-01',
  release: {
    to: ['all'],
    transfers: ['IT', 'ML'].map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' })),
  },
  defaults: GRADING,
  entities: [
    ...actors.map((local) => ({ local, kind: 'ACTOR' })),
    { local: 'ring', kind: 'NETWORK' },
    { local: 'way', kind: 'ROUTE' },
    ...['first', 'second'].map((local) => ({ local, kind: 'LEG' })),
    ...['agadez', 'dirkou', 'sabha'].map((local) => ({ local, kind: 'PLACE' })),
  ],
  claims: [
    ...actors.map((entity) => ({
      actor: { entity, label: `${entity}-2013`, category: 'SUSPECT', benefit: 'SHOWN' },
    })),
    { network: { entity: 'ring', label: 'Agadez-transport', status: 'ACTIVE' } },
    ...actors.map((from) => ({
      memberOf: { from, to: 'ring', level: 'L2', role: 'FIXER' },
      observedFrom: '2013-01-01',
    })),
    { worksWith: { from: 'Addax', to: 'Fennec', tie: 'FINANCE' } },
    { route: { entity: 'way', label: 'Agadez-Sabha', status: 'OPEN' } },
    { operates: { from: 'ring', to: 'way' } },
    ...['first', 'second'].map((to, i) => ({ hasLeg: { from: 'way', to, position: i + 1 } })),
    ...['agadez', 'dirkou', 'sabha'].map((entity) => ({ place: { entity, label: `Place-${entity}` } })),
  ],
}
const narrative = 'Le convoi du lundi part de la gare routière avant l’aube, avec trois véhicules. '.repeat(
  25,
)

const LETTER = 'é'.repeat(46_000)
/** Two chunks: the smallest that there is, and what is left of the file. */
const FIRST = 2 ** 18
const FILE = randomBytes(FIRST + 20_000)
const FILM = 'film.mp4'

const send = (more: string[], who: string[], home: string) => {
  const line = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', ...more, ...who]
  return site.data(line, { home, cwd: folder }) as Promise<{ id: string; queued?: true }>
}
const read = (id: string, more: string[] = []) =>
  site.data(['message', 'open', id, ...more, ...paola], { home: italy })

/** The length that a request or an answer says of its body, where a segment begins one. */
const lengthIn = (segment: Buffer) => Number(/^content-length: (\d+)/im.exec(segment.toString('latin1'))?.[1])

const SEND_FILM = [
  ...['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', 'x'],
  ...['--attach', FILM, ...fatou],
]

/** The first chunk goes up before the link turns weak; the second is cut off each time, and then the command is killed. */
async function beginFilm(): Promise<void> {
  const child = startCli(SEND_FILM, { home: mali, cwd: folder })
  const end = ended(child)
  throttle.onSegment = (direction, segment) =>
    direction === 'up' && isChunk(segment) && lengthIn(segment) < FIRST
  const held = async () =>
    (await readdir(join(site.portolan.home, 'attachments'), { recursive: true })).some((name) =>
      /(^|\/)001\.[^/]*$/.test(name),
    )
  while (child.exitCode === null && !(await held())) await new Promise((go) => setTimeout(go, 20))
  child.kill('SIGKILL')
  await end
  throttle.onSegment = null
}
const isChunk = (segment: Buffer) => segment.toString('latin1').startsWith('PUT /object')

/** Cuts the connection on which the next chunk goes up, once, when half of it has passed. */
function cutOnce(): () => number {
  let cuts = 0
  let on: number | null = null
  let passed = 0
  throttle.onSegment = (direction, segment, connection) => {
    if (direction !== 'up' || cuts > 0) return false
    if (on === null && isChunk(segment)) on = connection
    if (connection !== on) return false
    passed += segment.length
    if (passed < 10_000) return false
    cuts += 1
    return true
  }
  return () => cuts
}

describe.concurrent('over a link of 32 kbit/s, 1.5 s there and back, with every tenth segment lost', () => {
  let received: string
  beforeAll(async () => {
    for (const [name, octets] of [
      ['letter.txt', LETTER],
      [FILM, FILE],
    ] as const)
      await writeFile(join(folder, name), octets)
    received = (await send(['--file', 'letter.txt'], salif, second)).id
    await beginFilm()
    throttle.reset()
    throttle.weaken(DESERT)
  }, 300_000)
  // Each client has a link of its own, and the four work at the same time.
  afterAll(() => throttle.weaken({}))

  it('an officer signs in and reports with a sealed note', async () => {
    expect(await site.run(['login', ...aicha], { home: niger })).toMatchObject({ code: 0 })
    const [report, note] = [join(folder, 'desert.json'), join(folder, 'desert.txt')]
    await writeFile(report, JSON.stringify(typical))
    await writeFile(note, narrative)
    const submitted = await site.data(['report', 'submit', report, '--note', note, ...aicha], { home: niger })
    expect(submitted).toMatchObject({ replayed: false, report: { status: 'CURRENT' } })
  }, 600_000)

  it('a letter goes up whole that is under way for longer than a signature may be old', async () => {
    const { id, queued } = await send(['--file', 'letter.txt'], salif, second)
    expect(queued).toBeUndefined()
    expect(throttle.most().up).toBeGreaterThan(LASTING)
    sent = id
  }, 600_000)

  it('and one comes down whole', async () => {
    const opened = await read(received)
    expect(throttle.most().down).toBeGreaterThan(LASTING)
    expect(opened.content.text).toBe(LETTER)
  }, 600_000)

  it('an attachment that is cut goes on behind what had arrived, both ways, and is whole at the reader', async () => {
    const cuts = cutOnce()
    const { code, out, err } = await site.run([...SEND_FILM, '--json'], { home: mali, cwd: folder })
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringContaining('the server has 1 of 2 chunks'),
    })
    expect(cuts()).toBe(1)
    const into = join(folder, 'kept')
    await mkdir(into)
    // Read as far as the first chunk before the link turned weak.
    await writeFile(join(into, `${FILM}.part`), FILE.subarray(0, FIRST))
    await site.data(['message', 'open', JSON.parse(out).id, '--save', into, ...paola], { home: rome })
    expect((await readFile(join(into, FILM))).equals(FILE)).toBe(true)
    expect(await readdir(into)).toEqual([FILM])
  }, 600_000)
})

describe('when the link is good again', () => {
  it('the letter is read as it was written', async () => {
    expect((await read(sent)).content.text).toBe(LETTER)
  })

  it(`a typical report with its note costs at most ${REPORT} octets, login and all`, async () => {
    const [report, note] = [join(folder, 'again.json'), join(folder, 'again.txt')]
    await writeFile(report, JSON.stringify({ ...typical, key: 'again-in-the-desert' }))
    await writeFile(note, narrative)
    throttle.reset()
    await site.data(['report', 'submit', report, '--note', note, ...aicha], { home: niger })
    const { up, down } = throttle.bytes()
    console.info(`a typical report on the wire: ${up} octets up, ${down} down`)
    expect(up + down).toBeLessThanOrEqual(REPORT)
    expect(up).toBeGreaterThan(4_000)
  })
})

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomOf } from '../bench/random.ts'
import { openSite, type Site, WHY } from '../clients/cli/site.ts'
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
let site: Site
let niger: string
let italy: string
let folder: string
const aicha = ['--as', 'ne-dst.aicha', '--case', 'NE-2013-117', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]

beforeAll(async () => {
  throttle = await openThrottle(0)
  site = await openSite({ origin: throttle.url })
  throttle.aim(Number(new URL(site.portolan.url).port))
  niger = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'], throttle.url)
  italy = await site.makeHome(['it-sco.paola', 'office:it-sco'], throttle.url)
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

describe('over a link of 32 kbit/s, 1.5 s there and back, with every tenth segment lost', () => {
  it('an officer signs in and reports with a sealed note', async () => {
    throttle.weaken(DESERT)
    expect(await site.run(['login', ...aicha], { home: niger })).toMatchObject({ code: 0 })
    const [report, note] = [join(folder, 'desert.json'), join(folder, 'desert.txt')]
    await writeFile(report, JSON.stringify(typical))
    await writeFile(note, narrative)
    const submitted = await site.data(['report', 'submit', report, '--note', note, ...aicha], { home: niger })
    expect(submitted).toMatchObject({ replayed: false, report: { status: 'CURRENT' } })
  }, 600_000)

  it('a letter passes whole, both ways, that is under way for longer than a signature may be old', async () => {
    throttle.weaken(DESERT)
    const letter = join(folder, 'letter.txt')
    const text = 'é'.repeat(46_000)
    await writeFile(letter, text)
    const send = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--file', letter]
    throttle.reset()
    const sent = await site.data([...send, ...aicha], { home: niger })
    expect(sent.queued).toBeUndefined()
    expect(throttle.bytes().up).toBeGreaterThan(LASTING)
    throttle.reset()
    const opened = await site.data(['message', 'open', sent.id, ...paola], { home: italy })
    expect(throttle.bytes().down).toBeGreaterThan(LASTING)
    expect(opened.content.text).toBe(text)
  }, 600_000)

  it(`a typical report with its note costs at most ${REPORT} octets, login and all`, async () => {
    throttle.weaken({})
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

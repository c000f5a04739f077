import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenKey } from '../../../clients/core/keys.ts'
import { opens } from '../../../clients/core/rewrap.ts'
import type { OfficeBody } from '../../../schema/wire/directory.ts'
import { walk } from '../../../schema/wire/packet.ts'
import { report, SUBMIT } from '../../report.ts'
import { type Desks, openDesks } from '../../server/exchange/desks.ts'
import { openSite, type Site, WHY } from './site.ts'

// What an office sealed is sealed again when the world around it changes: offices join, keys go, a country has more offices
// than one object takes recipients. Niger's officer has one command for all of it.

let site: Site
let desks: Desks
let folder: string
let niger: string
let boss: string
let aide: string
/** The keys of offices as they are now. */
const keys = new Map<string, OpenKey>()

const ITALY = Array.from({ length: 70 }, (_, i) => `it-q${String(i + 1).padStart(2, '0')}`)
const person = (office: string) => (office.startsWith('it-q') ? `${office}.luca` : PERSONS[office]!)
const PERSONS: Record<string, string> = {
  ...{ 'it-sco': 'it-sco.paola', 'ml-dnlt': 'ml-dnlt.fatoumata', 'ne-dst': 'ne-dst.aicha' },
}
const transfers = ['IT', 'ML'].map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }))

beforeAll(async () => {
  const more = ITALY.map((office) => ({ office, persons: { luca: 'FOCAL_POINT' as const } }))
  site = await openSite({}, { more })
  desks = await openDesks(site.portolan, site.cast, [])
  folder = await mkdtemp(join(tmpdir(), 'portolan-reseal-'))
  niger = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  for (const office of [...ITALY, ...Object.keys(PERSONS)])
    keys.set(office, site.cast.key(`office:${office}`))
  boss = await actor('boss')
  aide = await actor('aide')
}, 1_500_000)
afterAll(() => site?.close())

async function actor(local: string): Promise<string> {
  const input = report(`reseal-key-${local}`, {
    release: { to: ['all'], transfers },
    entities: [{ local, kind: 'ACTOR' }],
    claims: [{ actor: { entity: local, label: `Reseal-${local}`, category: 'SUSPECT', benefit: 'SHOWN' } }],
  })
  const { json } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input })
  return json.data.submitReport.ids[0].id
}

const data = (...args: string[]) =>
  site.data([...args, '--as', 'ne-dst.aicha', ...WHY], { home: niger, cwd: folder })
const TO_ITALY = ['--to', 'country:IT', '--transfer', 'IT=SAFEGUARDS:MoU-2012']

async function seal(release: string[], entity = boss): Promise<string> {
  const identifiers = [{ kind: 'PHONE', value: '+227 90 12 34 56', source: 'B', information: 'N2' }]
  const card = { kind: 'PERSON', subject: { category: 'SUSPECT' }, identifiers, text: 'Vit près de la gare.' }
  const name = `card-${Math.random().toString(36).slice(2)}.json`
  await writeFile(join(folder, name), JSON.stringify(card))
  return (await data('card', 'seal', entity, '--file', name, ...release)).card
}

const CARD = 'query($id: ID!) { card(id: $id) { object ciphertext } }'
type Card = { object: string; ciphertext: string | null }
async function cardOf(office: string, id: string): Promise<Card | null> {
  const { text, json } = await site.portolan.ask(person(office), CARD, { id })
  if (json.errors) throw new Error(text)
  return json.data.card
}

/** Those of these offices that can open the card, each asking for itself and with its own key. */
async function openedBy(id: string, offices: string[]): Promise<string[]> {
  const opened: string[] = []
  for (const office of offices) {
    const ciphertext = (await cardOf(office, id))?.ciphertext
    if (!ciphertext) continue
    const decryptWith = [keys.get(office)!.privateKey]
    if (await opens({ ciphertext: Buffer.from(ciphertext, 'base64'), decryptWith, at: new Date() }))
      opened.push(office)
  }
  return opened
}

const TASKS = '{ resealTasks { id causes missing lost keyless } }'
const tasks = async () => {
  const { text, json } = await site.portolan.ask('ne-dst.aicha', TASKS)
  if (json.errors) throw new Error(text)
  return json.data.resealTasks
}

async function joins(office: string, country: string): Promise<void> {
  keys.set(office, await desks.newKey(`office:${office}`))
  const body: OfficeBody = {
    ...{ type: 'office', office, country, kind: 'POLICE', parent: null, name: { en: office, fr: office } },
    ...{ key: keys.get(office)!.publicKey, from: '2020-01-01', to: null },
  }
  await desks.enter(body, [`anchor:${country}`])
}

async function rekey(office: string, approvedBy: string[]): Promise<OpenKey> {
  const former = keys.get(office)!
  keys.set(office, await desks.newKey(`office:${office}`))
  await desks.rekey(office, keys.get(office)!, undefined, approvedBy)
  return former
}

describe('a card for seventy-one offices of a country', () => {
  let id: string
  const readers = [...ITALY, 'it-sco', 'ne-dst']

  it('goes as one object, to 64 recipients at once and to the others right after; each office opens it', async () => {
    id = await seal(TO_ITALY)
    expect(await openedBy(id, readers)).toEqual(readers)
    expect(await openedBy(id, ['ml-dnlt'])).toEqual([])
    expect(await tasks()).toEqual([])
    expect(walk(Buffer.from((await cardOf('it-q70', id))!.ciphertext!, 'base64')).pkesks).toHaveLength(1)
  })

  it('is a task when an office joins the country, which is let in without another data packet', async () => {
    const { object } = (await cardOf('ne-dst', id))!
    await joins('it-late', 'IT')
    expect(await tasks()).toEqual([{ id, causes: ['WIDENED'], missing: ['it-late'], lost: [], keyless: [] }])
    expect(await data('reseal')).toEqual([{ sealed: 'CARD', id, causes: ['WIDENED'], done: true, lost: [] }])
    expect((await cardOf('ne-dst', id))!.object).toBe(object)
    const [set] = await site.portolan.graph.setup(
      "MATCH (p:PacketSet {object: $object, office: 'it-late'}) RETURN p.packets AS packets",
      { object },
    )
    expect(set).toBeDefined()
    expect(await tasks()).toEqual([])
    expect(await openedBy(id, readers)).toEqual(readers)
  })

  it('is sealed anew when one of them has another key, to all of them again; the former key opens it no more', async () => {
    const { object } = (await cardOf('ne-dst', id))!
    const former = await rekey('it-q70', ['office:it-q70'])
    expect(await tasks()).toEqual([{ id, causes: ['KEY_CHANGED'], missing: [], lost: [], keyless: [] }])
    expect(await data('reseal')).toMatchObject([{ causes: ['KEY_CHANGED'], done: true, lost: [] }])
    expect(await openedBy(id, readers)).toEqual(readers)
    const { ciphertext, object: now } = (await cardOf('it-q70', id))!
    expect(now).not.toBe(object)
    const whole = Buffer.from(ciphertext!, 'base64')
    expect(await opens({ ciphertext: whole, decryptWith: [former.privateKey], at: new Date() })).toBe(false)
    expect(await site.portolan.instance.exchange.read(object)).toBeNull()
    expect(await data('reseal')).toEqual([])
  })

  it('is taken from a key that was revoked, and given to the key that comes after it', async () => {
    const { fingerprint } = keys.get('it-q01')!
    const at = new Date().toISOString()
    await desks.enter({ type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at }, ['anchor:IT'])
    const keyless = ['it-q01']
    expect(await tasks()).toEqual([{ id, causes: ['KEY_CHANGED'], missing: [], lost: [], keyless }])
    expect(await data('reseal')).toMatchObject([{ causes: ['KEY_CHANGED'], done: true }])
    expect((await cardOf('it-q01', id))!.ciphertext).toBeNull()
    const others = readers.filter((office) => office !== 'it-q01')
    expect(await openedBy(id, others)).toEqual(others)
    expect(await tasks()).toEqual([])

    await rekey('it-q01', ['it-q02.luca', 'it-q03.luca'])
    expect(await tasks()).toMatchObject([{ causes: ['WIDENED'], missing: ['it-q01'] }])
    expect(await data('reseal')).toMatchObject([{ causes: ['WIDENED'], done: true }])
    expect(await openedBy(id, ['it-q01'])).toEqual(['it-q01'])
  }, 300_000)
}, 900_000)

describe('a card for a team', () => {
  it('is opened by an office that signs the team later, once it was let in', async () => {
    const grounds = ['--transfer', 'IT=SAFEGUARDS:MoU-2012,ML=SAFEGUARDS:MoU-2011']
    const id = await seal(['--to', 'team:sahel-1', ...grounds])
    expect(await openedBy(id, ['it-sco', 'ml-dnlt', 'ne-dst'])).toEqual(['it-sco', 'ne-dst'])
    const signatories = ['ne-dst', 'it-sco', 'ml-dnlt']
    await desks.enter(
      {
        ...{
          type: 'team',
          team: 'sahel-1',
          name: { en: 'sahel-1', fr: 'sahel-1' },
          kind: 'POLICE',
          signatories,
        },
        members: ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fatoumata'],
        ...{ from: '2010-01-01', to: null },
      },
      signatories.map((office) => `office:${office}`),
    )
    expect(await tasks()).toMatchObject([{ id, causes: ['WIDENED'], missing: ['ml-dnlt'] }])
    expect((await cardOf('ml-dnlt', id))!.ciphertext).toBeNull()
    expect(await data('reseal')).toMatchObject([{ id, causes: ['WIDENED'], done: true }])
    expect(await openedBy(id, ['it-sco', 'ml-dnlt', 'ne-dst'])).toEqual(['it-sco', 'ml-dnlt', 'ne-dst'])
  }, 300_000)
})

describe('a card about what is no longer there', () => {
  it('is told of and left as it is, for somebody to decide; its erasure ends the task', async () => {
    const id = await seal([], aide)
    const { json } = await site.portolan.ask('ne-dst.aicha', '{ reports { nodes { id } } }')
    const erased = json.data.reports?.nodes ?? []
    const erase =
      'mutation($id: ID!) { eraseReport(report: $id, key: "erase-the-aide", reason: COURT_ORDER) { replayed } }'
    const [newest] = erased
    const answer = await site.portolan.ask('ne-dst.aicha', erase, { id: newest.id })
    expect(answer.json.errors).toBeUndefined()
    expect(await tasks()).toMatchObject([{ id, causes: ['ENTITY_GONE'] }])
    const done = [{ sealed: 'CARD', id, causes: ['ENTITY_GONE'], done: false, lost: [] }]
    expect(await data('reseal')).toEqual(done)
    expect(await data('reseal')).toEqual(done)
    // Whoever sees no entity sees no card of it, and its originator can still erase it.
    expect(await cardOf('ne-dst', id)).toBeNull()
    await data('card', 'erase', id, '--reason', 'WRONG_PERSON')
    expect(await tasks()).toEqual([])
  }, 300_000)
})

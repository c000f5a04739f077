import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { report, SUBMIT } from '../../report.ts'
import { openSite, type Site, WHY } from './site.ts'

// Sealed identity cards between four offices, each at the command line of its own machine, through a real server.

let site: Site
let folder: string
let homes: Record<string, string>
let boss: string
let aide: string
const PERSONS: Record<string, string> = {
  'ne-dst': 'ne-dst.aicha',
  'it-sco': 'it-sco.paola',
  'ml-dnlt': 'ml-dnlt.fatoumata',
}
const as = (office: string) => ['--as', PERSONS[office]!, ...WHY]
const run = (office: string, args: string[]) =>
  site.run([...args, ...as(office)], { home: homes[office]!, cwd: folder })
const data = (office: string, args: string[]) =>
  site.data([...args, ...as(office)], { home: homes[office]!, cwd: folder })

const transfers = ['IT', 'ML', 'NE'].map((country) => ({
  country,
  basis: 'SAFEGUARDS',
  assessment: 'MoU-2012',
}))
const TO_ALL = { to: ['all'], transfers }

beforeAll(async () => {
  site = await openSite()
  folder = await mkdtemp(join(tmpdir(), 'portolan-cards-'))
  homes = Object.fromEntries(
    await Promise.all(
      Object.entries(PERSONS).map(async ([office, person]) => [
        office,
        await site.makeHome([person, `office:${office}`]),
      ]),
    ),
  )
  const input = report('cards-key-1', {
    release: TO_ALL,
    entities: [
      { local: 'boss', kind: 'ACTOR' },
      { local: 'aide', kind: 'ACTOR' },
    ],
    claims: ['boss', 'aide'].map((entity) => ({
      actor: { entity, label: `Cards-${entity}`, category: 'SUSPECT', benefit: 'SHOWN' },
    })),
  })
  const { json } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input })
  expect(json.errors).toBeUndefined()
  ;[boss, aide] = json.data.submitReport.ids.map(({ id }: { id: string }) => id)
}, 1_500_000)
afterAll(() => site?.close())

it('has an example that is accepted as it stands, in either language', async () => {
  for (const language of ['en', 'fr']) {
    const { code, out } = await run('ne-dst', ['card', 'seal', '--draft', '--lang', language])
    expect(code).toBe(0)
    await writeFile(join(folder, `draft-${language}.json`), out)
    const sealed = await data('ne-dst', ['card', 'seal', aide, '--file', `draft-${language}.json`])
    await data('ne-dst', ['card', 'erase', sealed.card, '--reason', 'WRONG_PERSON'])
  }
  expect((await run('ne-dst', ['card', 'seal'])).err).toContain('entity')
  await writeFile(join(folder, 'slip.json'), '{\n  // a remark\n  "kind": "PERSON",\n}\n')
  const slip = await run('ne-dst', ['card', 'seal', aide, '--file', 'slip.json'])
  expect(slip).toMatchObject({ code: 2, err: expect.stringContaining('(4:1)') })
})

const PHONE = { kind: 'PHONE', value: '+227 90-12-34-56', source: 'B', information: 'N2' }
let files = 0
async function file(card: object): Promise<string> {
  const name = `card-${++files}.json`
  const whole = { kind: 'PERSON', subject: { category: 'SUSPECT' }, identifiers: [PHONE], ...card }
  await writeFile(join(folder, name), JSON.stringify(whole))
  return name
}
const MALI = ['--to', 'office:ml-dnlt', '--transfer', 'ML=SAFEGUARDS:MoU-2011']
const BOTH = [
  ...['--to', 'office:ml-dnlt,office:it-sco', '--transfer', 'ML=SAFEGUARDS:MoU-2011'],
  ...['--transfer', 'IT=SAFEGUARDS:MoU-2012'],
]
const seal = async (office: string, card: object, more: string[] = MALI, entity = boss) =>
  (await data(office, ['card', 'seal', entity, '--file', await file(card), ...more])).card as string
const objectOf = async (card: string) =>
  (
    await site.portolan.graph.setup(
      'MATCH (c:Card {id: $card}) WHERE c.object IS NOT NULL RETURN c.object AS object',
      {
        card,
      },
    )
  )[0]!.object as string
const BLOBS = () => join(site.portolan.home, 'blobs', 'blobs')
const blobs = () => readdir(BLOBS())

describe('a sealed card', () => {
  let card: string

  it('is opened by the office that it is sealed to, with its signer, and by no other', async () => {
    const identifiers = [PHONE, { kind: 'NAME', value: 'Moussa Ould Éhmed', source: 'B', information: 'N3' }]
    card = await seal('ne-dst', { identifiers, text: 'Vit près de la gare.' })
    const shown = await run('ml-dnlt', ['card', 'show', 'Cards-boss', '--lang', 'fr'])
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('Moussa Ould Éhmed') })
    expect(shown.out).toContain('Vit près de la gare.')
    const { opened } = await data('ml-dnlt', ['card', 'open', card])
    expect(opened.signer).toMatchObject({ office: 'ne-dst', person: 'ne-dst.aicha' })
    expect(opened.content.identifiers.map(({ normal }: { normal: string }) => normal)).toEqual([
      '+22790123456',
      'MOUSSA OULD EHMED',
    ])
    expect(await run('it-sco', ['card', 'open', card])).toMatchObject({ code: 1, out: '' })
    expect(await data('it-sco', ['card', 'show', boss])).toEqual([])
  })

  it('shows a reader the session key of his own office only', async () => {
    const query = 'query($id: ID!) { card(id: $id) { ciphertext release { to } } }'
    const both = await seal('ne-dst', {}, BOTH)
    const [own, other] = await Promise.all(
      ['ne-dst.aicha', 'it-sco.paola'].map(
        async (person) => (await site.portolan.ask(person, query, { id: both })).json.data.card,
      ),
    )
    expect(other.release).toBeNull()
    expect(own.release.to).toContain('office:it-sco')
    expect(Buffer.from(other.ciphertext, 'base64').length).toBeLessThan(
      Buffer.from(own.ciphertext, 'base64').length - 100,
    )
  })

  it('is the same card when the same command is run again after a lost answer', async () => {
    const name = await file({ text: 'twice' })
    const once = await data('ne-dst', ['card', 'seal', boss, '--file', name, ...MALI])
    const again = await data('ne-dst', ['card', 'seal', boss, '--file', name, ...MALI])
    expect(again).toEqual({ ...once, replayed: true })
  })

  it('is corrected by a next version, and what was wrong is kept nowhere', async () => {
    const before = await objectOf(card)
    expect(await blobs()).toContain(before)
    const at = new Date().toISOString()
    await seal('ne-dst', { text: 'A déménagé.' }, ['--corrects', card])
    const { opened } = await data('ml-dnlt', ['card', 'open', card])
    expect([opened.facts.version, opened.content.text]).toEqual([2, 'A déménagé.'])
    expect(await blobs()).not.toContain(before)
    // What was known then is still said to have been known, and opens no more.
    const past = await site.portolan.ask(
      'ml-dnlt.fatoumata',
      'query($id: ID!, $at: Time) { card(id: $id, asOf: $at) { facts object ciphertext } }',
      { id: card, at },
    )
    expect(past.json.data.card).toEqual({
      facts: expect.stringContaining('"version":1'),
      object: null,
      ciphertext: null,
    })
  })

  it('is let in for a further office without another data packet, and nobody else notices', async () => {
    const object = await objectOf(card)
    const bytes = await readFile(join(BLOBS(), object))
    const { resealed } = await data('ne-dst', ['card', 'release', card, ...BOTH])
    expect(resealed).toMatchObject([{ causes: ['WIDENED'], done: true, lost: [] }])
    expect(await objectOf(card)).toBe(object)
    expect(await readFile(join(BLOBS(), object))).toEqual(bytes)
    for (const office of ['it-sco', 'ml-dnlt'])
      expect((await data(office, ['card', 'open', card])).opened.content.text).toBe('A déménagé.')
    expect(await data('ne-dst', ['reseal'])).toEqual([])
  })

  it('is taken from an office with a new session key, its former object is gone, and the officer is told what that means', async () => {
    const object = await objectOf(card)
    const { out } = await run('ne-dst', ['card', 'release', card, ...MALI])
    expect(out).toContain('it-sco had it. What was read there cannot be recalled.')
    expect(await blobs()).not.toContain(object)
    expect(await run('it-sco', ['card', 'open', card])).toMatchObject({ code: 1, out: '' })
    expect((await data('ml-dnlt', ['card', 'open', card])).opened.content.text).toBe('A déménagé.')
    expect(await data('ne-dst', ['reseal'])).toEqual([])
    const { json } = await site.portolan.ask('it-sco.paola', '{ notices { kind report } }')
    expect(json.data.notices).toContainEqual({ kind: 'CARD_NARROWED', report: card })
  })

  it('is erased with its object, for its readers too, and they are told', async () => {
    const object = await objectOf(card)
    const { out } = await run('ne-dst', ['card', 'erase', card, '--reason', 'WRONG_PERSON'])
    expect(out).toContain('ml-dnlt had it.')
    expect(await blobs()).not.toContain(object)
    for (const office of ['ml-dnlt', 'ne-dst'])
      expect(await run(office, ['card', 'open', card])).toMatchObject({ code: 1 })
    const { json } = await site.portolan.ask('ml-dnlt.fatoumata', '{ notices { kind report } }')
    expect(json.data.notices[0]).toEqual({ kind: 'CARD_ERASED', report: card })
  })
})

describe('is refused', () => {
  it('to all, who would be whoever joins later', async () => {
    const name = await file({})
    const args = ['card', 'seal', boss, '--file', name, '--to', 'all', ...BOTH.slice(2)]
    expect(await run('ne-dst', args)).toMatchObject({ code: 1, err: expect.stringContaining('got all') })
  })

  it('about a protected person where it would leave the office, and is kept inside it', async () => {
    for (const subject of [{ category: 'VICTIM' }, { category: 'OTHER', minor: true }]) {
      const args = ['card', 'seal', boss, '--file', await file({ subject })]
      expect(await run('ne-dst', [...args, ...MALI])).toMatchObject({
        code: 1,
        err: expect.stringContaining('PROTECTED_PERSON'),
      })
      expect((await run('ne-dst', args)).code).toBe(0)
    }
  })

  it('of a wrong kind for what it is about, or with a file that is no card', async () => {
    const vehicle = await file({ kind: 'VEHICLE', subject: undefined })
    expect(await run('ne-dst', ['card', 'seal', boss, '--file', vehicle])).toMatchObject({
      code: 1,
      err: expect.stringContaining('BAD_REFERENCE'),
    })
    const nothing = await file({ subject: undefined })
    expect(await run('ne-dst', ['card', 'seal', boss, '--file', nothing])).toMatchObject({ code: 1 })
  })
})

describe('the sealed note of a report', () => {
  it('is sealed again when its release changes, as a card is', async () => {
    await writeFile(join(folder, 'note.txt'), 'Le convoi part à 4 h.')
    const input = { ...report('cards-noted-1', { release: { to: ['office:ml-dnlt'], transfers } }) }
    await writeFile(join(folder, 'noted.json'), JSON.stringify(input))
    const { report: made } = await data('ne-dst', ['report', 'submit', 'noted.json', '--note', 'note.txt'])
    const release = ['report', 'release', made.id]
    const noteOf = async (office: string) =>
      (await data(office, ['report', 'show', made.id])).note?.opened?.text

    await data('ne-dst', [...release, ...BOTH])
    expect(await noteOf('it-sco')).toBeUndefined()
    expect(await data('ne-dst', ['reseal'])).toMatchObject([
      { sealed: 'NOTE', causes: ['WIDENED'], done: true },
    ])
    expect(await noteOf('it-sco')).toBe('Le convoi part à 4 h.')

    const before = await blobs()
    await data('ne-dst', [...release, ...MALI])
    expect(await data('ne-dst', ['reseal'])).toMatchObject([
      { sealed: 'NOTE', causes: ['NARROWED'], done: true, lost: ['it-sco'] },
    ])
    const after = await blobs()
    expect(before.filter((one) => !after.includes(one))).toHaveLength(1)
    expect([await noteOf('ml-dnlt'), await noteOf('ne-dst')]).toEqual(Array(2).fill('Le convoi part à 4 h.'))
    expect(await data('ne-dst', ['reseal'])).toEqual([])
  })
})

describe('cards of several offices', () => {
  it('are joined on the officer’s machine, contradictions side by side, in files that only he reads', async () => {
    const birth = (value: string) => ({ kind: 'BIRTH_DATE', value, source: 'C', information: 'N3' })
    await seal('ne-dst', { identifiers: [PHONE, birth('1974-03-01')] }, BOTH, aide)
    await seal(
      'it-sco',
      { identifiers: [{ ...PHONE, value: '0022790123456', source: 'A' }, birth('1976')] },
      [...['--to', 'office:ml-dnlt', '--transfer', 'ML=SAFEGUARDS:MoU-2012']],
      aide,
    )
    const merged = await data('ml-dnlt', ['card', 'merge', aide, boss, '--out', 'case-117'])
    expect(merged).toMatchObject({ entities: 2, contradictions: 1, shared: 1 })
    const out = join(folder, 'case-117')
    expect((await stat(out)).mode & 0o777).toBe(0o700)
    for (const name of ['cards.json', 'cards.md'])
      expect((await stat(join(out, name))).mode & 0o777).toBe(0o600)
    const { entities } = JSON.parse(await readFile(join(out, 'cards.json'), 'utf8'))
    const phone = entities[0].identifiers.find(({ kind }: { kind: string }) => kind === 'PHONE')
    expect(
      phone.sources.map(({ office, value }: { office: string; value: string }) => [office, value]),
    ).toEqual([
      ['it-sco', '0022790123456'],
      ['ne-dst', '+227 90-12-34-56'],
    ])
    const text = await readFile(join(out, 'cards.md'), 'utf8')
    expect(text).toContain('Contradiction: date of birth')
    expect(text).toMatch(/1974-03-01.*\n.*1976/)
    expect((await run('ml-dnlt', ['card', 'merge', aide, '--out', 'case-117'])).code).toBe(1)
  })
})

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GRADING, toItaly } from '../../report.ts'
import { faultsOfXml } from '../picture/xmllint.ts'
import { openSite, type Site, WHY } from './site.ts'

// Pictures as files, of a real server’s answers.

let site: Site
let folder: string
let ids: Record<string, string>
const paola = ['--as', 'it-sco.paola', ...WHY]
const aicha = ['--as', 'ne-dst.aicha', ...WHY]

const place = (entity: string, label: string, latitude?: number, longitude?: number) => ({
  place: { entity, label, type: 'CITY', country: 'NE', latitude, longitude, precision: 5_000 },
})
const CHART = {
  ...{ reference: 'NE-2013-117', purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86', reviewDue: '2030-01-01' },
  ...{ release: toItaly, defaults: { ...GRADING, handling: ['H1'] } },
  entities: [
    ...['boss', 'driver', 'kid'].map((local) => ({ local, kind: 'ACTOR' })),
    { local: 'ring', kind: 'NETWORK' },
    { local: 'way', kind: 'ROUTE' },
    ...['leg', 'last'].map((local) => ({ local, kind: 'LEG' })),
    ...['agadez', 'sabha', 'yard'].map((local) => ({ local, kind: 'PLACE' })),
    ...['deaths', 'rescue'].map((local) => ({ local, kind: 'INCIDENT' })),
  ],
  claims: [
    { actor: { entity: 'boss', label: 'Addax', category: 'SUSPECT', benefit: 'SHOWN' } },
    { actor: { entity: 'driver', label: 'Mousse', category: 'OTHER', benefit: 'NONE' } },
    {
      actor: { entity: 'kid', label: 'Fennec', category: 'OTHER', benefit: 'NONE', minor: true },
      handling: ['H2'],
    },
    { network: { entity: 'ring', label: 'Agadez-transport', status: 'ACTIVE' } },
    { memberOf: { from: 'boss', to: 'ring', level: 'L2', role: 'GHETTO_BOSS' }, observedFrom: '2013-01-01' },
    { memberOf: { from: 'driver', to: 'ring', level: 'L1', role: 'R20' }, basis: 'ASSESSMENT' },
    { memberOf: { from: 'kid', to: 'ring', level: 'L1', role: 'R20' }, handling: ['H2'] },
    { worksWith: { from: 'boss', to: 'driver', tie: 'COMMAND' } },
    { worksWith: { from: 'boss', to: 'kid', tie: 'COMMAND' }, handling: ['H2'] },
    { route: { entity: 'way', label: 'Agadez-Sabha', status: 'OPEN' } },
    { leg: { entity: 'leg', label: 'Agadez-to-Sabha', status: 'OPEN', means: ['TRN_02'] } },
    { leg: { entity: 'last', label: 'Sabha-to-yard', status: 'CONTROLLED' } },
    { hasLeg: { from: 'way', to: 'leg', position: 1 } },
    { hasLeg: { from: 'way', to: 'last', position: 2 } },
    place('agadez', 'Agadez', 16.97, 7.99),
    place('sabha', 'Sabha', 27.04, 14.43),
    place('yard', 'Yard-7'),
    { departsFrom: { from: 'leg', to: 'agadez' } },
    { arrivesAt: { from: 'leg', to: 'sabha' } },
    { departsFrom: { from: 'last', to: 'sabha' } },
    { arrivesAt: { from: 'last', to: 'yard' } },
    { operates: { from: 'ring', to: 'way' } },
    { incident: { entity: 'deaths', label: 'Deaths', type: 'DEATHS', dead: 92 }, observedFrom: '2013-10-30' },
    {
      incident: { entity: 'rescue', label: 'Rescue', type: 'RESCUE', rescued: 4 },
      observedFrom: '2013-12-02',
    },
    { locatedAt: { from: 'deaths', to: 'agadez' } },
    { locatedAt: { from: 'rescue', to: 'sabha' } },
    { involvedIn: { from: 'ring', to: 'deaths' } },
  ],
}

beforeAll(async () => {
  site = await openSite()
  folder = await mkdtemp(join(tmpdir(), 'portolan-pictures-'))
  await writeFile(join(folder, 'chart.json'), JSON.stringify(CHART))
  const done = await site.data(['report', 'submit', 'chart.json', ...aicha], { cwd: folder })
  ids = Object.fromEntries(done.ids.map((one: { local: string; id: string }) => [one.local, one.id]))
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** Draws and reads the picture. */
async function drawn(what: string[], out: string, more: string[] = []) {
  const ran = await site.here(['picture', ...what, '--out', out, ...paola, ...more], { cwd: folder })
  expect(ran).toMatchObject({ code: 0 })
  return { ...ran, svg: await readFile(join(folder, out), 'utf8') }
}

describe('picture network', () => {
  it('draws members by level, for its owner only, and says how it may be handled and where it is on record', async () => {
    const { svg, out, err } = await drawn(['network', 'Agadez-transport'], 'network.svg')
    expect(out).toBe(`Drawn: ${join(folder, 'network.svg')}\n`)
    expect(faultsOfXml([svg])).toBe('')
    expect(svg).toContain('L2: full-time, logistics: 1 (Addax); L1: basic, on the ground: 1 (Mousse)')
    expect(svg).toContain('works with: 1')
    expect(
      svg.match(
        /Handling: H0: only to prevent and combat crime · H1: not in judicial proceedings without permission · Sens/g,
      ),
    ).toHaveLength(2)
    expect(svg).toMatch(/Asked by it-sco\.paola for it-sco, .* UTC · \d+ audit entries: \d+/)
    expect((await stat(join(folder, 'network.svg'))).mode & 0o777).toBe(0o600)
    // A minor is in no export, whatever hangs on him: nor his name, nor his handling code.
    expect(svg).not.toMatch(/Fennec|H2/)
    expect(svg).not.toContain(ids.kid)
    expect(err).toContain('1 protected person is not drawn.')
  })

  it('refuses to draw around a protected person, and writes nothing', async () => {
    const ran = await site.here(['picture', 'network', 'Fennec', '--out', 'kid.svg', ...paola], {
      cwd: folder,
    })
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringContaining('PROTECTED_PERSON') })
    await expect(stat(join(folder, 'kid.svg'))).rejects.toThrow('ENOENT')
  })

  it('writes over no file without being told, and asks nothing then', async () => {
    await writeFile(join(folder, 'mine.svg'), 'mine')
    const size = async () =>
      (await site.data(['audit', 'receipts', '--out', join(folder, 'r.jsonl'), '--as', 'it-sco.paola']))
        .receipts
    const before = await size()
    const args = ['picture', 'network', 'Agadez-transport', '--out', 'mine.svg', ...paola]
    const ran = await site.here(args, { cwd: folder })
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('is there already') })
    expect([await readFile(join(folder, 'mine.svg'), 'utf8'), await size()]).toEqual(['mine', before])
    expect((await site.here([...args, '--force'], { cwd: folder })).code).toBe(0)
    expect(await readFile(join(folder, 'mine.svg'), 'utf8')).toContain('<svg')
  })

  it('keeps coordinates, takes them again, and leaves a file that holds none as it is', async () => {
    await drawn(['network', 'Agadez-transport'], 'kept.svg', ['--layout', 'kept.json'])
    const kept = JSON.parse(await readFile(join(folder, 'kept.json'), 'utf8'))
    kept[ids.boss!] = { x: 700, y: 1_000 }
    await writeFile(join(folder, 'kept.json'), JSON.stringify(kept))
    const { svg } = await drawn(['network', 'Agadez-transport'], 'kept-2.svg', ['--layout', 'kept.json'])
    expect(svg).toContain('cx="700" cy="1000"')
    const args = [
      'picture',
      'network',
      'Agadez-transport',
      '--out',
      'x.svg',
      '--layout',
      'chart.json',
      ...paola,
    ]
    expect(await site.here(args, { cwd: folder })).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds no coordinates'),
    })
    expect(JSON.parse(await readFile(join(folder, 'chart.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(CHART)),
    )
  })

  it('draws one hop or two', async () => {
    const one = await drawn(['network', 'Deaths'], 'one.svg')
    const two = await drawn(['network', 'Deaths'], 'two.svg', ['--depth', '2'])
    expect(one.svg).not.toContain('Addax')
    expect(two.svg).toContain('Addax')
    const args = ['picture', 'network', 'Deaths', '--out', 'three.svg', '--depth', '3', ...paola]
    expect(await site.here(args, { cwd: folder })).toMatchObject({ code: 2, err: '--depth takes 1 or 2.\n' })
  })
})

describe('picture map', () => {
  it('draws a route, and the routes that a network operates, in French as well', async () => {
    const { svg } = await drawn(['map', 'Agadez-Sabha'], 'map.svg')
    expect(svg).toContain('1. Agadez → Sabha · Agadez-to-Sabha · car or pick-up · open · B2')
    expect(svg).toContain('Without a position, not on the map: Yard-7')
    const french = await drawn(['map', 'Agadez-transport'], 'map-fr.svg', ['--lang', 'fr'])
    expect(french.svg).toContain('1 : Agadez → Sabha')
    expect(french.svg).toContain('H1 : pas en justice sans autorisation · Sensibilité')
    expect(french.out).toContain('Dessiné')
    const data = await drawn(['map', ids.ring!], 'map-id.svg', ['--json'])
    expect(JSON.parse(data.out)).toMatchObject({ legs: 2, places: 3, withoutPosition: ['Yard-7'] })
    expect(faultsOfXml([svg, french.svg, data.svg])).toBe('')
  })

  it('tells a route that is hidden and one that never was the same', async () => {
    const fatoumata = ['--as', 'ml-dnlt.fatoumata', ...WHY]
    const ask = (id: string) =>
      site.here(['picture', 'map', id, '--out', 'no.svg', ...fatoumata], { cwd: folder })
    const [hidden, never] = [await ask(ids.way!), await ask('e'.repeat(ids.way!.length))]
    expect(hidden).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') })
    expect(never.err.replace('e'.repeat(ids.way!.length), ids.way!)).toBe(hidden.err)
  })
})

describe('picture activity', () => {
  it('counts incidents of a network, a route and a place by month and type', async () => {
    const line = ['--intervention', '2013-11-15=Controls']
    const network = await drawn(['activity', 'Agadez-transport'], 'a.svg', line)
    expect(network.svg).toMatch(/: 1 in all, most in Oct 2013 \(1\)/)
    expect(network.svg).toContain('>Controls (2013-11-15)<')
    const route = await drawn(['activity', 'Agadez-Sabha', '--json'], 'b.svg')
    expect(JSON.parse(route.out).series.map((one: { months: object }) => one.months)).toEqual([
      [{ month: '2013-12', count: 1 }],
      [{ month: '2013-10', count: 1 }],
    ])
    const spot = await drawn(['activity', 'Sabha', '--to', '2013-11-30'], 'c.svg')
    expect(spot.svg).toContain('Nothing to draw')
    const args = ['picture', 'activity', 'Sabha', '--out', 'd.svg', '--intervention', 'soon', ...paola]
    expect(await site.here(args, { cwd: folder })).toMatchObject({
      code: 2,
      err: expect.stringContaining('2016-08-15=Controls'),
    })
  })
})

describe('a person who turns out to be protected', () => {
  it('is not drawn as of the time either when nobody knew it', async () => {
    const then = new Date().toISOString()
    expect((await drawn(['network', 'Agadez-transport'], 'then.svg', ['--as-of', then])).svg).toContain(
      'Mousse',
    )
    const later = {
      ...CHART,
      entities: [{ local: 'driver', kind: 'ACTOR', id: ids.driver }],
      claims: [{ actor: { entity: 'driver', category: 'OTHER', benefit: 'NONE', coerced: true } }],
    }
    await writeFile(join(folder, 'later.json'), JSON.stringify(later))
    await site.data(['report', 'submit', 'later.json', ...aicha], { cwd: folder })
    const { svg, err } = await drawn(['network', 'Agadez-transport'], 'now.svg', ['--as-of', then])
    expect(svg).not.toContain('Mousse')
    expect(svg).toContain('Addax')
    expect(err).toContain('2 protected persons are not drawn')
  })
})

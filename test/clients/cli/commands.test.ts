import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GRADING, toItaly } from '../../report.ts'
import { openSite, type Site, WHY } from './site.ts'

// Every command as a real program against a real server.

let site: Site
let folder: string
const aicha = ['--as', 'ne-dst.aicha', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]
const mariama = [
  '--as',
  'ne-audit.mariama',
  '--purpose',
  'OVERSIGHT',
  '--justification',
  'yearly review of Niger',
]

const CHART = {
  reference: 'NE-2013-117',
  purpose: 'OPERATIONAL',
  legalBasis: 'Law-2010-86',
  reviewDue: '2030-01-01',
  release: toItaly,
  defaults: GRADING,
  entities: [
    ...['boss', 'driver'].map((local) => ({ local, kind: 'ACTOR' })),
    { local: 'ring', kind: 'NETWORK' },
    { local: 'way', kind: 'ROUTE' },
    { local: 'leg', kind: 'LEG' },
    ...['agadez', 'sabha'].map((local) => ({ local, kind: 'PLACE' })),
    { local: 'deaths', kind: 'INCIDENT' },
    { local: 'tobacco', kind: 'CRIME' },
    { local: 'convoy', kind: 'MODUS_OPERANDI' },
    ...['car', 'other-car'].map((local) => ({ local, kind: 'VEHICLE' })),
  ],
  claims: [
    { actor: { entity: 'boss', label: 'Addax', category: 'SUSPECT', benefit: 'SHOWN' } },
    {
      actor: {
        entity: 'driver',
        label: 'Mousse',
        category: 'OTHER',
        benefit: 'NONE',
        coerced: true,
        minor: true,
      },
    },
    { network: { entity: 'ring', label: 'Agadez-transport', status: 'ACTIVE' } },
    { memberOf: { from: 'boss', to: 'ring', level: 'L2', role: 'GHETTO_BOSS' }, observedFrom: '2013-01-01' },
    { worksWith: { from: 'boss', to: 'driver', tie: 'COMMAND' } },
    { route: { entity: 'way', label: 'Agadez-Sabha', status: 'OPEN' } },
    {
      leg: {
        entity: 'leg',
        label: 'Agadez-to-Sabha',
        status: 'OPEN',
        means: ['TRN_02'],
        feeMin: 80000,
        feeMax: 90000,
        currency: 'XOF',
      },
    },
    { hasLeg: { from: 'way', to: 'leg', position: 1 } },
    {
      place: {
        entity: 'agadez',
        label: 'Agadez',
        type: 'CITY',
        country: 'NE',
        latitude: 16.97,
        longitude: 7.99,
      },
    },
    { place: { entity: 'sabha', label: 'Sabha', type: 'CITY', country: 'LY' } },
    { departsFrom: { from: 'leg', to: 'agadez' } },
    { arrivesAt: { from: 'leg', to: 'sabha' } },
    { operates: { from: 'ring', to: 'way' } },
    { incident: { entity: 'deaths', label: 'Desert-deaths', type: 'DEATHS', dead: 92 } },
    { locatedAt: { from: 'deaths', to: 'agadez' } },
    { crime: { entity: 'tobacco', label: 'Tobacco', code: 'LNK_01' } },
    { linkedTo: { from: 'ring', to: 'tobacco', code: 'LNK_01', link: 'SAME_VEHICLE' } },
    { modusOperandi: { entity: 'convoy', label: 'Monday-convoy', facets: ['TRN_02'] } },
    { uses: { from: 'ring', to: 'convoy' } },
    { vehicle: { entity: 'car', label: 'Twin', type: 'PICKUP' } },
    { vehicle: { entity: 'other-car', label: 'Twin', type: 'TRUCK' } },
  ],
}

let report: string
let ids: Record<string, string>

beforeAll(async () => {
  site = await openSite()
  folder = await mkdtemp(join(tmpdir(), 'portolan-reports-'))
  await writeFile(join(folder, 'chart.json'), JSON.stringify(CHART))
  await writeFile(
    join(folder, 'note.txt'),
    'Quatre-vingt-douze corps près d’In-Guezzam.\nLe chauffeur a fui.',
  )
  const done = await site.data(['report', 'submit', 'chart.json', '--note', 'note.txt', ...aicha], {
    cwd: folder,
  })
  report = done.report.id
  ids = Object.fromEntries(done.ids.map((one: { local: string; id: string }) => [one.local, one.id]))
}, 1_500_000)
afterAll(() => site?.close())

describe('report', () => {
  it('submit sends the same report once however often it is typed, its note sealed the same', async () => {
    await writeFile(join(folder, 'empty.txt'), ' \n')
    const empty = await site.run(['report', 'submit', 'chart.json', '--note', 'empty.txt', ...aicha], {
      cwd: folder,
    })
    expect(empty).toMatchObject({ code: 2, out: '', err: 'The note is empty: there is nothing to seal.\n' })
    const again = await site.data(['report', 'submit', 'chart.json', '--note', 'note.txt', ...aicha], {
      cwd: folder,
    })
    expect(again).toMatchObject({ replayed: true, report: { id: report } })
    expect((await stat(join(folder, 'chart.json.sent'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'chart.json.sent'), 'utf8')).not.toContain('Guezzam')
  })

  it('submit tells every fault of a report with its path, and sends nothing', async () => {
    const bad = {
      ...CHART,
      claims: [
        { actor: { entity: 'nobody', category: 'VICTIM', benefit: 'SHOWN' }, observedFrom: '2013-02-30' },
        { actor: { entity: 'nobody', category: 'VICTIM', benefit: 'SHOWN' } },
      ],
    }
    await writeFile(join(folder, 'bad.json'), JSON.stringify(bad))
    const { code, out, err } = await site.run(['report', 'submit', 'bad.json', ...aicha], { cwd: folder })
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^BAD_DATE claims\.0\.observedFrom: /m)
    expect(err).toMatch(/^PROTECTED_PERSON claims\.1\.actor\.category: /m)
    expect(err).toMatch(/^BAD_REFERENCE claims\.1\.actor\.entity: /m)
    const french = await site.run(['report', 'submit', 'bad.json', ...aicha, '--lang', 'fr'], { cwd: folder })
    expect(french.err).toContain('erreurs ont été relevées')
  })

  it('submit --draft prints an example with remarks that is accepted as it stands', async () => {
    const { out } = await site.run(['report', 'submit', '--draft', '--lang', 'fr'])
    expect(out).toContain('// Un rapport de votre service.')
    await writeFile(join(folder, 'draft.json'), out)
    const done = await site.data(['report', 'submit', 'draft.json', ...aicha], { cwd: folder })
    expect(done.ids.map(({ local }: { local: string }) => local)).toEqual(['boss', 'ring'])
  })

  it('show opens the sealed note for an office of the release, here and nowhere else', async () => {
    const shown = await site.data(['report', 'show', report, ...paola])
    expect(shown.note.opened).toMatchObject({ signer: { person: 'ne-dst.aicha', office: 'ne-dst' } })
    expect(shown.note.opened.text).toContain('In-Guezzam')
    expect(shown.descriptions).toHaveLength(12)
    const { out } = await site.run(['report', 'show', report, ...paola, '--lang', 'fr'])
    expect(out).toContain('Quatre-vingt-douze corps')
    expect(out).toContain('Ouvert et vérifié')
    const keyless = await site.makeHome(['it-sco.paola'])
    const closed = await site.run(['report', 'show', report, ...paola], { home: keyless })
    expect(closed.out).toContain('There is no key on this machine that opens it.')
  })

  it('correct, release, withdraw and erase change a report of one’s own office only', async () => {
    const small = { ...CHART, entities: [CHART.entities[0]], claims: [CHART.claims[0]] }
    await writeFile(join(folder, 'small.json'), JSON.stringify(small))
    const first = (await site.data(['report', 'submit', 'small.json', ...aicha], { cwd: folder })).report.id
    await writeFile(join(folder, 'small-2.json'), JSON.stringify({ ...small, key: undefined }))
    const corrected = await site.data(
      ['report', 'correct', first, 'small-2.json', '--note', 'note.txt', ...aicha],
      { cwd: folder },
    )
    expect(corrected.report.status).toBe('CURRENT')
    const now = corrected.report.id
    const wider = [
      '--to',
      'country:IT,country:ML',
      '--transfer',
      'IT=SAFEGUARDS:MoU-2012',
      '--transfer',
      'ML=SAFEGUARDS:MoU-2011',
    ]
    await site.data(['report', 'release', now, ...wider, ...aicha])
    expect((await site.data(['report', 'show', now, '--as', 'ml-dnlt.fatoumata', ...WHY])).office).toBe(
      'ne-dst',
    )
    const others = await site.run(['report', 'withdraw', now, '--reason', 'ERROR', ...paola])
    expect([others.code === 0, others.out]).toEqual([false, ''])
    const withdrawn = await site.run([
      'report',
      'withdraw',
      now,
      '--reason',
      'ERROR',
      ...aicha,
      '--lang',
      'fr',
    ])
    expect(withdrawn).toMatchObject({ code: 0, out: expect.stringContaining('retiré') })
    const notices = await site.data(['notice', 'list', ...paola])
    expect(notices.map(({ kind }: { kind: string }) => kind)).toContain('WITHDRAWN')
    const erased = await site.run(['report', 'erase', now, '--reason', 'COURT_ORDER', ...aicha])
    expect(erased.code).toBe(0)
    const wrong = await site.run(['report', 'erase', now, '--reason', 'BORED', ...aicha])
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('COURT_ORDER') })
  })

  it('list shows the newest first, by page', async () => {
    const first = await site.data(['report', 'list', '--first', '1', ...aicha])
    expect(first).toMatchObject({ hasNextPage: true, nodes: [{ office: 'ne-dst' }] })
    const next = await site.data(['report', 'list', '--first', '1', '--after', first.endCursor, ...aicha])
    expect(next.nodes[0].id).not.toBe(first.nodes[0].id)
    expect((await site.run(['report', 'list', '--reference', 'NE-2013-117', ...paola])).out).toContain(report)
  })
})

describe('what can be asked', () => {
  const shown: [string[], RegExp, RegExp][] = [
    [['whoami'], /it-sco\.paola/, /équipes/],
    [['network', 'list', '--place', 'Agadez'], /networks?|Nothing/, /filières?/],
    [['network', 'list', '--level', 'L2'], /Agadez-transport/, /filières?/],
    [['network', 'show', 'Agadez-transport'], /Monday-convoy/, /Membres/],
    [['actor', 'show', 'addax'], /Agadez-transport/, /chef de ghetto/],
    [['actor', 'show', 'Mousse'], /PROTECTED/, /PROTÉGÉ/],
    [['route', 'list'], /Agadez-Sabha/, /itinéraire/],
    [['route', 'show', 'Agadez-Sabha'], /Agadez → Sabha/, /80\s000/],
    [['place', 'show', 'Agadez'], /Niger/, /Niger/],
    [['incident', 'list', '--type', 'DEATHS'], /92/, /événement/],
    [['crime', 'list'], /Agadez-transport/, /infraction/],
    [['connection', 'Mousse', 'Agadez-transport'], /Mousse → Addax → Agadez-transport/, /assertion/],
    [['neighbourhood', 'Desert-deaths', '--depth', '1'], /Agadez/, /Agadez/],
    [['path', 'find', 'Mousse', 'Agadez-transport'], /Mousse → Addax → Agadez-transport/, /chemin, sur/],
    [['path', 'in-time', 'Addax', 'Agadez-transport'], /arrives earliest/, /arrive le plus tôt/],
    [['path', 'between', 'Mousse', 'Agadez-transport'], /Mousse → Addax/, /avec les membres/],
    [
      ['similarity', 'show', 'Agadez-transport'],
      /Networks that work like Agadez-transport/,
      /Filières qui font/,
    ],
    [['similarity', 'search', 'TRN_02'], /Networks that fit/, /description|Filières qui/],
    [
      ['resurgence', 'show', 'Agadez-transport', '--ended', '2014-06-01'],
      /In no later network/,
      /aucune filière ultérieure/,
    ],
    [['structure', 'show', '--by', 'DEGREE'], /Addax.*neighbour|neighbours.*Addax/s, /Mousse|voisins/],
    [['analysis', 'list'], /structure.*done/s, /structure.*terminée/s],
    [['route', 'flow'], /No dated incident/, /Aucun événement daté/],
    [['route', 'activity', 'Agadez-Sabha', '--intervention', '2014-01-01'], /too few/, /trop peu/],
    [
      ['route', 'bypass', 'Agadez', 'Sabha', '--closed', 'Agadez-to-Sabha'],
      /No way round/,
      /Aucun contournement/,
    ],
    [['route', 'trend', 'Agadez-Sabha'], /No dated incident/, /Aucun événement daté/],
    [['displacement', 'find'], /two years/, /deux ans/],
    [['crime', 'matrix'], /trafficking in persons/, /traite/],
    [
      ['key-player', 'find', '--size', '1'],
      /best together.*Addax.*leads anybody/s,
      /ensemble.*Addax.*dirige/s,
    ],
    [
      ['disruption', 'simulate', '--remove', 'Addax'],
      /before.*with the nearest.*no forecast/s,
      /avant.*pas une prévision/s,
    ],
    [
      ['threat', 'show', 'Agadez-transport'],
      /routes operated.*unknown.*not added up/s,
      /exploités.*inconnu/s,
    ],
    [['history', 'Agadez-transport'], /What each report says/, /Ce que dit chaque rapport/],
    [['office', 'list'], /ml-dnlt/, /Mali/],
    [['directory', 'show'], /rightly signed/, /dûment signées/],
    [['notice', 'list'], /claim|happened|Nothing/, /./],
  ]
  it.each(shown)(
    '%j is a table for people in both languages and data for programs',
    async (command, english, french) => {
      const table = await site.run([...command, ...paola])
      expect(table.err).toBe('')
      expect(table).toMatchObject({ code: 0, out: expect.stringMatching(english) })
      const translated = await site.here([...command, ...paola, '--lang', 'fr'])
      expect(translated).toMatchObject({ code: 0, out: expect.stringMatching(french) })
      const data = await site.here([...command, ...paola, '--json'])
      expect(JSON.parse(data.out)).toBeTypeOf('object')
    },
  )

  it('by id as well as by code name', async () => {
    expect((await site.data(['network', 'show', ids.ring!, ...paola])).label).toBe('Agadez-transport')
    expect((await site.data(['history', ids.ring!, ...paola])).relations.length).toBeGreaterThan(3)
  })

  it('names the candidates where a code name is not exact or means several', async () => {
    const near = await site.run(['network', 'show', 'agadez-tr', ...aicha])
    expect(near.code).toBe(2)
    expect(near.err).toContain(ids.ring)
    const several = await site.run(['neighbourhood', 'Twin', ...aicha])
    expect(several.code).toBe(2)
    expect(several.err).toContain(ids.car)
    expect(several.err).toContain(ids['other-car'])
  })

  it('answers what is hidden like what does not exist', async () => {
    const fatoumata = ['--as', 'ml-dnlt.fatoumata', ...WHY]
    const hidden = await site.run(['network', 'show', 'Agadez-transport', ...fatoumata])
    const absent = await site.run(['network', 'show', 'No-such-network', ...fatoumata])
    expect(hidden.code).toBe(1)
    expect(hidden.err.replace('Agadez-transport', 'X')).toBe(absent.err.replace('No-such-network', 'X'))
  })

  it('shows what the platform knew then', async () => {
    const before = await site.run(['network', 'show', 'Agadez-transport', '--as-of', '2015-01-01', ...paola])
    expect(before).toMatchObject({ code: 1, err: expect.stringMatching(/^NOT_FOUND/) })
  })
})

describe('audit search', () => {
  it('finds who asked what and why, and what was shown, by tokens that only the auditors compute', async () => {
    const rows = await site.data([
      'audit',
      'search',
      '--entity',
      ids.ring!,
      '--person',
      'it-sco.paola',
      ...mariama,
    ])
    expect(rows).toEqual([])
    await site.run(['network', 'show', ids.ring!, ...aicha, '--case', 'NE-117'])
    const found = await site.data([
      'audit',
      'search',
      '--entity',
      ids.ring!,
      '--for-case',
      'NE-117',
      ...mariama,
    ])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      person: 'ne-dst.aicha',
      office: 'ne-dst',
      purpose: 'OPERATIONAL',
      justification: 'case 2013-117: routes through Agadez',
      operation: 'networkShow',
      outcome: 'OK',
    })
    const { out } = await site.run([
      'audit',
      'search',
      '--office',
      'ne-dst',
      '--outcome',
      'OK',
      ...mariama,
      '--lang',
      'fr',
    ])
    expect(out).toContain('networkShow')
    expect(out).toMatch(/\d+ traces/)
  })

  it('is refused to everybody else, with exit code 4', async () => {
    expect(await site.run(['audit', 'search', ...aicha])).toMatchObject({
      code: 4,
      err: expect.stringMatching(/^NOT_ALLOWED/),
    })
  })
})

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { report, SUBMIT } from '../../report.ts'
import { pagesOf } from '../print/pdf.ts'
import { openSite, type Site, WHY } from './site.ts'

// A threat picture as a report on a real server's answers.

let site: Site
let folder: string
let kid: string
const paola = ['--as', 'it-sco.paola', ...WHY]

const NAMES = Array.from({ length: 12 }, (_, at) => `m${at}`)
const local = (kind: string, names: string[]) => names.map((name) => ({ local: name, kind }))
const CHART = {
  entities: [
    ...local('ACTOR', [...NAMES, 'kid']),
    ...local('NETWORK', ['ring', 'quiet']),
    ...local('ROUTE', ['way']),
    ...local('LEG', ['leg']),
    ...local('PLACE', ['agadez', 'sabha']),
    ...local('INCIDENT', ['wreck']),
    ...local('CRIME', ['people']),
    ...local('MODUS_OPERANDI', ['convoy']),
  ],
  claims: [
    ...[...NAMES, 'kid'].map((entity) => ({
      actor: {
        entity,
        label: `Fennec-${entity}`,
        category: 'OTHER',
        benefit: 'UNKNOWN',
        minor: entity === 'kid',
      },
    })),
    ...NAMES.slice(1).map((to) => ({ worksWith: { from: 'm0', to, tie: 'BUSINESS' } })),
    ...['kid', ...NAMES].map((from, at) => ({
      memberOf: { from, to: 'ring', level: 'L1', role: 'R01' },
      observedFrom: `${2010 + (at % 4)}-05-01`,
    })),
    { network: { entity: 'ring', label: 'Agadez-transport' } },
    { network: { entity: 'quiet', label: 'Quiet' } },
    { operates: { from: 'ring', to: 'way' } },
    { hasLeg: { from: 'way', to: 'leg', position: 1 } },
    { leg: { entity: 'leg', label: 'Agadez-to-Sabha', feeMin: 100, feeMax: 150, currency: 'USD' } },
    { departsFrom: { from: 'leg', to: 'agadez' } },
    { arrivesAt: { from: 'leg', to: 'sabha' } },
    { place: { entity: 'agadez', label: 'Agadez', country: 'NE' } },
    { place: { entity: 'sabha', label: 'Sabha', country: 'LY' } },
    { involvedIn: { from: 'ring', to: 'wreck' }, observedFrom: '2014-08-01', handling: ['H2'] },
    { incident: { entity: 'wreck', label: 'Wreck', type: 'SHIPWRECK', dead: 20 }, source: 'A' },
    { incident: { entity: 'wreck', label: 'Wreck', type: 'SHIPWRECK', dead: 35 } },
    { crime: { entity: 'people', label: 'People', code: 'LNK_01' } },
    { linkedTo: { from: 'ring', to: 'people', code: 'LNK_01', link: 'SAME_ACTOR' } },
    { uses: { from: 'ring', to: 'convoy' } },
    { modusOperandi: { entity: 'convoy', label: 'Convoy', facets: ['HRM_01', 'COR_02', 'PAY_01'] } },
  ],
}

beforeAll(async () => {
  site = await openSite()
  folder = await mkdtemp(join(tmpdir(), 'portolan-threat-'))
  const { json } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input: report('threat-report', CHART) })
  expect(json.errors).toBeUndefined()
  kid = json.data.submitReport.ids.find((one: { local: string }) => one.local === 'kid').id
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

const write = (out: string, ...more: string[]) =>
  site.here(['threat', 'report', 'Agadez-transport', 'Quiet', '--out', out, ...paola, ...more], {
    cwd: folder,
  })

describe('threat report', () => {
  it('is Markdown with every indicator, its claims, how it may be handled and where the log has it', async () => {
    expect(await write('threat.md')).toMatchObject({ code: 0, err: '' })
    const text = await readFile(join(folder, 'threat.md'), 'utf8')
    expect(text.split('\n')[0]).toBe('# Threat picture: Agadez-transport and Quiet')
    expect(text).toMatch(/\*\*Handling: .*H2.*\*\*/)
    expect(text.match(/audit entries: \d/g)).toHaveLength(2)
    expect(text).toContain('### dead, as reported: 20 (20–35)')
    expect(text).toMatch(/\| incident Wreck: dead: 35 \| .*\| ne-dst, B2 assessment \|/)
    expect(text).toMatch(/Agadez-transport is linked to People \(trafficking in persons, same actor\)/)
    expect(text).toContain('### members: 12')
    expect(text).toContain('1 protected member counts among no members')
    expect(text).toMatch(/\| members \| 12 \| unknown \|/)
    expect(text.split('## Quiet')[1]).toMatch(
      /^\n\nNothing is known of: routes operated, .*incidents by year\.\n/,
    )
    expect(text).not.toContain('Fennec-kid')
    expect(text).not.toContain(kid)
  }, 120_000)

  it('is PDF with the handling codes and the audit entries on each page', async () => {
    expect(await write('threat.pdf', '--most', '100')).toMatchObject({ code: 0, err: '' })
    const pages = pagesOf(await readFile(join(folder, 'threat.pdf')))
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) {
      expect(page).toMatch(/Handling: .*H2/)
      expect(page).toMatch(/Asked by it-sco\.paola .*audit entries: \d/s)
    }
    expect(pages.join('')).toContain('35')
  }, 120_000)

  it('is in French too, and overwrites nothing without being told', async () => {
    expect((await write('threat.md')).code).toBe(2)
    expect(await write('threat.md', '--force', '--lang', 'fr')).toMatchObject({ code: 0 })
    const text = await readFile(join(folder, 'threat.md'), 'utf8')
    expect(text).toContain('# État de la menace : Agadez-transport et Quiet')
    expect(text).toMatch(/\| membres \| 12 \| inconnu \|/)
    expect((await write('threat.doc')).code).toBe(2)
  }, 120_000)
})

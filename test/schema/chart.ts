import type { TestPortolan } from '../instance.ts'
import { GRADING } from '../report.ts'

// One small corridor, reported by Niger and, differently, by Italy: what the tests of the schema ask about.

export const PARTS = [
  { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' as const, issa: 'ANALYST' as const } },
  { office: 'it-sco', persons: { paola: 'ANALYST' as const, marco: 'ANALYST' as const } },
  { office: 'fr-obs', kind: 'OBSERVATORY' as const, persons: { omar: 'OBSERVER' as const } },
  { office: 'ne-audit', kind: 'AUDITOR' as const, persons: { salif: 'AUDITOR' as const } },
]

const both = (country: string) => ({
  to: ['all'],
  transfers: [{ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }],
})
const head = { purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86', reviewDue: '2030-01-01', defaults: GRADING }

const niger = {
  ...{ key: 'chart-niger', ...head, release: both('IT'), reference: 'AGZ-2013' },
  entities: [
    ...[
      { local: 'boss', kind: 'ACTOR' },
      { local: 'helmsman', kind: 'ACTOR' },
      { local: 'ring', kind: 'NETWORK' },
      { local: 'heir', kind: 'NETWORK' },
    ],
    ...[
      { local: 'agadez', kind: 'PLACE' },
      { local: 'dirkou', kind: 'PLACE' },
      { local: 'sebha', kind: 'PLACE' },
    ],
    ...[
      { local: 'north', kind: 'ROUTE' },
      { local: 'leg1', kind: 'LEG' },
      { local: 'leg2', kind: 'LEG' },
    ],
    ...[
      { local: 'mo', kind: 'MODUS_OPERANDI' },
      { local: 'hilux', kind: 'VEHICLE' },
      { local: 'raid', kind: 'INCIDENT' },
      { local: 'drugs', kind: 'CRIME' },
    ],
  ],
  claims: [
    { actor: { entity: 'boss', label: 'Addax', category: 'SUSPECT', benefit: 'SHOWN', nationality: 'NE' } },
    {
      actor: {
        entity: 'helmsman',
        label: 'Mousse',
        category: 'OTHER',
        benefit: 'NONE',
        migrant: true,
        coerced: true,
        age: 'UNDER_18_CLAIMED',
      },
    },
    { network: { entity: 'ring', label: 'Agadez-transport', status: 'ACTIVE', sizeMin: 5, sizeMax: 12 } },
    { network: { entity: 'heir', label: 'Agadez-transport-2', status: 'UNKNOWN' } },
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
    { place: { entity: 'dirkou', label: 'Dirkou', type: 'TOWN', country: 'NE' } },
    { place: { entity: 'sebha', label: 'Sebha', type: 'CITY', country: 'LY' } },
    { route: { entity: 'north', label: 'Agadez-Sebha', status: 'OPEN' } },
    {
      leg: {
        entity: 'leg1',
        label: 'Agadez-Dirkou',
        status: 'CONTROLLED',
        means: ['TRN_03', 'TRN_02'],
        feeMin: 150,
        feeMax: 300,
        currency: 'EUR',
        perPerson: true,
        risks: ['HRM_02'],
        months: [3, 1],
      },
    },
    { leg: { entity: 'leg2', label: 'Dirkou-Sebha', status: 'OPEN', lawful: false } },
    { modusOperandi: { entity: 'mo', label: 'Convoy', facets: ['TRN_02', 'PAY_01', 'COR_01'] } },
    { vehicle: { entity: 'hilux', label: 'Hilux-7', type: 'PICKUP', capacity: 30 } },
    {
      incident: {
        entity: 'raid',
        label: 'Raid-1',
        type: 'RAID',
        arrested: 4,
        nationalities: ['SN', 'ML', 'SN'],
      },
      observedFrom: '2013-10-02',
      observedTo: '2013-10-03',
    },
    { crime: { entity: 'drugs', label: 'Drugs', code: 'LNK_01' } },
    {
      memberOf: { from: 'boss', to: 'ring', level: 'L2', role: 'GHETTO_BOSS' },
      observedFrom: '2013-01-01',
      observedTo: '2013-12-31',
    },
    { memberOf: { from: 'helmsman', to: 'ring', level: 'L1', role: 'FIXER' } },
    { worksWith: { from: 'boss', to: 'helmsman', tie: 'COMMAND' } },
    { operates: { from: 'ring', to: 'north' } },
    { hasLeg: { from: 'north', to: 'leg2', position: 2 } },
    { hasLeg: { from: 'north', to: 'leg1', position: 1 } },
    { departsFrom: { from: 'leg1', to: 'agadez' } },
    { arrivesAt: { from: 'leg1', to: 'dirkou' } },
    { departsFrom: { from: 'leg2', to: 'dirkou' } },
    { arrivesAt: { from: 'leg2', to: 'sebha' } },
    { uses: { from: 'ring', to: 'mo' } },
    { uses: { from: 'ring', to: 'hilux' } },
    {
      linkedTo: { from: 'ring', to: 'drugs', code: 'LNK_01', link: 'SAME_VEHICLE' },
      basis: 'FACT',
      source: 'A',
      information: 'N1',
    },
    { involvedIn: { from: 'ring', to: 'raid' } },
    { locatedAt: { from: 'raid', to: 'agadez' } },
    { succeeds: { from: 'heir', to: 'ring' } },
  ],
}

const italy = (id: (local: string) => string) => ({
  ...{ key: 'chart-italy', ...head, release: both('NE') },
  entities: [
    { local: 'boss', kind: 'ACTOR', id: id('boss') },
    { local: 'ring', kind: 'NETWORK', id: id('ring') },
  ],
  claims: [
    { network: { entity: 'ring', label: 'Il-Trasporto', status: 'DORMANT' }, source: 'A', information: 'N1' },
    {
      memberOf: { from: 'boss', to: 'ring', level: 'L3', role: 'GHETTO_BOSS' },
      source: 'C',
      information: 'N3',
    },
  ],
})

const SUBMIT =
  'mutation($input: ReportInput!) { submitReport(input: $input) { ids { local id } report { id recorded } } }'
export type Chart = {
  id(local: string): string
  niger: { id: string; recorded: string }
  italy: { id: string; recorded: string }
}

/** Reports the corridor and gives the ids of its entities by their local names. */
export async function drawChart(portolan: TestPortolan): Promise<Chart> {
  const send = async (person: string, input: object) => {
    const { json, text } = await portolan.ask(person, SUBMIT, { input })
    if (json.errors) throw new Error(text)
    return json.data.submitReport as {
      ids: { local: string; id: string }[]
      report: { id: string; recorded: string }
    }
  }
  const first = await send('ne-dst.aicha', niger)
  const ids = new Map(first.ids.map(({ local, id }) => [local, id]))
  const id = (local: string) => ids.get(local)!
  const second = await send('it-sco.paola', italy(id))
  return { id, niger: first.report, italy: second.report }
}

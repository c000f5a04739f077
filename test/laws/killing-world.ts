import type { TestPortolan } from '../instance.ts'
import { GRADING } from '../report.ts'
import { officer, releaseTo, type TestRelease } from './stage.ts'
import type { Chain, World } from './world.ts'

// One world, made by hand, in which every way to tell too much tells something: the same entities are described, related
// and corrected by several offices, some openly, some hidden from most.

const SUBMIT =
  'mutation($input: ReportInput!) { submitReport(input: $input) { ids { local id } report { id } } }'
const CORRECT =
  'mutation($report: ID!, $input: CorrectionInput!) { correctReport(report: $report, input: $input) { ids { local id } report { id } } }'

const content = (
  key: string,
  entities: { local: string; kind: string; id?: string }[],
  claims: object[],
) => ({
  ...{ key, purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86', reviewDue: '2030-01-01', defaults: GRADING },
  ...{ entities, claims },
})

type Known = Record<string, { id: string; kind: string }>

/** What every report of this world says, with labels of its own. */
function claimsOf(
  mark: string,
  grade: object,
): { entities: { local: string; kind: string }[]; claims: object[] } {
  const entities = [
    ...[
      ['boss', 'ACTOR'],
      ['aide', 'ACTOR'],
      ['ring', 'NETWORK'],
      ['town', 'PLACE'],
      ['way', 'ROUTE'],
      ['leg', 'LEG'],
    ],
    ...[
      ['raid', 'INCIDENT'],
      ['arms', 'CRIME'],
      ['manner', 'MODUS_OPERANDI'],
      ['truck', 'VEHICLE'],
    ],
  ].map(([local, kind]) => ({ local: local!, kind: kind! }))
  const claims = [
    { ...grade, actor: { entity: 'boss', label: `Boss-${mark}`, category: 'OTHER', benefit: 'SHOWN' } },
    { ...grade, actor: { entity: 'aide', label: `Aide-${mark}`, category: 'OTHER', benefit: 'UNKNOWN' } },
    { ...grade, network: { entity: 'ring', label: `Ring-${mark}`, status: 'ACTIVE' } },
    { ...grade, place: { entity: 'town', label: `Town-${mark}`, type: 'CITY' } },
    { ...grade, route: { entity: 'way', label: `Way-${mark}`, status: 'OPEN' } },
    { ...grade, leg: { entity: 'leg', label: `Leg-${mark}` } },
    { ...grade, incident: { entity: 'raid', label: `Raid-${mark}`, type: 'RAID' } },
    { ...grade, crime: { entity: 'arms', label: `Arms-${mark}`, code: 'LNK_01' } },
    { ...grade, modusOperandi: { entity: 'manner', label: `Manner-${mark}`, facets: ['PAY_02'] } },
    { ...grade, vehicle: { entity: 'truck', label: `Truck-${mark}`, type: 'TRUCK' } },
    { ...grade, worksWith: { from: 'boss', to: 'aide', tie: 'FINANCE' } },
    {
      ...grade,
      memberOf: { from: 'aide', to: 'ring', level: 'L2', role: 'FIXER' },
      observedFrom: '2013-06-01',
    },
    { ...grade, operates: { from: 'ring', to: 'way' } },
    { ...grade, hasLeg: { from: 'way', to: 'leg', position: 1 } },
    { ...grade, departsFrom: { from: 'leg', to: 'town' } },
    { ...grade, involvedIn: { from: 'ring', to: 'raid' } },
    { ...grade, locatedAt: { from: 'raid', to: 'town' } },
    { ...grade, linkedTo: { from: 'ring', to: 'arms', code: 'LNK_01', link: 'SAME_ROUTE' } },
    { ...grade, uses: { from: 'ring', to: 'manner' } },
  ]
  return { entities, claims }
}

export async function killingWorld(portolan: TestPortolan): Promise<World> {
  const world: World = { chains: [], cards: [], times: [Date.now()], told: [] }
  const known: Known = {}

  async function run(person: string, query: string, variables: Record<string, unknown>) {
    const { json } = await portolan.ask(person, query, variables)
    if (json.errors) throw new Error(JSON.stringify(json.errors))
    world.times.push(Date.now())
    // Times in the world are told apart by milliseconds.
    await new Promise((go) => setTimeout(go, 5))
    return Object.values(json.data)[0] as { ids: { local: string; id: string }[]; report: { id: string } }
  }

  async function report(
    person: string,
    key: string,
    release: TestRelease,
    mark: string,
    grade: object,
    only?: string[],
  ): Promise<Chain> {
    const { office, country } = officer(person)
    const all = claimsOf(mark, grade)
    const keep = (claim: object) => !only || Object.keys(claim).some((kind) => only.includes(kind))
    const claims = all.claims.filter(keep)
    const used = JSON.stringify(claims)
    const entities = all.entities
      .filter(({ local }) => used.includes(`"${local}"`))
      .map((one) => ({ ...one, ...(known[one.local] && { id: known[one.local]!.id }) }))
    const { ids, report: made } = await run(person, SUBMIT, {
      input: { ...content(key, entities, claims), release },
    })
    for (const { local, id } of ids)
      known[local] ??= { id, kind: entities.find((one) => one.local === local)!.kind }
    const mentions = ids.map(({ local, id }) => ({ id, kind: known[local]!.kind as 'ACTOR' }))
    const chain: Chain = {
      id: made.id,
      office,
      country,
      release,
      state: 'STANDS',
      versions: [{ report: made.id, mentions }],
    }
    world.chains.push(chain)
    return chain
  }

  /** A report about exactly these entities, known or new. */
  async function said(
    person: string,
    key: string,
    release: TestRelease,
    entities: [string, string][],
    claims: object[],
  ) {
    const { office, country } = officer(person)
    const mentioned = entities.map(([local, kind]) => ({
      local,
      kind,
      ...(known[local] && { id: known[local].id }),
    }))
    const { ids, report: made } = await run(person, SUBMIT, {
      input: { ...content(key, mentioned, claims), release },
    })
    for (const [local, kind] of entities)
      known[local] ??= { id: ids.find((one) => one.local === local)!.id, kind }
    const mentions = entities.map(([local, kind]) => ({ id: known[local]!.id, kind: kind as 'ACTOR' }))
    const chain: Chain = {
      id: made.id,
      office,
      country,
      release,
      state: 'STANDS',
      versions: [{ report: made.id, mentions }],
    }
    world.chains.push(chain)
    return chain
  }

  const better = { source: 'A', information: 'N1' }
  const open = await report('ne-dst.aicha', 'killing-1', releaseTo(['all'], 'NE'), 'open', {})
  // Better graded and hidden: whoever forgets a test is told another name.
  await report('ne-dst.aicha', 'killing-2', releaseTo(['team:sahel'], 'NE'), 'sahel', better)
  await report('it-sco.paola', 'killing-3', releaseTo([], 'IT', ['person:it-sco.luca']), 'sco', better)
  await report(
    'ml-dnlt.fanta',
    'killing-4',
    releaseTo(['country:NE', 'country:ML'], 'ML', ['person:ne-dst.issa']),
    'mali',
    better,
  )
  await report(
    'fr-liaison.claire',
    'killing-5',
    releaseTo(['office:it-sco'], 'FR', ['person:it-sco.paola']),
    'france',
    better,
  )
  // Named, but of a country that no basis was given for when it was released.
  await report(
    'it-proc.giulia',
    'killing-6',
    { to: ['person:it-sco.luca'], except: [], transfers: [] },
    'proc',
    better,
  )
  const corrected = await report('ne-dst.aicha', 'killing-7', releaseTo(['all'], 'NE'), 'before', {
    source: 'A',
    information: 'N2',
  })
  const { entities, claims } = claimsOf('after', { source: 'X', information: 'N4' })
  const fixed = await run('ne-dst.aicha', CORRECT, {
    report: corrected.id,
    input: content(
      'killing-8',
      entities.map((one) => ({ ...one, id: known[one.local]!.id })),
      claims.filter((claim) => !('worksWith' in claim)),
    ),
  })
  corrected.versions.push({ report: fixed.report.id, mentions: open.versions[0]!.mentions })
  const everybody = releaseTo(['all'], 'NE')
  const actor = (entity: string) => ({
    actor: { entity, label: `${entity}-seen`, category: 'OTHER', benefit: 'UNKNOWN' },
  })
  // Islands that everybody sees, and bridges to them that only Niger and Mali do.
  for (const island of ['near', 'far', 'lost'])
    await said(
      'ne-dst.aicha',
      `killing-${island}`,
      everybody,
      [
        [island, 'ACTOR'],
        [`${island}-friend`, 'ACTOR'],
        [`${island}-gang`, 'NETWORK'],
        [`${island}-port`, 'PLACE'],
      ],
      [
        ...[
          actor(island),
          actor(`${island}-friend`),
          { network: { entity: `${island}-gang`, label: `${island}-gang`, status: 'DORMANT' } },
        ],
        ...[
          { place: { entity: `${island}-port`, label: `${island}-port` } },
          { worksWith: { from: island, to: `${island}-friend` } },
        ],
        ...[
          { memberOf: { from: `${island}-friend`, to: `${island}-gang`, level: 'L1', role: 'FIXER' } },
          { locatedAt: { from: island, to: `${island}-port` } },
        ],
      ],
    )
  await said(
    'ne-dst.aicha',
    'killing-bridge',
    releaseTo(['team:sahel'], 'NE'),
    [
      ['boss', 'ACTOR'],
      ['near', 'ACTOR'],
      ['far', 'ACTOR'],
    ],
    [...[{ worksWith: { from: 'boss', to: 'near' } }, { worksWith: { from: 'near', to: 'far' } }]],
  )
  // What only the hidden says: a level, a crime, a way of working, a place, an incident there, and the crime itself.
  await said(
    'ne-dst.aicha',
    'killing-secret',
    releaseTo(['team:sahel'], 'NE'),
    [
      ['ghost', 'ACTOR'],
      ['near-gang', 'NETWORK'],
      ['drugs', 'CRIME'],
      ['trick', 'MODUS_OPERANDI'],
      ['near-port', 'PLACE'],
      ['raid', 'INCIDENT'],
      ['storm', 'INCIDENT'],
      ['arms', 'CRIME'],
    ],
    [
      ...[
        actor('ghost'),
        { crime: { entity: 'drugs', label: 'Drugs', code: 'LNK_02' } },
        { incident: { entity: 'storm', label: 'Storm', type: 'RESCUE' } },
      ],
      ...[
        { memberOf: { from: 'ghost', to: 'near-gang', level: 'L3', role: 'FIXER' } },
        { linkedTo: { from: 'near-gang', to: 'drugs', code: 'LNK_02', link: 'SAME_ACTOR' } },
      ],
      ...[
        { uses: { from: 'near-gang', to: 'trick' } },
        { modusOperandi: { entity: 'trick', label: 'Trick', facets: ['REC_01'] } },
      ],
      ...[
        { locatedAt: { from: 'raid', to: 'near-port' } },
        { locatedAt: { from: 'near-gang', to: 'near-port' } },
      ],
      { linkedTo: { from: 'ghost', to: 'arms', code: 'LNK_01', link: 'SAME_ACTOR' } },
    ],
  )
  // Said by everybody's report once, and corrected away: a bridge, and an actor that nothing else speaks of.
  const bridged = await said(
    'ne-dst.aicha',
    'killing-gone',
    everybody,
    [
      ['boss', 'ACTOR'],
      ['lost', 'ACTOR'],
      ['lost-friend', 'ACTOR'],
      ['vain', 'ACTOR'],
    ],
    [
      ...[
        { ...better, ...actor('vain') },
        { ...better, worksWith: { from: 'boss', to: 'lost' } },
        { worksWith: { from: 'lost-friend', to: 'vain' } },
      ],
      { ...better, actor: { entity: 'lost', label: 'Corrected-away', category: 'OTHER', benefit: 'SHOWN' } },
    ],
  )
  const kept = await run('ne-dst.aicha', CORRECT, {
    report: bridged.id,
    input: content('killing-kept', [{ local: 'boss', kind: 'ACTOR', id: known.boss!.id }], [actor('boss')]),
  })
  bridged.versions.push({ report: kept.report.id, mentions: [{ id: known.boss!.id, kind: 'ACTOR' }] })
  return world
}

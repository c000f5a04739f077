import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { type Chart, drawChart, PARTS } from './chart.ts'

let portolan: TestPortolan
let chart: Chart

beforeAll(async () => {
  portolan = await openPortolan(await testNeo4j(), await makeCast(PARTS))
  chart = await drawChart(portolan)
})
afterAll(() => portolan?.close())

async function data(query: string, variables: Record<string, unknown> = {}, person = 'it-sco.paola') {
  const { json } = await portolan.ask(person, query, variables)
  expect(json.errors).toBeUndefined()
  return json.data
}
/** Fields that rest on relations, by the kind of entity. */
const FIELDS = {
  actor: ['memberships { id }', 'disputed', 'worksWith { id }', 'relations { id }', 'more'],
  network: [
    ...[
      'members { id }',
      'operates { id }',
      'routes { id }',
      'modusOperandi { id }',
      'links { id }',
      'crimes { id }',
    ],
    ...['incidents { id }', 'succession { id }', 'crimes { links { id } }', 'modusOperandi { users { id } }'],
  ],
  route: ['legs { position }', 'operators { id }', 'links { id }'],
  leg: ['from { id }', 'to { id }', 'links { id }', 'operators { id }'],
  place: ['departures { id }', 'arrivals { id }', 'located { id }'],
  incident: ['located { id }', 'involved { id }', 'links { id }'],
}
const LOCAL = {
  actor: 'boss',
  network: 'ring',
  route: 'north',
  leg: 'leg1',
  place: 'agadez',
  incident: 'raid',
}
const one = async (noun: string, local: string, fields: string) =>
  (await data(`query($id: ID!) { ${noun}(id: $id) { ${fields} } }`, { id: chart.id(local) }))[noun]

describe('a network', () => {
  it('has its members by level, routes, modus operandi, links to other crimes and incidents', async () => {
    const fields = `label members { level role office source information from { label } } routes { label } operates { type to { label } }
      modusOperandi { label said { field values { value } } } links { crime link basis source } crimes { label } incidents { label } succession { from { label } to { label } }`
    const network = await one('network', 'ring', fields)
    const byLevel = (a: { level: string }, b: { level: string }) => (a.level < b.level ? -1 : 1)
    expect({ ...network, members: network.members.sort(byLevel) }).toEqual({
      label: 'Il-Trasporto',
      members: [
        {
          level: 'L1',
          role: 'FIXER',
          office: 'ne-dst',
          source: 'B',
          information: 'N2',
          from: { label: 'Mousse' },
        },
        {
          level: 'L2',
          role: 'GHETTO_BOSS',
          office: 'ne-dst',
          source: 'B',
          information: 'N2',
          from: { label: 'Addax' },
        },
        {
          level: 'L3',
          role: 'GHETTO_BOSS',
          office: 'it-sco',
          source: 'C',
          information: 'N3',
          from: { label: 'Addax' },
        },
      ],
      routes: [{ label: 'Agadez-Sebha' }],
      operates: [{ type: 'OPERATES', to: { label: 'Agadez-Sebha' } }],
      modusOperandi: [
        {
          label: 'Convoy',
          said: [
            { field: 'facets', values: [{ value: 'COR_01 PAY_01 TRN_02' }] },
            { field: 'label', values: [{ value: 'Convoy' }] },
          ],
        },
      ],
      links: [{ crime: 'LNK_01', link: 'SAME_VEHICLE', basis: 'FACT', source: 'A' }],
      crimes: [{ label: 'Drugs' }],
      incidents: [{ label: 'Raid-1' }],
      succession: [{ from: { label: 'Agadez-transport-2' }, to: { label: 'Il-Trasporto' } }],
    })
  })

  it('shows where two offices differ, and averages nothing', async () => {
    const { said } = await one('network', 'ring', 'said { field disputed values { value offices } }')
    expect(said).toEqual([
      {
        field: 'label',
        disputed: true,
        values: [
          { value: 'Agadez-transport', offices: ['ne-dst'] },
          { value: 'Il-Trasporto', offices: ['it-sco'] },
        ],
      },
      { field: 'sizeMax', disputed: false, values: [{ value: '12', offices: ['ne-dst'] }] },
      { field: 'sizeMin', disputed: false, values: [{ value: '5', offices: ['ne-dst'] }] },
      {
        field: 'status',
        disputed: true,
        values: [
          { value: 'ACTIVE', offices: ['ne-dst'] },
          { value: 'DORMANT', offices: ['it-sco'] },
        ],
      },
    ])
  })

  it('was, before Italy reported, what Niger had said', async () => {
    const query =
      'query($id: ID!, $asOf: Time) { network(id: $id, asOf: $asOf) { label members(level: L3) { level } } }'
    expect((await data(query, { id: chart.id('ring'), asOf: chart.niger.recorded })).network).toEqual({
      label: 'Agadez-transport',
      members: [],
    })
    const before = new Date(Date.parse(chart.niger.recorded) - 1).toISOString()
    expect((await data(query, { id: chart.id('ring'), asOf: before })).network).toBeNull()
    // The future is not known yet: it reads like now.
    expect(
      (await data(query, { id: chart.id('ring'), asOf: '2999-01-01T00:00:00.000Z' })).network.label,
    ).toBe('Il-Trasporto')
  })

  it.each<[string, Record<string, unknown>, string[]]>([
    ['name', { name: 'trasp' }, ['Il-Trasporto']],
    ['level', { level: 'L3' }, ['Il-Trasporto']],
    ['a level nobody has', { level: 'LX' }, []],
    ['status', { status: 'UNKNOWN' }, ['Agadez-transport-2']],
    ['crime', { crime: 'LNK_01' }, ['Il-Trasporto']],
    ['facet', { facet: 'PAY_01' }, ['Il-Trasporto']],
    ['a facet it does not use', { facet: 'PAY_02' }, []],
    ['period', { from: '2013-06-01', to: '2013-06-30' }, ['Il-Trasporto']],
    ['another period', { from: '2019-01-01' }, []],
    ['nothing', {}, ['Agadez-transport-2', 'Il-Trasporto']],
  ])('is found by %s', async (_, filters, labels) => {
    const query = `query($name: String, $level: Level, $status: NetworkStatus, $crime: LinkedCrime, $facet: Facet, $from: Day, $to: Day) {
      networks(name: $name, level: $level, status: $status, crime: $crime, facet: $facet, from: $from, to: $to) { totalCount edges { node { label } } } }`
    const { networks } = await data(query, filters)
    expect(networks).toEqual({
      totalCount: labels.length,
      edges: labels.map((label) => ({ node: { label } })),
    })
  })

  it('is found by a place of its routes', async () => {
    const query = 'query($place: ID) { networks(place: $place) { edges { node { id } } } }'
    expect((await data(query, { place: chart.id('sebha') })).networks.edges).toEqual([
      { node: { id: chart.id('ring') } },
    ])
    expect((await data(query, { place: chart.id('boss') })).networks.edges).toEqual([])
  })
})

describe('an actor', () => {
  it('is disputed where offices give him two levels in one network', async () => {
    expect(
      await one(
        'actor',
        'boss',
        'label disputed memberships { level office } worksWith { tie to { label } }',
      ),
    ).toEqual({
      label: 'Addax',
      disputed: true,
      memberships: expect.arrayContaining([
        { level: 'L2', office: 'ne-dst' },
        { level: 'L3', office: 'it-sco' },
      ]),
      worksWith: [{ tie: 'COMMAND', to: { label: 'Mousse' } }],
    })
  })

  it('is protected where anybody says that he was a migrant, coerced, or a minor', async () => {
    expect(await one('actor', 'helmsman', 'disputed protectedStates')).toEqual({
      disputed: false,
      protectedStates: ['COERCED', 'MIGRANT', 'MINOR'],
    })
    expect(await one('actor', 'boss', 'protectedStates')).toEqual({ protectedStates: [] })
  })

  it('is nobody under an id of another kind, or of none', async () => {
    for (const id of [chart.id('ring'), '0'.repeat(26), '', "'] DETACH DELETE n //"])
      expect(await data('query($id: ID!) { actor(id: $id) { label } }', { id })).toEqual({ actor: null })
  })
})

describe('a route', () => {
  it('has its legs in order, with means, fees, risks and where they lead', async () => {
    const fields = `label legs { position leg { label from { label } to { label } descriptions { ... on LegDescription { status means feeMin feeMax currency perPerson risks months lawful } } } }
      operators { from { label } } links { id }`
    expect(await one('route', 'north', fields)).toEqual({
      label: 'Agadez-Sebha',
      legs: [
        {
          position: 1,
          leg: {
            label: 'Agadez-Dirkou',
            from: [{ label: 'Agadez' }],
            to: [{ label: 'Dirkou' }],
            descriptions: [
              {
                status: 'CONTROLLED',
                means: ['TRN_02', 'TRN_03'],
                feeMin: 150,
                feeMax: 300,
                currency: 'EUR',
                perPerson: true,
                risks: ['HRM_02'],
                months: [1, 3],
                lawful: null,
              },
            ],
          },
        },
        {
          position: 2,
          leg: {
            label: 'Dirkou-Sebha',
            from: [{ label: 'Dirkou' }],
            to: [{ label: 'Sebha' }],
            descriptions: [
              {
                status: 'OPEN',
                means: null,
                feeMin: null,
                feeMax: null,
                currency: null,
                perPerson: null,
                risks: null,
                months: null,
                lawful: false,
              },
            ],
          },
        },
      ],
      operators: [{ from: { label: 'Il-Trasporto' } }],
      links: [],
    })
    expect((await data('{ routes(name: "sebha") { edges { node { label } } } }')).routes.edges).toEqual([
      { node: { label: 'Agadez-Sebha' } },
    ])
    expect(await one('leg', 'leg1', 'operators { id } links { id }')).toEqual({ operators: [], links: [] })
  })
})

describe('a place, an incident, a crime and the rest', () => {
  it('know what begins, ends and happened there', async () => {
    expect(
      await one(
        'place',
        'dirkou',
        'label departures { from { label } } arrivals { from { label } } located { id }',
      ),
    ).toEqual({
      label: 'Dirkou',
      departures: [{ from: { label: 'Dirkou-Sebha' } }],
      arrivals: [{ from: { label: 'Agadez-Dirkou' } }],
      located: [],
    })
  })

  it('of an incident say when, where, who', async () => {
    expect(
      await one(
        'incident',
        'raid',
        'label involved { from { label } } located { to { label } } descriptions { observedFrom observedTo ... on IncidentDescription { type arrested dead nationalities } }',
      ),
    ).toEqual({
      label: 'Raid-1',
      involved: [{ from: { label: 'Il-Trasporto' } }],
      located: [{ to: { label: 'Agadez' } }],
      descriptions: [
        {
          observedFrom: '2013-10-02',
          observedTo: '2013-10-03',
          type: 'RAID',
          arrested: 4,
          dead: null,
          nationalities: ['ML', 'SN'],
        },
      ],
    })
  })

  it.each<[Record<string, unknown>, number]>([
    [{ type: 'RAID' }, 1],
    [{ type: 'RESCUE' }, 0],
    [{ from: '2013-10-03' }, 1],
    [{ from: '2013-10-04' }, 0],
    [{ to: '2013-10-01' }, 0],
  ])('find incidents by %j', async (filters, count) => {
    const query =
      'query($type: IncidentType, $from: Day, $to: Day) { incidents(type: $type, from: $from, to: $to) { totalCount } }'
    expect((await data(query, filters)).incidents.totalCount).toBe(count)
  })

  it('of a crime say what is linked to it, by which link, on whose evidence', async () => {
    const query = `query($code: LinkedCrime, $link: LinkType) { crimes(code: $code, link: $link) { edges { node { label ... on Crime { links { office link source information from { label } } } } } } }`
    const found = [
      {
        node: {
          label: 'Drugs',
          links: [
            {
              office: 'ne-dst',
              link: 'SAME_VEHICLE',
              source: 'A',
              information: 'N1',
              from: { label: 'Il-Trasporto' },
            },
          ],
        },
      },
    ]
    expect((await data(query, { code: 'LNK_01' })).crimes.edges).toEqual(found)
    expect((await data(query, { link: 'SAME_VEHICLE' })).crimes.edges).toEqual(found)
    expect((await data(query, { link: 'SAME_ROUTE' })).crimes.edges).toEqual([])
    expect((await data(query, { code: 'LNK_02' })).crimes.edges).toEqual([])
  })

  it('are listed by kind, each as what it is', async () => {
    const query = `query($kind: Kind!) { entities(kind: $kind) { edges { node { __typename label ... on Vehicle { users { from { label } } } ... on ModusOperandi { users { from { label } } } } } } }`
    const users = [{ from: { label: 'Il-Trasporto' } }]
    expect((await data(query, { kind: 'VEHICLE' })).entities.edges).toEqual([
      { node: { __typename: 'Vehicle', label: 'Hilux-7', users } },
    ])
    expect((await data(query, { kind: 'MODUS_OPERANDI' })).entities.edges).toEqual([
      { node: { __typename: 'ModusOperandi', label: 'Convoy', users } },
    ])
    for (const kind of ['ACTOR', 'NETWORK', 'PLACE', 'ROUTE', 'LEG', 'INCIDENT', 'CRIME'])
      expect((await data(query, { kind })).entities.edges.length).toBeGreaterThan(0)
  })
})

describe('a neighbourhood, a connection and a history', () => {
  const around = async (local: string, depth: number) =>
    (
      await data(
        'query($id: ID!, $depth: Int) { neighbourhood(id: $id, depth: $depth) { more nodes { label } claims { type } } }',
        { id: chart.id(local), depth },
      )
    ).neighbourhood

  it('grow with the depth, and do not go on through a place or a crime', async () => {
    const labels = async (local: string, depth: number) =>
      (await around(local, depth)).nodes.map(({ label }: { label: string }) => label).sort()
    expect(await labels('agadez', 1)).toEqual(['Agadez', 'Agadez-Dirkou', 'Raid-1'])
    expect(await labels('boss', 1)).toEqual(['Addax', 'Il-Trasporto', 'Mousse'])
    expect(await labels('boss', 2)).toEqual([
      'Addax',
      'Agadez-Sebha',
      'Agadez-transport-2',
      'Convoy',
      'Drugs',
      'Hilux-7',
      'Il-Trasporto',
      'Mousse',
      'Raid-1',
    ])
    // The leg that begins where the raid was is no neighbour of the raid.
    expect(await labels('raid', 2)).toContain('Agadez')
    expect(await labels('raid', 2)).not.toContain('Agadez-Dirkou')
    expect((await around('boss', 2)).more).toBe(false)
  })

  it.each([0, 4, -1])('are not %i deep', async (depth) => {
    const { json } = await portolan.ask(
      'it-sco.paola',
      'query($id: ID!, $depth: Int) { neighbourhood(id: $id, depth: $depth) { more } }',
      { id: chart.id('boss'), depth },
    )
    expect(json.errors[0].extensions.code).toBe('BAD_INPUT')
  })

  it('show the shortest way and the claims on it', async () => {
    const query =
      'query($from: ID!, $to: ID!) { connection(from: $from, to: $to) { stops { label } claims { type office } } }'
    const { connection } = await data(query, { from: chart.id('helmsman'), to: chart.id('leg2') })
    expect(connection.stops).toEqual(
      ['Mousse', 'Il-Trasporto', 'Agadez-Sebha', 'Dirkou-Sebha'].map((label) => ({ label })),
    )
    expect(connection.claims.map(({ type }: { type: string }) => type)).toEqual([
      'MEMBER_OF',
      'OPERATES',
      'HAS_LEG',
    ])
    expect((await data(query, { from: chart.id('boss'), to: '0'.repeat(26) })).connection).toBeNull()
    const same = await portolan.ask('it-sco.paola', query, { from: chart.id('boss'), to: chart.id('boss') })
    expect(same.json.errors[0].extensions.code).toBe('BAD_INPUT')
  })

  it('tell everything that was ever said, in the order in which it was recorded', async () => {
    const query =
      'query($id: ID!) { history(id: $id) { descriptions { office recorded retracted ... on NetworkDescription { status } } relations { office type retracted } } }'
    const { history } = await data(query, { id: chart.id('ring') })
    expect(history.descriptions).toEqual([
      { office: 'ne-dst', recorded: chart.niger.recorded, retracted: null, status: 'ACTIVE' },
      { office: 'it-sco', recorded: chart.italy.recorded, retracted: null, status: 'DORMANT' },
    ])
    expect(history.relations.at(-1)).toEqual({ office: 'it-sco', type: 'MEMBER_OF', retracted: null })
  })
})

describe('what no field shows', () => {
  const shownBy = async (fields: string) => {
    const of = { id: chart.id('ring') }
    await data(`query($id: ID!) { network(id: $id) { ${fields} } }`, of, 'it-sco.marco')
    return (await data('{ me { shownToday } }', {}, 'it-sco.marco')).me.shownToday
  }

  it('is not read, and not on record as shown', async () => {
    expect(await shownBy('label')).toBe(1)
    expect(await shownBy('succession { id }')).toBe(2)
    expect(await shownBy('members { id } succession { id }')).toBe(4)
    expect(await shownBy('relations { id }')).toBeGreaterThan(7)
  })

  // Every field that shows relations is in the list by which they are read, or it would show none.
  it.each(Object.entries(FIELDS))('but all that %s has to show is, field by field', async (noun, fields) => {
    for (const field of fields)
      expect(await one(noun, LOCAL[noun as keyof typeof LOCAL], `id ${field}`)).toMatchObject({
        id: expect.any(String),
      })
  })
})

describe('a report', () => {
  const REPORT = `query($id: ID!) { report(id: $id) { office reference purpose legalBasis reviewDue recorded status descriptions { entity { label } } relations { type } release { to countries } acts { kind author } } }`

  it('shows its claims to those it is released to, and its release to its office alone', async () => {
    const { report } = await data(REPORT, { id: chart.italy.id }, 'ne-dst.issa')
    expect(report).toEqual({
      ...{
        office: 'it-sco',
        reference: null,
        purpose: 'OPERATIONAL',
        legalBasis: 'Law-2010-86',
        reviewDue: '2030-01-01',
        recorded: chart.italy.recorded,
        status: 'CURRENT',
      },
      ...{
        descriptions: [{ entity: { label: 'Il-Trasporto' } }],
        relations: [{ type: 'MEMBER_OF' }],
        release: null,
        acts: [],
      },
    })
    const own = await data(REPORT, { id: chart.niger.id }, 'ne-dst.issa')
    expect(own.report).toMatchObject({
      release: { to: ['all', 'office:ne-dst'], countries: ['IT', 'NE'] },
      acts: [{ kind: 'SUBMIT', author: 'ne-dst.aicha' }],
    })
  })

  it('is found by office and reference, newest first', async () => {
    const query =
      'query($office: String, $reference: String) { reports(office: $office, reference: $reference) { totalCount nodes { id } } }'
    expect((await data(query)).reports).toEqual({
      totalCount: 2,
      nodes: [{ id: chart.italy.id }, { id: chart.niger.id }],
    })
    expect((await data(query, { office: 'it-sco' })).reports.nodes).toEqual([{ id: chart.italy.id }])
    expect((await data(query, { reference: 'AGZ-2013' })).reports.nodes).toEqual([{ id: chart.niger.id }])
    expect((await data(query, { reference: 'none' })).reports).toEqual({ totalCount: 0, nodes: [] })
  })

  it('is not for an observatory or an auditor: neither hears of intelligence', async () => {
    for (const person of ['fr-obs.omar', 'ne-audit.salif'])
      for (const query of [
        '{ networks { totalCount } }',
        '{ reports { totalCount } }',
        '{ entities(kind: ACTOR) { totalCount } }',
        '{ notices { id } }',
      ])
        expect((await portolan.ask(person, query)).json.errors[0].extensions.code).toBe('NOT_ALLOWED')
  })
})

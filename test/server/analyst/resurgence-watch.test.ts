import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeCast } from '../../cast.ts'
import { swap } from '../../laws/broken.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT } from '../../report.ts'
import { type House, openHouse } from '../house.ts'
import { listen } from '../listener.ts'
import { start } from './analyses.ts'
import { actor } from './stage.ts'

// An office is told once that a network may go on from a dismantled one, where everybody who hears it sees both and what links them.

const AICHA = 'ne-dst.aicha'
/** Who comes back only at the end. */
const LUCA = 'it-sco.luca'
const LISTENING = [
  AICHA,
  'ne-dst-agadez.moussa',
  'it-sco.paola',
  'fr-police.claire',
  'ml-dnlt.fanta',
  'ne-dst-ngo.pia',
]
const NOBODY = Object.fromEntries(LISTENING.map((person) => [person, [] as string[]]))
const RELEASE = `mutation($id: ID!, $key: String!, $release: ReleaseInput!) {
  releaseReport(report: $id, key: $key, release: $release) { replayed } }`

let house: House
const ids: Record<string, string> = {}
const reports: Record<string, string> = {}
/** Where each stream of events has come to. */
const heard = new Map<string, string>()

const transfers = ['FR', 'IT'].map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }))
const to = (principals: string[], except: string[] = []) => ({
  ...{ to: principals, except },
  transfers: transfers.filter(({ country }) =>
    principals.some((one) => one.includes(country) || one.includes(`:${country.toLowerCase()}`)),
  ),
})

const network = (entity: string, status: string, day: string) => ({
  network: { entity, label: `N-${entity}`, status },
  observedFrom: day,
})
const member = (from: string, to: string, day: string) => ({
  memberOf: { from, to, level: 'L1', role: 'R01' },
  observedFrom: day,
})
const link = (word: string, from: string, to: string) => ({ [word]: { from, to } })

const others = ['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8']
const PARTS: Record<string, { kinds: Record<string, string[]>; claims: object[] }> = {
  /** The old one, what it had, and others after its end that have nothing of it. */
  world: {
    kinds: {
      NETWORK: ['old', 'new', ...others],
      ACTOR: ['man', ...others.map((one) => `of-${one}`)],
      VEHICLE: ['boat', 'lorry', ...others.map((one) => `car-${one}`)],
      PLACE: ['coast', 'town'],
    },
    claims: [
      ...[network('old', 'DISMANTLED', '2014-06-01'), network('new', 'ACTIVE', '2014-09-01')],
      ...[actor('man'), member('man', 'old', '2010-01-01')],
      ...[link('uses', 'old', 'boat'), link('uses', 'old', 'lorry'), link('locatedAt', 'old', 'coast')],
      // A lead, and too weak a one to be told.
      link('locatedAt', 'x1', 'coast'),
      ...others.flatMap((one) => [
        ...[network(one, 'ACTIVE', '2014-07-01'), actor(`of-${one}`), member(`of-${one}`, one, '2014-07-01')],
        ...[link('uses', one, `car-${one}`), link('locatedAt', one, 'town')],
      ]),
      ...['boat', 'lorry', ...others.map((one) => `car-${one}`)].map((entity) => ({
        vehicle: { entity, label: `V-${entity}`, type: 'CAR' },
      })),
      ...['coast', 'town'].map((entity) => ({ place: { entity, label: `P-${entity}`, type: 'OTHER' } })),
    ],
  },
  /** What of it is met again. */
  links: {
    kinds: {},
    claims: [
      ...[member('man', 'new', '2014-09-01'), link('locatedAt', 'new', 'coast')],
      ...[link('uses', 'new', 'boat'), link('uses', 'new', 'lorry')],
    ],
  },
}
const kindOf = Object.fromEntries(
  Object.values(PARTS).flatMap(({ kinds }) =>
    Object.entries(kinds).flatMap(([kind, locals]) => locals.map((local) => [local, kind])),
  ),
)

async function submit(name: string, release: object): Promise<void> {
  const { claims } = PARTS[name]!
  const locals = new Set(
    claims.flatMap((claim) =>
      Object.values(claim).flatMap((one) => [one.entity, one.from, one.to].filter(Boolean)),
    ),
  )
  const entities = [...locals].map((local) => ({
    ...{ local, kind: kindOf[local] },
    ...(ids[local] && { id: ids[local] }),
  }))
  const input = report(`resurgence-${name}-1`, { release, entities, claims })
  const { json } = await house.ask(AICHA, SUBMIT, { input })
  expect(json.errors).toBeUndefined()
  for (const { local, id } of json.data.submitReport.ids) ids[local] = id
  reports[name] = json.data.submitReport.report.id
}

let releases = 0
async function release(name: string, wanted: object): Promise<void> {
  const key = `resurgence-release-${++releases}`
  const { json } = await house.ask(AICHA, RELEASE, { id: reports[name], key, release: wanted })
  expect(json.errors).toBeUndefined()
}

beforeAll(async () => {
  const cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
    { office: 'ne-dst-agadez', parent: 'ne-dst', persons: { moussa: 'ANALYST' } },
    // A partner below a police office hears it, and may not read intelligence.
    { office: 'ne-dst-ngo', kind: 'PARTNER', parent: 'ne-dst', persons: { pia: 'PARTNER' } },
    { office: 'it-sco', persons: { paola: 'ANALYST', luca: 'FOCAL_POINT' } },
    { office: 'fr-police', persons: { claire: 'ANALYST' } },
    { office: 'ml-dnlt', persons: { fanta: 'FOCAL_POINT' } },
    { office: 'ne-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR' } },
  ])
  house = await openHouse(await testNeo4j(), cast)
  for (const person of [...LISTENING, LUCA]) {
    const stream = await listen(await house.session(person))
    heard.set(person, stream.last())
    stream.leave()
  }
}, 1_500_000)
afterAll(() => house?.close())

let ends = 0
/** What a person has been told of resurgence since he was asked last, as old and new. */
async function told(person: string): Promise<string[]> {
  const id = `end-${person}-${++ends}`
  await house.instance.events.publish({ kind: 'HANDOVER', offices: [person.split('.')[0]!], id })
  const stream = await listen(await house.session(person), { after: heard.get(person)! })
  const pairs: string[] = []
  for (let about = ''; about !== id; ) {
    const event = (await stream.heard()).data.events
    about = event.about
    const nameOf = (wanted: string) => Object.keys(ids).find((name) => ids[name] === wanted)
    if (event.kind === 'RESURGENCE') pairs.push(`${nameOf(event.thread)} ${nameOf(about)}`)
  }
  heard.set(person, stream.last())
  stream.leave()
  return pairs
}
async function toldAll() {
  const found: Record<string, string[]> = {}
  for (const one of LISTENING) found[one] = await told(one)
  return found
}
const tick = () => house.instance.resurgenceWatch.tick()
const looks = () => house.graph.calls.filter((name) => name === 'network/list').length

it('looks no further, and records nothing, for an office that sees nothing dismantled', async () => {
  await submit('world', to(['country:IT', 'country:FR']))
  const { audit } = house.instance
  let recorded = 0
  const asked = audit.asked.bind(audit)
  const restore = swap(audit, 'asked', (one: Parameters<typeof asked>[0]) => {
    recorded += 1
    return asked(one)
  })
  await tick()
  restore()
  // Niger's two, Italy's and France's see that one was; Mali's does not.
  expect([looks(), recorded]).toEqual([5, 4])
  expect(await toldAll()).toEqual(NOBODY)
}, 60_000)

it('tells no office of what any who hears it may not see, or only he may', async () => {
  // Moussa of Agadez hears what Niger's headquarters are told; Claire alone sees it in France.
  await submit(
    'links',
    to(['country:IT', 'person:fr-police.claire'], ['person:it-sco.luca', 'person:ne-dst-agadez.moussa']),
  )
  await tick()
  expect(await toldAll()).toEqual(NOBODY)
}, 60_000)

it('tells nothing that is not on record', async () => {
  await release('links', to(['country:IT'], ['person:ne-dst-agadez.moussa']))
  const { audit } = house.instance
  const answered = audit.answered.bind(audit)
  const restore = swap(
    audit,
    'answered',
    (open: Parameters<typeof answered>[0], answer: Parameters<typeof answered>[1]) =>
      answer.detail.operation === 'resurgenceWatch'
        ? Promise.reject(new Error('full'))
        : answered(open, answer),
  )
  await tick()
  expect(await toldAll()).toEqual(NOBODY)
  restore()
}, 60_000)

it('tells all of the one office that sees both, once, also over a restart', async () => {
  await tick()
  expect(await told('it-sco.paola')).toEqual(['old new'])
  const before = looks()
  await tick()
  expect(looks()).toBe(before)
  await house.restart()
  await tick()
  expect(looks()).toBe(before + 5)
  expect(await toldAll()).toEqual(NOBODY)
}, 60_000)

it('tells nobody who comes back when he may not see it any more', async () => {
  await release('links', to([]))
  expect(await told(LUCA)).toEqual([])
}, 60_000)

it('tells a unit with the office above it, and not a second time', async () => {
  await tick()
  expect(await toldAll()).toEqual({ ...NOBODY, [AICHA]: ['old new'], 'ne-dst-agadez.moussa': ['old new'] })
}, 60_000)

it('lets whoever asks go before it', async () => {
  const { analyses } = house.instance
  const gate = Promise.withResolvers<void>()
  const first = analyses.aside(() => gate.promise)
  let id = ''
  const second = analyses.aside(async () => {
    const { json } = await house.ask(AICHA, 'query($id: ID!) { analysis(id: $id) { state } }', { id })
    return json.data.analysis.state
  })
  ;({ id } = await start(house as never, AICHA, { structure: {} }))
  gate.resolve()
  await first
  expect(await second).toBe('DONE')
}, 60_000)

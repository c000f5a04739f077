import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cast, makeCast } from '../../cast.ts'
import { SEAL_CARD, sealedCard } from '../../laws/sealed-cards.ts'
import { sealedNote } from '../../laws/sealed-notes.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT } from '../../report.ts'
import { type House, openHouse } from '../house.ts'
import { listen } from '../listener.ts'
import { openDesks } from './desks.ts'

// What Niger is to seal again is told to Niger, once, and to those of its officers alone who may see the thing.

const PERSON = 'ne-dst.aicha'
const EVERYBODY = [PERSON, 'ne-dst.salif', 'it-sco.paola', 'ml-dnlt.fatoumata']
let cast: Cast
let house: House
let entity: string
/** Where each stream of events has come to. */
const heard = new Map<string, string>()

const transfers = ['IT', 'ML'].map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }))
const to = (offices: string[], except: string[] = []) => ({
  ...{ to: offices.map((office) => `office:${office}`), except, transfers },
})

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
    { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
  ])
  house = await openHouse(await testNeo4j(), cast)
  const input = report('watched-entity-1', {
    release: { to: ['all'], transfers },
    entities: [{ local: 'boss', kind: 'ACTOR' }],
    claims: [{ actor: { entity: 'boss', category: 'SUSPECT', benefit: 'SHOWN' } }],
  })
  entity = (await house.ask(PERSON, SUBMIT, { input })).json.data.submitReport.ids[0].id
  for (const person of EVERYBODY) {
    const stream = await listen(await house.session(person))
    heard.set(person, stream.last())
    stream.leave()
  }
}, 1_500_000)
afterAll(() => house?.close())

/** What a person has been told of tasks since he was asked last. */
async function told(person: string): Promise<string[]> {
  const id = `end-${person}-${Date.now()}`
  await house.instance.events.publish({ kind: 'HANDOVER', offices: [person.split('.')[0]!], id })
  const stream = await listen(await house.session(person), { after: heard.get(person)! })
  const tasks: string[] = []
  for (let about = ''; about !== id; ) {
    const event = (await stream.heard()).data.events
    about = event.about
    if (event.kind === 'RESEAL_TASK') tasks.push(about)
  }
  heard.set(person, stream.last())
  stream.leave()
  return tasks
}
const toldAll = async () =>
  Object.fromEntries(await Promise.all(EVERYBODY.map(async (one) => [one, await told(one)])))
const tick = () => house.instance.resealWatch.tick()
const NOBODY = Object.fromEntries(EVERYBODY.map((person) => [person, []]))
const done = async (query: string, variables: object) => {
  const { json } = await house.ask(PERSON, query, variables as Record<string, unknown>)
  expect(json.errors).toBeUndefined()
  return json.data
}

async function card(readers: string[], except: string[] = []): Promise<string> {
  const input = await sealedCard(cast, 'ne-dst', entity, readers, Date.now(), {
    release: to(readers, except),
  })
  await done(SEAL_CARD, { input })
  return input.facts.id
}
let releases = 0
const release = (id: string, offices: string[], except: string[] = []) =>
  done(
    'mutation($id: ID!, $key: String!, $release: ReleaseInput!) { releaseCard(card: $id, key: $key, release: $release) { lost } }',
    { id, key: `watched-release-${++releases}`, release: to(offices, except) },
  )

it('tells nothing of what is sealed to whom it reaches', async () => {
  await card(['it-sco', 'ml-dnlt'])
  await tick()
  expect(await toldAll()).toEqual(NOBODY)
})

it('tells the originator once where a release has changed and the sealed card stayed behind, also over a restart', async () => {
  const id = await card(['it-sco', 'ml-dnlt'])
  await release(id, ['ml-dnlt'])
  for (const _ of [1, 2]) await tick()
  await house.restart()
  await tick()
  expect(await toldAll()).toEqual({ ...NOBODY, [PERSON]: [id], 'ne-dst.salif': [id] })
  // Whoever loses it and gets it back is no task any more, and another office that comes in is another one.
  await release(id, ['it-sco', 'ml-dnlt'])
  await tick()
  expect(await toldAll()).toEqual(NOBODY)
})

it('does not tell an officer whom the release leaves out, who cannot see the card', async () => {
  const out = ['person:ne-dst.salif']
  const id = await card(['ml-dnlt'], out)
  await release(id, ['ml-dnlt', 'it-sco'], out)
  await tick()
  expect(await toldAll()).toEqual({ ...NOBODY, [PERSON]: [id] })
  const { json } = await house.ask('ne-dst.salif', 'query($id: ID!) { card(id: $id) { id } }', { id })
  expect(json.data.card).toBeNull()
  await release(id, ['ml-dnlt'], out)
  await tick()
})

it('tells of the note of a report that was released to others, by each version that has one', async () => {
  const sealed = await sealedNote(cast, 'watched-note-1', ['ne-dst', 'ml-dnlt'], Date.now())
  const input = report('watched-note-1', { release: to(['ml-dnlt']), note: sealed.input })
  const { submitReport } = await done(SUBMIT, { input })
  const variables = { id: submitReport.report.id, release: to(['it-sco', 'ml-dnlt']) }
  await done(
    'mutation($id: ID!, $release: ReleaseInput!) { releaseReport(report: $id, key: "watched-note-2", release: $release) { replayed } }',
    variables,
  )
  await tick()
  expect((await toldAll())[PERSON]).toEqual([variables.id])
})

it('tells the originators of everything that a replaced key, or one that was revoked, can open', async () => {
  const id = await card(['ml-dnlt'])
  const desks = await openDesks(house, cast, [])
  await desks.rekey('ml-dnlt', await desks.newKey('office:ml-dnlt'), undefined, ['office:ml-dnlt'])
  await tick()
  const rotated = await toldAll()
  expect(rotated[PERSON]).toContain(id)
  expect(rotated['it-sco.paola']).toEqual([])
  expect(rotated['ml-dnlt.fatoumata']).toEqual([])

  const italian = await card(['it-sco'])
  await tick()
  expect((await toldAll())[PERSON]).toEqual([])
  const revoked = cast.key('office:it-sco').fingerprint
  const body = { type: 'revocation', fingerprint: revoked, reason: 'KEY_COMPROMISED' } as const
  await desks.enter({ ...body, at: new Date().toISOString() }, ['anchor:IT'])
  await tick()
  const told = await toldAll()
  expect(told[PERSON]).toContain(italian)
  expect(told[PERSON]).not.toContain(id)
  expect(told['it-sco.paola']).toEqual([])
})

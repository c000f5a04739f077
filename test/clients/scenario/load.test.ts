import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCard } from '../../../clients/core/card.ts'
import type { VerifyWith } from '../../../clients/core/open.ts'
import { CHART } from '../../../clients/scenario/chart.ts'
import { openKeep } from '../../../clients/scenario/keep.ts'
import { type Loaded, loadScenario, type Send } from '../../../clients/scenario/load.ts'
import { ASSIGNMENTS, countryOf, officeOf } from '../../../clients/scenario/offices.ts'
import { plan, sees } from '../../../clients/scenario/plan.ts'
import { SCENARIO } from '../../../clients/scenario/scenario.ts'
import { sealWith } from '../../../clients/scenario/sealing.ts'
import type { Seal } from '../../../clients/scenario/steps.ts'
import { TOUR } from '../../../clients/scenario/tour.ts'
import { entryHash } from '../../../schema/wire/directory.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { reachOf } from '../../../schema/wire/release.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { ended, startCli } from '../cli/program.ts'
import { type Demo, makeDemo } from './demo.ts'

let demo: Demo
let portolan: TestPortolan
let loaded: Loaded
const progress: number[] = []
const before = new Map<string, string>()

const send: Send = async (person, _office, document, variables, purpose) => {
  const { json } = await portolan.ask(person, document, variables, purpose)
  if (json.errors)
    throw new Error(`${JSON.stringify(json.errors)} ${JSON.stringify(variables).slice(0, 300)}`)
  return json.data
}

/** One run of the loader, as after a start: only the kept file and the server remember. */
async function run(over: { send?: Send; onProgress?: (done: number) => void } = {}): Promise<Loaded> {
  const keep = await openKeep(join(demo.folder, 'scenario.jsonl'))
  const seal = sealWith({
    keyOf: async (person) => demo.key(person),
    publicKeyOf: async (office) => demo.key(`office:${office}`).publicKey,
    now: () => new Date(),
  })
  try {
    return await loadScenario({ send, seal, keep, ...over })
  } finally {
    await keep.close()
  }
}

beforeAll(async () => {
  demo = await makeDemo()
  portolan = await openPortolan(await testNeo4j(), demo)
  let calls = 0
  // Killed when the server had done what was asked, and its answers were lost on the way.
  const dies: Send = async (...call) => {
    calls += 1
    const data = await send(...call)
    const answer = (data as { submitReport?: { report: { id: string } } }).submitReport
    if (answer) before.set((call[3] as { input: { key: string } }).input.key, answer.report.id)
    if (calls > 60) throw new Error('killed')
    return data
  }
  await expect(run({ send: dies })).rejects.toThrow('killed')
  let lost = 0
  const loses: Send = async (...call) => {
    const data = await send(...call)
    lost += 1
    if (lost % 20 === 0) throw new Fault('UNREACHABLE', 'expected an answer, got none')
    return data
  }
  loaded = await run({ send: loses, onProgress: (done) => progress.push(done) })
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  if (demo) await rm(demo.folder, { recursive: true, force: true })
})

type Said = { level: string; office: string; from: { label: string } }
const id = (name: string) => loaded.entities.get(name)!
const asked = async (person: string, query: string, name: string) =>
  (await portolan.ask(person, `query ($id: ID!) { ${query} }`, { id: id(name) })).json.data

describe('loading the scenario', () => {
  it('goes on after it was killed, over a line that loses answers: what was done already keeps its ids', () => {
    expect(before.size).toBeGreaterThan(40)
    for (const [key, report] of before) {
      const name = key.slice('sahel.'.length)
      const corrected = SCENARIO.some((step) => step.act === 'correct' && step.of === name)
      if (!corrected) expect(loaded.reports.get(name)).toBe(report)
    }
    expect(progress.at(-1)).toBe(SCENARIO.length)
  })

  it('sends nothing when it is run once more, and knows every id', async () => {
    const again = await run({ send: () => Promise.reject(new Error('expected nothing to be sent')) })
    expect([...again.reports].sort()).toEqual([...loaded.reports].sort())
    expect([...again.entities].sort()).toEqual([...loaded.entities].sort())
  })

  it('shows Italy both levels of the disputed coordinator', async () => {
    const { network } = await asked(
      'it-sco.paola',
      'network(id: $id) { members { level office from { label } } }',
      'Agadez-transport-1',
    )
    const said = network.members.filter((one: Said) => one.from.label === 'Addax')
    expect(said.map((one: Said) => [one.office, one.level]).sort()).toEqual([
      ['it-sco', 'L3'],
      ['ne-dst-agadez', 'L2'],
    ])
  })

  it('shows the excluded colleague nothing of the bribes, and the helmsman of seventeen to two offices only', async () => {
    const actor = 'actor(id: $id) { label }'
    expect(await asked('ne-dst.aicha', actor, 'Kanem')).toEqual({ actor: { label: 'Kanem' } })
    expect(await asked('ne-dst.salif', actor, 'Kanem')).toEqual({ actor: null })
    expect(await asked('it-sco.paola', actor, 'Mousse')).toEqual({ actor: { label: 'Mousse' } })
    expect(await asked('es-ucrif.carmen', actor, 'Mousse')).toEqual({ actor: null })
  })

  it('connects Agadez with the coast for Italy', async () => {
    const query = 'query ($from: ID!, $to: ID!) { connection(from: $from, to: $to) { __typename } }'
    const { json } = await portolan.ask('it-sco.paola', query, { from: id('Addax'), to: id('Barracuda') })
    expect(json.data.connection).not.toBeNull()
  })

  it('leaves nothing of the withdrawn and the erased report', async () => {
    const { incident } = await asked('it-sco.paola', 'incident(id: $id) { label }', 'Conviction-2017')
    expect(incident).toBeNull()
  })
})

describe('the identity cards', () => {
  const CARDS = 'query ($id: ID!) { cards(entity: $id) { totalCount nodes { office facts ciphertext } } }'
  const cardsFor = (person: string, name: string) => portolan.ask(person, CARDS, { id: id(name) })
  const now = Date.now()
  const persons = ASSIGNMENTS.filter(({ to }) => to === null).map(({ person }) => person)
  const sealed = plan(SCENARIO, now).planned.flatMap(({ step }) => (step.act === 'card' ? [step] : []))
  const reachOfCard = ({ release, office }: Seal) => reachOf(release, { office, country: countryOf(office) })
  /** The scenario has no sub-keys: whoever signed is a person of it. */
  const verifyWith: VerifyWith = async (fingerprint) => {
    const person = persons.find((one) =>
      demo
        .key(one)
        .privateKey.getKeys()
        .some((key) => key.getFingerprint() === fingerprint),
    )
    return person ? { key: demo.key(person).privateKey.toPublic(), office: officeOf(person), person } : null
  }

  it('open for everybody whom their release names, with what their writer said and signed', async () => {
    let opened = 0
    for (const step of sealed)
      for (const person of persons.filter((one) => sees(reachOfCard(step), one, now))) {
        const { nodes } = (await cardsFor(person, step.entity)).json.data.cards
        const { facts, ciphertext } = nodes.find((one: { office: string }) => one.office === step.office)
        const decryptWith = [demo.key(`office:${officeOf(person)}`).privateKey]
        const reader = {
          ciphertext: Buffer.from(ciphertext, 'base64'),
          decryptWith,
          verifyWith,
          at: new Date(),
        }
        const card = await openCard({ ...reader, facts: JSON.parse(facts), offices: [officeOf(person)] })
        expect(card.signer, step.name).toMatchObject({ person: step.person })
        expect(card.content.identifiers, step.name).toMatchObject(step.card.identifiers)
        opened += 1
      }
    expect(opened).toBeGreaterThan(3 * sealed.length)
  })

  it('are for nobody else there, not even in number', async () => {
    const known = new Set(sealed.map(({ entity }) => entity))
    for (const person of persons)
      for (const entity of known) {
        const mine = sealed.filter((step) => step.entity === entity && sees(reachOfCard(step), person, now))
        const { json } = await cardsFor(person, entity)
        // Auditors, partners and the observatory may not ask at all.
        expect(json.data?.cards?.totalCount ?? 0, `${person} ${entity}`).toBe(mine.length)
      }
    // Of Mirage nobody ever wrote one.
    const [hidden, absent] = await Promise.all(
      ['Addax', 'Mirage'].map((name) => cardsFor('es-ucrif.carmen', name)),
    )
    expect(hidden!.text).toBe(absent!.text)
  })

  it('leave nothing to be sealed again', async () => {
    for (const person of new Set(sealed.map((step) => step.person)))
      expect((await portolan.ask(person, '{ resealTasks { id } }')).json.data).toEqual({ resealTasks: [] })
  })
})

describe('the tour', () => {
  it('opens cards on an officer’s machine, joins them, and leaves nothing behind', async () => {
    const scene = TOUR.findIndex(({ steps }) => steps.some(({ command }) => command[0] === 'card'))
    const genesisHash = entryHash({ index: 0, previous: null, ...demo.genesis[0]! })
    // As `npm start` leaves it for the command line.
    await writeFile(join(demo.folder, 'directory.json'), JSON.stringify(demo.genesis))
    await writeFile(join(demo.folder, 'client.json'), JSON.stringify({ url: portolan.url, genesisHash }))
    const scratch = await mkdtemp(join(tmpdir(), 'portolan-scratch-'))
    const env = { TMPDIR: scratch }
    const { code, out, err } = await ended(
      startCli(['tour', '--scene', `${scene + 1}`], { home: demo.folder, env }),
    )
    expect({ code, err }).toMatchObject({ code: 0 })
    const [paola, carmen, mirage, salif, merged] = out.split(/^\$ portolan .*$/m).slice(1)
    expect(paola).toMatch(/Issaka Andéfar[\s\S]*1974/)
    expect(paola).toMatch(/ISSAKA ANDEFAR[\s\S]*1976-05-01/)
    for (const answer of [carmen, mirage, salif]) expect(answer!.split('\n')[1]).toBe('Nothing to show.')
    expect(merged).toContain('Contradiction: date of birth')
    expect(merged).toMatch(/\+22700174502 \| .*Addax.*Sirocco|\+22700174502 \| .*Sirocco.*Addax/)
    expect(await readdir(scratch)).toEqual([])
    await rm(scratch, { recursive: true })
  })

  it('is right about who finds nothing, and about nobody else', async () => {
    const query = 'query ($id: ID!) { neighbourhood(id: $id) { nodes { __typename } } }'
    const named = TOUR.flatMap(({ steps }) => steps).flatMap((step) => {
      const name = step.command.slice(1, 3).find((word) => CHART.has(word))
      return name && step.command[0] !== 'card' ? [{ ...step, name }] : []
    })
    expect(named.length).toBeGreaterThan(10)
    for (const { as, name, nothing } of named) {
      const { neighbourhood } = (await portolan.ask(as, query, { id: id(name) })).json.data
      expect(neighbourhood === null, `${as} ${name}`).toBe(nothing === true)
    }
  })
})

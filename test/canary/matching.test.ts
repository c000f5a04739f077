import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import neo4j from 'neo4j-driver'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Selector } from '../../clients/core/match/selectors.ts'
import { hashToGroup } from '../../clients/core/oprf/group.ts'
import { ready } from '../../clients/core/oprf/voprf.ts'
import { selectorInput } from '../../schema/wire/match.ts'
import { openWorld, until, WHY, type World } from '../faults/world.ts'
import { report as reportOf, SUBMIT } from '../report.ts'
import { foundAmong, type Held } from './dictionary.ts'
import { type Evaluator, type Evaluators, openEvaluators } from './evaluators.ts'
import { filesIn } from './files.ts'
import { type Looked, lookThrough } from './look.ts'
import { searchAll } from './search.ts'
import { draw } from './ways.ts'

// The platform conspires with one evaluator of the two that it takes. Officers put cards on watch and ask; then everything that
// the conspirators hold is searched for what was asked about, and a list with the answer in it is tried with all they have.
// Neo4j's own memory holds what came over its wire and what is in its files, and both are searched.

// Real programs are started dozens of times, and a question waits for its minute.
vi.setConfig({ testTimeout: 300_000 })

type Canary = Selector & { typed: string }

/** So many digits that they stand nowhere else by chance. */
const digits = (count: number) => Array.from({ length: count }, () => randomInt(1, 10)).join('')
function phone(spelled: (local: string) => string): Canary & { local: string } {
  const local = digits(13)
  return { type: 'PHONE', typed: spelled(local), normal: `+39${local}`, local }
}

const announced = phone((local) => `+39 ${local}`)
const silent = phone((local) => `0039${local}`)
const met = phone((local) => `+39 (${local.slice(0, 3)}) ${local.slice(3, 8)}-${local.slice(8)}`)
const name = draw()
const handle: Canary = { type: 'HANDLE', typed: `@${name}`, normal: `telegram:${name.toLowerCase()}` }
const control = `Control-${draw()}`.slice(0, 40)
const EPOCH = new Date().getUTCFullYear()

/** Each as it was typed, and in its one spelling: what of a number is the same in both is looked for once. */
const texts = [announced.local, silent.local, met.local, met.typed, name, name.toLowerCase()]
/** And as a point that nobody blinded, by which it would be known again. */
const points = () =>
  [announced, silent, met, handle].map(({ type, normal }) => hashToGroup(selectorInput(EPOCH, type, normal)))

const asAicha = ['--as', 'ne-dst.aicha', ...WHY]
const asPaola = ['--as', 'it-sco.paola', ...WHY]

let world: World
let evaluators: Evaluators
let niger: string
let italy: string

beforeAll(async () => {
  await ready()
  world = await openWorld({ capture: true, deadline: 60_000 })
  evaluators = await openEvaluators(world, 'it-sco.luca')
  niger = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  italy = await world.makeHome(['it-sco.paola', 'office:it-sco'])
  await Promise.all(
    [niger, italy].map((home) => world.data(home, ['match', 'key', 'add', evaluators.keyFile])),
  )
}, 600_000)
afterAll(async () => {
  await evaluators?.close()
  await world?.close()
}, 120_000)

async function seal(home: string, entity: string, held: Canary[], args: string[]): Promise<void> {
  const identifiers = held.map(({ type, typed }) => ({
    ...{ kind: type, value: typed, source: 'B', information: 'N2' },
    ...(type === 'HANDLE' && { platform: 'telegram' }),
  }))
  const file = join(home, `card-${entity}.json`)
  await writeFile(file, JSON.stringify({ kind: 'PERSON', subject: { category: 'SUSPECT' }, identifiers }))
  await world.data(home, ['card', 'seal', entity, '--file', file, ...args])
}

async function sealAll(): Promise<void> {
  const actors = ['announced', 'told-first', 'theirs']
  const input = reportOf('canary-matching', {
    entities: actors.map((local) => ({ local, kind: 'ACTOR' })),
    claims: actors.map((entity, at) => ({
      actor: {
        ...{ entity, label: at === 0 ? control : `Canary-${entity}`, category: 'SUSPECT', benefit: 'SHOWN' },
      },
    })),
  })
  const { json } = await world.ask('ne-dst.aicha', SUBMIT, { input })
  const ids: string[] = json.data.submitReport.ids.map(({ id }: { id: string }) => id)
  await seal(niger, ids[0]!, [announced, handle], ['--match', 'announce', ...asAicha])
  await Promise.all([
    seal(niger, ids[1]!, [silent, met], ['--match', 'first', ...asAicha]),
    seal(italy, ids[2]!, [met], ['--match', 'first', ...asPaola]),
  ])
}

/** Asks about three of them, and stops the server before their minute is over: one that came too late is asked once more. */
async function askAndHold(): Promise<void> {
  const file = join(italy, 'ask.csv')
  await writeFile(file, `PHONE,${silent.typed}\nHANDLE,${handle.typed},telegram\n`)
  for (;;) {
    const asked = [
      ...(await world.data(italy, ['match', 'ask', 'PHONE', announced.typed, ...asPaola])),
      ...(await world.data(italy, ['match', 'ask', '--file', file, ...asPaola])),
    ] as { due: string; left: number }[]
    expect(asked.map(({ left }) => left)).toEqual([0, 0])
    world.server().kill('SIGSTOP')
    if (asked.every(({ due }) => Date.parse(due) > Date.now())) return
    world.server().kill('SIGCONT')
  }
}

/** An order is named in clear to the platform and to each evaluator. */
const orderTo = ({ wire }: Evaluator) => /"id":"([\w-]{22})"/.exec(wire.captured().toString('latin1'))![1]!

const look = (): Promise<Looked> =>
  lookThrough(world, evaluators, {
    canaries: [...texts, ...points()],
    controls: [orderTo(evaluators.up[0]!), control],
  })

function expectControlsAlone({ canaries, controls }: Looked): void {
  expect([...canaries]).toEqual([])
  const [ofOrder, ofCodeName] = controls.map((places) => [...places].sort())
  const places = ['memory', 'home', 'wire'].flatMap((kind) =>
    ['the platform', 'IT', 'ML'].map((whose) => `${kind} of ${whose}`),
  )
  expect(ofOrder).toEqual(expect.arrayContaining(places))
  const platform = ['files of neo4j', 'wire of neo4j', 'wire of the platform']
  expect(ofCodeName).toEqual(expect.arrayContaining(platform))
  // What they print is gathered: each says at least where it listens.
  for (const printed of [world.printed, ...evaluators.up.map((one) => one.printed)])
    expect(printed()).toContain('http://127.0.0.1:')
}

describe('what officers hold and ask about', () => {
  it('is nowhere with the platform or an evaluator while a question waits for its batch', async () => {
    await sealAll()
    await askAndHold()
    try {
      expectControlsAlone(await look())
    } finally {
      world.server().kill('SIGCONT')
    }
  })

  it('is answered, and two cards that hold the same number meet', async () => {
    let rows: { normal: string; outcome: string }[] = []
    await until(async () => {
      rows = await world.data(italy, ['match', 'answers', ...asPaola])
      return rows.every(({ outcome }) => outcome !== 'PENDING')
    })
    const outcomes = new Map(rows.map(({ normal, outcome }) => [normal, outcome]))
    expect(Object.fromEntries(outcomes)).toEqual({
      [announced.normal]: 'HIT',
      [handle.normal]: 'HIT',
      [silent.normal]: 'NO_HIT',
    })
    const { nodes } = await world.data(niger, ['match', 'hits', ...asAicha])
    expect(nodes).toEqual(expect.arrayContaining([expect.objectContaining({ office: null, type: 'PHONE' })]))
  })

  it('is not found in a list by the platform with fewer shares than it takes, and is with enough', async () => {
    const candidates: Selector[] = [
      ...Array.from({ length: 20 }, () => phone((local) => local)),
      ...[announced, silent, met, handle],
    ].map(({ type, normal }) => ({ type, normal }))
    const tokens = await storedTokens()
    const shares = await Promise.all(
      evaluators.up.map(async ({ index, share }) => [index, await share()] as const),
    )
    const held = evaluators.up.map((one, at): Held => {
      const shown = { elements: elementsOf(one), tokens: new Set([...tokens, ...tokensSeen()]) }
      return { matchKey: evaluators.matchKey, shares: new Map([shares[at]!]), ...shown }
    })
    for (const one of held) {
      expect(one.elements.length).toBeGreaterThanOrEqual(16)
      expect(foundAmong(one, candidates)).toEqual([])
      const all = foundAmong({ ...one, shares: new Map(shares) }, candidates)
      expect(all).toEqual(candidates.slice(20))
      // A point that was not blinded would be seen again.
      const bare = hashToGroup(selectorInput(EPOCH, met.type, met.normal))
      expect(foundAmong({ ...one, elements: [...one.elements, bare] }, candidates)).toEqual([candidates[22]])
    }
  })

  it('is nowhere either once it was answered', async () => {
    expectControlsAlone(await look())
    // Neo4j writes all that it holds into its files when it ends in order.
    await world.neo4j().stop()
    for (const path of await filesIn(world.neo4jHome)) {
      const octets = await readFile(path)
      expect(searchAll(octets, [...texts, ...points()]), path).toEqual([])
    }
  })
})

/** What stands in the graph in the place of tokens: of cards, and of questions. */
async function storedTokens(): Promise<string[]> {
  const { uri, password } = world.neo4j()
  const driver = neo4j.driver(uri, neo4j.auth.basic('neo4j', password))
  try {
    const { records } = await driver.executeQuery(
      'MATCH (n) WHERE n.token IS NOT NULL OR n.tokens IS NOT NULL UNWIND coalesce(n.tokens, [n.token]) AS token RETURN DISTINCT token',
    )
    return records.map((record) => record.get('token'))
  } finally {
    await driver.close()
  }
}

/** Whatever went over the platform's wire that may be a token. */
const tokensSeen = (): string[] =>
  world.http
    .captured()
    .toString('latin1')
    .match(/(?<![\w-])[\w-]{86}(?![\w-])/g) ?? []

/** What an evaluator was asked, and what it answered. */
const elementsOf = ({ wire }: Evaluator): Uint8Array[] =>
  [
    ...wire
      .captured()
      .toString('latin1')
      .matchAll(/"elements":\[([^\]]*)\]/g),
  ]
    .flatMap(([, some]) => JSON.parse(`[${some}]`) as string[])
    .map((text) => Uint8Array.from(Buffer.from(text, 'base64url')))

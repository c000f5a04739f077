import * as fc from 'fast-check'
import {
  buildSchema,
  isInterfaceType,
  isObjectType,
  parse,
  printSchema,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import type { Cast } from '../cast.ts'
import { startNeo4j, testNeo4j } from '../neo4j.ts'
import { keptViews } from './caught-up.ts'
import { chanceOf } from './chance.ts'
import { firstDifference, firstDifferenceOfAnalyses, readable } from './compare.ts'
import { beginWorld, openPair, type Pair, replay } from './pair.ts'
import { analysesOf, DOCUMENTS, LAST, questionsOf } from './questions.ts'
import { makeNotes, type SealedNotes, sendSealed } from './sealed-notes.ts'
import { makeStage, OFFICERS, type Officer, officer, REPORTERS } from './stage.ts'
import { type ActDraw, doActs, sees, seesCard, type World } from './world.ts'

// Law 1: View(v) = Build(reports visible to v), byte for byte, for every query, over generated worlds.
// PORTOLAN_WORLDS: how many. PORTOLAN_SEED: a number, or `random`; without it every run sees the same worlds.

const WORLDS = Number(process.env.PORTOLAN_WORLDS ?? 120)
const SEED =
  process.env.PORTOLAN_SEED === 'random'
    ? Math.floor(Math.random() * 2 ** 31)
    : Number(process.env.PORTOLAN_SEED ?? 5)

const ANALYSED_ONE_IN = Number(process.env.PORTOLAN_ANALYSED_ONE_IN ?? 4)

let pair: Pair
let cast: Cast
let notes: SealedNotes
let stop: () => Promise<void>

beforeAll(async () => {
  const [shared, second, stage] = await Promise.all([testNeo4j(), startNeo4j('build'), makeStage()])
  stop = second.stop
  cast = stage
  pair = await openPair({ whole: shared, build: second }, cast)
  notes = await makeNotes(cast, pair.clock.now)
  const aicha = { person: 'ne-dst.aicha', office: 'ne-dst' }
  const send = async (from: { person: string; office: string }, to: string[], changes = {}) => {
    pair.clock.now += 1_000
    const { id, reply } = await sendSealed(pair.whole, cast, from, to, pair.clock.now, 'Mardi.', changes)
    expect(reply.json.errors).toBeUndefined()
    return id
  }
  for (const to of [
    ['ml-dnlt', 'ne-oim'],
    ['fr-liaison', 'it-audit'],
  ])
    await send(aicha, to)
  // A thread of which each office has another part: two are asked, and each answers Niger alone. Then one message is taken back.
  const thread = await send(aicha, ['it-sco', 'ml-dnlt'])
  const taken = await send(aicha, ['it-sco'])
  const reply = { thread, inReplyTo: thread, necessity: undefined, dueAt: undefined }
  const paola = { person: 'it-sco.paola', office: 'it-sco' }
  const fanta = { person: 'ml-dnlt.fanta', office: 'ml-dnlt' }
  await send(paola, ['ne-dst'], { ...reply, type: 'ACK', concerns: [thread] })
  await send(fanta, ['ne-dst'], { ...reply, type: 'ANSWER', consents: undefined })
  await send(aicha, ['it-sco'], {
    ...reply,
    thread: taken,
    inReplyTo: taken,
    type: 'ERASURE_NOTICE',
    concerns: [taken],
  })
}, 1_500_000)
afterAll(async () => {
  await pair?.close()
  await stop?.()
})

const act: fc.Arbitrary<ActDraw> = fc.record({
  who: fc.nat(60),
  kind: fc.constantFrom(
    'SUBMIT',
    'SUBMIT',
    'SUBMIT',
    'SUBMIT',
    'SAME_AS',
    'CORRECT',
    'CORRECT',
    'WITHDRAW',
    'ERASE',
    'RELEASE',
    'RELEASE',
    'CARD',
    'CARD',
    'CARD',
    'CARD_CORRECT',
    'CARD_RELEASE',
    'CARD_ERASE',
  ),
  seed: fc.nat(),
})
/** Reporters mostly: who may ask nothing is answered the same in every world. */
const viewerOf = (n: number): Officer =>
  n % 8 === 7 ? OFFICERS[n % OFFICERS.length]! : REPORTERS[n % REPORTERS.length]!

const drawn = fc.record({
  acts: fc.array(act, { minLength: 4, maxLength: 10 }),
  // One after another, and never the same twice: what he was shown before counts against his day's budget.
  viewers: fc.uniqueArray(fc.nat(60), { selector: (n) => viewerOf(n).person, minLength: 1, maxLength: 2 }),
  seed: fc.nat(),
})

/** Of whom one may see what another may not. */
const KEEPERS = ['ne-dst.aicha', 'it-sco.luca', 'ml-dnlt.fanta'].map(officer)

let asked = 0
let shownChains = 0
let hiddenChains = 0
let shownCards = 0
let hiddenCards = 0
let analysed = 0

async function compareFor(viewer: Officer, world: World, seed: number): Promise<void> {
  const chains = world.chains.filter((chain) => sees(viewer, chain))
  const cards = world.cards.filter((card) => seesCard(viewer, card, world))
  shownCards += cards.length
  hiddenCards += world.cards.length - cards.length
  shownChains += chains.length
  hiddenChains += world.chains.length - chains.length
  const message = (offices: string[]) =>
    viewer.role !== 'OBSERVER' && offices.some((office) => viewer.offices.includes(office))
  await replay(pair, {
    chains: new Map(chains.map(({ id, office }) => [id, office === viewer.office ? 'OWN' : 'FOREIGN'])),
    cards: new Set(cards.map(({ id }) => id)),
    message,
  })
  const questions = questionsOf(
    viewer,
    world,
    pair.messages.map(({ row }) => row.id),
    chanceOf(seed),
  )
  asked += questions.length + 1
  // A thread starts in each: in some worlds.
  const analyses = seed % ANALYSED_ONE_IN === 0 ? analysesOf(viewer, world, chanceOf(seed)) : []
  analysed += analyses.length
  const difference =
    (await firstDifference(pair, viewer.person, questions)) ??
    (await firstDifferenceOfAnalyses(pair, viewer.person, analyses)) ??
    (await firstDifference(pair, viewer.person, [LAST]))
  if (difference)
    throw new Error(
      `${viewer.person} can tell the hidden from the absent\n${readable(difference)}\nthe world, of which he sees ${chains.map(({ id }) => id).join(' ')}:\n${world.told.join('\n')}`,
    )
}

describe('law 1: what a viewer gets is what an instance would give that held only what he may see', () => {
  it(`holds byte for byte over ${WORLDS} generated worlds, seed ${SEED}`, async () => {
    const started = performance.now()
    let done = 0
    await fc.assert(
      fc.asyncProperty(drawn, async ({ acts, viewers, seed }) => {
        await beginWorld(pair)
        const world = await doActs(pair, acts, notes)
        if (++done % 20 === 0)
          console.info(
            `view law: ${done} worlds after ${Math.round((performance.now() - started) / 1_000)} s`,
          )
        for (const [i, n] of viewers.entries()) await compareFor(viewerOf(n), world, seed + i)
      }),
      // A smaller failing world is worth less than the time to find it: the failure prints the whole one.
      { numRuns: WORLDS, seed: SEED, endOnFailure: true },
    )
    const seconds = Math.round((performance.now() - started) / 1_000)
    console.info(
      `view law: ${WORLDS} worlds, ${asked} questions, ${analysed} analyses, ${shownChains} reports seen and ${hiddenChains} hidden, ${shownCards} cards seen and ${hiddenCards} hidden, ${seconds} s, seed ${SEED}`,
    )
    // A run in which nothing is seen, or nothing hidden, says nothing.
    if (WORLDS >= 20) expect(Math.min(shownChains, hiddenChains)).toBeGreaterThan(WORLDS / 4)
    if (WORLDS >= 20) expect(Math.min(shownCards, hiddenCards)).toBeGreaterThan(0)
  }, 3_600_000)

  it('holds for a view that an analysis keeps: caught up act by act it is the one that is read anew', async () => {
    const acts = fc.array(act, { minLength: 6, maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(acts, async (draws) => {
        await beginWorld(pair)
        const kept = keptViews(pair.whole, KEEPERS)
        await kept.act()
        const world = await doActs(pair, draws, notes, kept.act)
        const found = await kept.differences()
        if (found.length > 0) throw new Error(`${found.join('\n')}\n${world.told.join('\n')}`)
      }),
      { numRuns: Math.ceil(WORLDS / 15), seed: SEED, endOnFailure: true },
    )
  }, 1_200_000)

  it('asks every query of the schema, and every field that an answer can have', () => {
    const known = buildSchema(printSchema(schema))
    const asked = new Set<string>()
    for (const text of DOCUMENTS) {
      const document = parse(text)
      expect(validate(known, document)).toEqual([])
      const types = new TypeInfo(known)
      visit(
        document,
        visitWithTypeInfo(types, {
          Field: () => void asked.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`),
        }),
      )
    }
    // A field of an interface is asked of whatever stands there.
    const isAsked = (type: string, field: string): boolean => {
      const found = known.getType(type)
      return (
        asked.has(`${type}.${field}`) ||
        ((isObjectType(found) || isInterfaceType(found)) &&
          found.getInterfaces().some(({ name }) => isAsked(name, field)))
      )
    }
    // What a stream tells is compared in `stream-view.test.ts`.
    const missing = Object.values(known.getTypeMap()).flatMap((type) =>
      isObjectType(type) &&
      !/^__|^Mutation$|^Submitted$|^LocalId$|^TakenNote$|^CardChanged$|^Match(?:Changed|Question)$|^StructureChanged$|^Resealed$|^RecordErased$|^Subscription$|^Event$/.test(
        type.name,
      )
        ? Object.keys(type.getFields())
            .filter((field) => !isAsked(type.name, field))
            .map((field) => `${type.name}.${field}`)
        : [],
    )
    expect(missing).toEqual([])
  })
})

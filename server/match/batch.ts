import {
  type Asked,
  type Holder,
  matchAsked,
  matchForget,
  matchFound,
  matchFresh,
  matchProtected,
  matchTold,
  matchUntold,
  type NewHit,
  type Untold,
} from '../../cypher/match/batch.ts'
import type { Statement } from '../../cypher/statement.ts'
import { PROTECTED_CATEGORIES } from '../../schema/wire/card.ts'
import type { SelectorType } from '../../schema/wire/codes.ts'
import { PROTECTED_AGES } from '../../schema/wire/protected.ts'
import { recordOwn } from '../analyst/own-record.ts'
import type { Audit } from '../audit/log.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import { reachOfMessage } from '../exchange/desk.ts'
import type { Events, NewEvent } from '../exchange/events.ts'
import type { Graph } from '../graph.ts'
import type { Heads } from '../heads.ts'
import type { Ids } from '../ids.ts'
import type { Latch } from '../latch.ts'
import { NOBODY_ASKED } from '../outbox.ts'
import type { Versions } from '../versions.ts'
import { reminded } from './reminders.ts'
import { hitOf, type Party } from './sides.ts'
import { sightOfOffice } from './sight-of-office.ts'
import { type AskedStructure, openStructures, type Structures } from './structures.ts'
import { ANSWER_LIFE, MINUTE } from './times.ts'

export type Matching = {
  /** Runs the batch of the minute, if it has not been run, and tells what is still to be told. Never rejects. */
  tick(): Promise<void>
  /** Tells what is still to be told. Never rejects. */
  tell(): Promise<void>
  /** Ends once nothing is under way. */
  close(): Promise<void>
}

export type MatchingParts = {
  graph: Graph
  compartments: Compartments
  directory: Directory
  events: Events
  audit: Audit
  versions: Versions
  heads: Pick<Heads, 'behind'>
  ids: Ids
  latch: Latch
  clock: Clock
}

const DEADLINE = 60_000
/** Tokens, and questions, that are looked at in one go: whoever changes rights waits for no more. */
const TOKENS = 1_000
const QUESTIONS = 10
const TELLINGS = 500
/** Events that are written at a time. */
const TOGETHER = 8

/**
 * Compares tokens once a minute: those that were placed since, and those that somebody asks about. Everything is in the store, and
 * what was compared is noted in the transaction that keeps its hits: a batch that was cut short is run again, and nothing twice.
 */
export function openMatching(parts: MatchingParts): Matching {
  const { graph, latch, clock, heads } = parts
  const structures = openStructures(parts)
  let minute = -1
  let isClosed = false
  let last: Promise<void> = Promise.resolve()

  async function batch(): Promise<void> {
    const now = clock()
    // A store that was put back is read, and nothing is changed in it, until the operator has looked.
    if (heads.behind() || Math.floor(now / MINUTE) === minute) return
    while (!isClosed && (await latch.shared(() => watched(parts, now))));
    if (!isClosed) await latch.shared(() => watchedStructures(parts, structures, now))
    while (!isClosed && (await latch.shared(() => answered(parts, structures, now))));
    while (!isClosed && (await latch.shared(() => reminded(parts, now))));
    await graph.write(matchForget, { before: now - ANSWER_LIFE }, DEADLINE, NOBODY_ASKED)
    minute = Math.floor(now / MINUTE)
  }

  const then = (...work: (() => Promise<void>)[]) => {
    for (const one of work)
      last = last.then(async () => {
        if (isClosed || heads.behind()) return
        await one().catch((error) => {
          process.stderr.write(`matching is held up: ${(error as Error).name}; trying again\n`)
        })
      })
    return last
  }
  const tell = async () => {
    while (await toldSome(parts));
  }
  return {
    tick: () => then(batch, tell),
    tell: () => then(tell),
    async close() {
      isClosed = true
      await last
    },
  }
}

/** The next tokens that were placed since; whether there may be more. */
async function watched(parts: MatchingParts, now: number): Promise<boolean> {
  const { graph, ids } = parts
  const rows = await graph.read(matchFresh, { first: TOKENS }, DEADLINE)
  const open = await unbarred(
    parts,
    rows.flatMap(({ own, others }) => (others.length > 0 ? [own, ...others] : [])),
  )
  const hits = new Map<string, NewHit>()
  for (const { type, own, others } of rows.filter(({ own }) => open.has(own.card)))
    for (const other of others.filter(({ card }) => open.has(card))) {
      const id = ids.id('hit', type, ...[own.card, other.card].sort())
      // The same two from either side, or by two numbers, are one.
      if (!hits.has(id)) hits.set(id, await hitOfCards(parts, { id, type, at: now }, own, other))
    }
  const seen = rows.map(({ key }) => key)
  if (seen.length > 0) await put(parts, { hits: [...hits.values()], seen, answered: [] })
  return rows.length === TOKENS
}

async function hitOfCards(
  parts: MatchingParts,
  facts: { id: string; type: SelectorType; at: number },
  ...cards: [Holder, Holder]
): Promise<NewHit> {
  const [one, other] = await Promise.all(cards.map((card) => partyOf(parts, card)))
  return hitOf(facts, one!, other!)
}

async function watchedStructures(parts: MatchingParts, structures: Structures, now: number): Promise<void> {
  const { hits, kept } = await structures.watched(now)
  if (hits.length > 0) await put(parts, { hits, seen: [], answered: [] })
  kept()
}

const structureIn = ({ id, office, network, traits }: Asked): AskedStructure[] =>
  network && traits ? [{ id, office, network, traits }] : []

/** The next questions that are due; whether there may be more. */
async function answered(parts: MatchingParts, structures: Structures, now: number): Promise<boolean> {
  const { graph, ids } = parts
  const rows = await graph.read(matchAsked, { now, first: QUESTIONS }, DEADLINE)
  const open = await unbarred(
    parts,
    rows.flatMap(({ held }) => held),
  )
  const hits = await structures.asked(rows.flatMap(structureIn), now)
  for (const { id: question, office, types, held } of rows) {
    const asker = { office, compartment: await compartmentOf(parts, office), question }
    for (const { position, ...card } of held.filter(({ card }) => open.has(card))) {
      const id = ids.id('hit', question, String(position), card.card)
      const facts = { id, type: types[position]!, at: now }
      const asking: Party = { ...asker, position, choice: 'AS_THE_OTHER' }
      hits.push(hitOf(facts, asking, await partyOf(parts, card)))
    }
  }
  if (rows.length > 0) await put(parts, { hits, seen: [], answered: rows.map(({ id }) => id) })
  return rows.length === QUESTIONS
}

const put = ({ graph }: MatchingParts, what: { hits: NewHit[]; seen: string[]; answered: string[] }) =>
  graph.write(matchFound, what, DEADLINE, NOBODY_ASKED)

const compartmentOf = ({ compartments, directory }: MatchingParts, office: string) =>
  compartments.numberOf(reachOfMessage([office], directory))

async function partyOf(parts: MatchingParts, { card, office, choice }: Holder): Promise<Party> {
  return { office, compartment: await compartmentOf(parts, office), card, choice }
}

/**
 * Which of these cards may match: their office is in force, and no claim that anybody in it sees says that somebody is protected. Said
 * once is enough, for the protection is his and not the reader's.
 */
export async function unbarred(
  parts: Pick<MatchingParts, 'graph' | 'directory' | 'compartments' | 'versions'>,
  holders: readonly Omit<Holder, 'choice'>[],
): Promise<Set<string>> {
  const { graph, directory, compartments, versions } = parts
  const sights: Record<string, number[]> = {}
  for (const office of new Set(holders.map((one) => one.office))) {
    const sight = sightOfOffice({ directory, compartments }, office)
    if (sight) sights[office] = sight
  }
  const cards = new Map(
    holders
      .filter(({ office }) => sights[office])
      .map(({ card, entity, office }) => [card, { card, entity, office }]),
  )
  if (cards.size === 0) return new Set()
  const params = { cards: [...cards.values()], sights, version: versions.watermark() }
  const lists = { categories: PROTECTED_CATEGORIES, ages: PROTECTED_AGES }
  const barred = await graph.read(matchProtected, { ...params, ...lists }, DEADLINE)
  for (const { card } of barred) cards.delete(card)
  return new Set(cards.keys())
}

/** Tells offices the next hits that they were not told of, on record before; whether there may be more. */
async function toldSome(parts: MatchingParts): Promise<boolean> {
  const { graph, directory, events } = parts
  const rows = await graph.read(matchUntold, { first: TELLINGS }, DEADLINE)
  for (const office of new Set(rows.map((row) => row.office))) {
    const own = rows.filter((row) => row.office === office)
    const country = directory.countryOf(`office:${office}`)!
    const end = await recordOwn(parts, country, { operation: 'matchTell', office })
    for (let from = 0; from < own.length; from += TOGETHER)
      await Promise.all(own.slice(from, from + TOGETHER).map((row) => events.publish(eventOf(row))))
    const shown = [...new Set(own.map(({ id }) => id))]
    await end({ outcome: 'OK', body: { office, hits: shown }, shown, statements: STATEMENTS })
  }
  const told = rows.map(({ key, step }) => ({ key, step }))
  if (told.length > 0) await graph.write(matchTold, { rows: told }, DEADLINE, NOBODY_ASKED)
  return rows.length === TELLINGS
}

/** Of a reminder the time of the next one names it: told again after a crash, it is the same event. */
function eventOf({ id, office, step, undecided }: Untold): NewEvent {
  if (step !== 'UNDECIDED') return { kind: 'HIT', offices: [office], id, step }
  return { kind: 'HIT_UNDECIDED', offices: [office], id, step: String(undecided) }
}

const STATEMENTS: readonly Statement[] = [matchUntold, matchTold] as unknown as Statement[]

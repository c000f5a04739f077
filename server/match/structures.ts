import type { NewHit } from '../../cypher/match/batch.ts'
import { matchStructures } from '../../cypher/match/structure.ts'
import { canonical } from '../../schema/wire/canonical.ts'
import type { MatchChoice } from '../../schema/wire/codes.ts'
import { reachOfMessage } from '../exchange/desk.ts'
import type { Ids } from '../ids.ts'
import { alike, areAlike, type Comparable, commonFacets } from './alike.ts'
import { type LivingParts, living, type Sights, sightsOf, unseen } from './living.ts'
import { hitOf, type Party } from './sides.ts'

type StructureParts = LivingParts & { ids: Ids }
/** What an office lets be compared, with those of its traits that still follow from its reports. */
type Watched = Comparable & { choice: MatchChoice }
type Look = { state: string; sights: Sights; watched: Watched[]; common: ReadonlySet<string> }

/** The network that a question is about, with its traits as they were when it was asked. */
export type AskedStructure = { id: string; office: string; network: string; traits: string[] }

export type Structures = {
  /** Hits of networks on watch that were not kept before. None where nothing changed since `kept` was called. */
  watched(now: number): Promise<{ hits: NewHit[]; kept: () => void }>
  /** Hits of questions. It does the same work whatever there is to find. */
  asked(questions: readonly AskedStructure[], now: number): Promise<NewHit[]>
}

/**
 * Compares the networks that offices have on watch by what their own reports still say. Traits are made anew whenever anything in
 * the store or in anybody's rights has changed: what was withdrawn, corrected or erased is in none, though it was approved once.
 */
export function openStructures(parts: StructureParts): Structures {
  const { ids } = parts
  const look = looking(parts)
  let looked = ''
  const known = new Set<string>()

  return {
    async watched(now) {
      const { state, sights, watched, common } = await look()
      if (looked === state) return { hits: [], kept: () => {} }
      const pairs = alike(watched, common)
        .map((pair) => ({ pair, id: ids.id('hit', 'STRUCTURE', ...pair.map(endOf).sort()) }))
        .filter(({ id }) => !known.has(id))
      const hits: NewHit[] = []
      for (const { id, pair } of await unseen(parts, sights, pairs))
        hits.push(hitOf(factsOf(id, now), await watcher(parts, pair[0]), await watcher(parts, pair[1])))
      const kept = () => {
        // Of whom nobody was told nothing is kept: another choice may let somebody be told.
        for (const { id, sides } of hits) if (sides.length > 0) known.add(id)
        looked = state
      }
      return { hits, kept }
    },
    async asked(questions, now) {
      if (questions.length === 0) return []
      const { sights, watched, common } = await look()
      const askers = questions.map(({ office }) => office)
      const all = { ...sights, ...sightsOf(parts, askers) }
      const pairs = (await living(parts, all, questions)).flatMap((one) =>
        watched
          .filter((other) => areAlike(one, other, common))
          .map((other) => ({ pair: [one, other] as const, id: ids.id('hit', one.id, endOf(other)) })),
      )
      const hits: NewHit[] = []
      for (const { id, pair } of await unseen(parts, all, pairs)) {
        const [{ office, id: question }, other] = pair
        const asker = await partyOf(parts, office, { question, position: 0, choice: 'AS_THE_OTHER' })
        hits.push(hitOf(factsOf(id, now), asker, await watcher(parts, other)))
      }
      return hits
    },
  }
}

const endOf = ({ office, network }: Comparable) => `${office}.${network}`
const factsOf = (id: string, now: number) => ({ id, type: 'STRUCTURE' as const, at: now })

/** What is on watch, read anew where anything has changed. */
function looking(parts: StructureParts): () => Promise<Look> {
  const { graph, versions } = parts
  let last: Look | undefined
  return async () => {
    const rows = await graph.read(matchStructures, {}, 60_000)
    const offices = rows.map(({ office }) => office)
    const sights = sightsOf(parts, offices)
    const state = canonical([versions.watermark(), rows, sights])
    if (last?.state === state) return last
    const watched = await living(parts, sights, rows)
    last = { state, sights, watched, common: commonFacets(watched) }
    return last
  }
}

type PartyOf = Pick<Party, 'choice' | 'network' | 'question' | 'position'>
async function partyOf(
  { compartments, directory }: StructureParts,
  office: string,
  what: PartyOf,
): Promise<Party> {
  return { office, compartment: await compartments.numberOf(reachOfMessage([office], directory)), ...what }
}

const watcher = (parts: StructureParts, { office, network, choice }: Watched) =>
  partyOf(parts, office, { network, choice })

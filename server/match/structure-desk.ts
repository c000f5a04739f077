import { matchAsk } from '../../cypher/match/match.ts'
import { matchStructure, matchTraits, matchUnwatch, matchWatch } from '../../cypher/match/structure.ts'
import type { Statement } from '../../cypher/statement.ts'
import type { StructureDesk } from '../../schema/context.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { IdempotencyKey } from '../../schema/wire/report.ts'
import { StructureInput, StructureQuestion } from '../../schema/wire/structure.ts'
import { reachOfMessage } from '../exchange/desk.ts'
import type { Ids } from '../ids.ts'
import { changeOf, committed } from '../outbox.ts'
import { parsed } from '../parsed.ts'
import { scopeFor } from '../policy.ts'
import { actsFor, type DeskRequest, type Doing } from '../report/acts.ts'
import type { Stamp } from '../writer.ts'
import { checkCase, keepQuestion, type QuestionParts } from './questions.ts'
import { type TraitFound, traitsOf } from './traits.ts'

/** The traits of the caller's own networks: shown, put on watch as he approves them, and asked about. */
export function structureDesk(
  parts: QuestionParts,
  request: DeskRequest,
  purpose: Purpose | undefined,
): StructureDesk {
  const { compartments, ids, permits } = parts
  const { caller, ask } = request
  const { office, person, country } = caller

  return {
    ...watchDesk(parts, request),
    async traits(network) {
      const found = await traitsSeen(request, network)
      if (!found) return null
      const [row] = await ask(matchStructure, { key: structureKey(ids, office, network), office })
      return { network, traits: found, watched: row ? { choice: row.choice, traits: row.traits } : null }
    },
    async askStructure(key, input) {
      scopeFor(matchAsk, caller, compartments, 0)
      const asked = parsed(StructureQuestion, input, ['input'])
      checkCase(purpose, asked.case)
      return keepQuestion(parts, request, { key, asked }, async (question, hash) => {
        const traits = countingIn(await ownNetwork(request, asked.network))
        await permits.askStructure({ question, hash, person, country })
        return { types: ['STRUCTURE'], tokens: [], network: asked.network, traits }
      })
    },
  }
}

/** Each act once, and one at a time for a network of an office. */
function watchDesk(parts: QuestionParts, request: DeskRequest): Pick<StructureDesk, 'watch' | 'unwatch'> {
  const { compartments, directory, ids, queues } = parts
  const { caller, ask } = request
  const { office } = caller
  const acts = actsFor(parts, request)
  const keyOf = (network: string) => structureKey(ids, office, network)

  async function done(
    doing: Doing,
    network: string,
    statement: Statement,
    what: object,
    reason: string | null,
  ) {
    const act = (stamp: Stamp) => acts.act(doing, stamp, { report: network, chain: network, reason })
    const { record } = request
    record.statements.set(statement.name, statement.digest)
    const change = changeOf(record, [network])
    // No batch is under way meanwhile: none goes by what was approved before.
    await parts.latch.alone(() =>
      parts.writer.write(statement, network, [change], (stamp) => ({ act: act(stamp), ...what })),
    )
    committed(record, change)
    return { report: null, ids: [], replayed: false }
  }
  const once = async (
    kind: 'STRUCTURE_WATCH' | 'STRUCTURE_UNWATCH',
    { key, body, network }: { key: string; body: object; network: string },
    work: (doing: Doing) => ReturnType<typeof done>,
  ) => {
    const { replayed } = await acts.once(kind, parsed(IdempotencyKey, key, ['key']), body, (doing) =>
      queues.inTurn(`structure ${keyOf(network)}`, () => work(doing)),
    )
    return { network, replayed }
  }

  return {
    async watch(key, input) {
      scopeFor(matchWatch, caller, compartments, 0)
      const body = parsed(StructureInput, input, ['input'])
      const { network, choice } = body
      return once('STRUCTURE_WATCH', { key, body, network }, async (doing) => {
        checkFollowing(body.traits, await ownNetwork(request, network))
        const compartment = await compartments.numberOf(reachOfMessage([office], directory))
        const traits = [...new Set(body.traits)].sort()
        const structure = { key: keyOf(network), network, office, compartment, choice, traits }
        return done(doing, network, matchWatch, { structure }, choice)
      })
    },
    async unwatch(key, network) {
      scopeFor(matchUnwatch, caller, compartments, 0)
      return once('STRUCTURE_UNWATCH', { key, body: { network }, network }, async (doing) => {
        const [row] = await ask(matchStructure, { key: keyOf(network), office })
        if (!row) throw new Fault('NOT_FOUND', 'expected a network that you watch', { path: ['network'] })
        return done(doing, network, matchUnwatch, { key: keyOf(network), network }, null)
      })
    },
  }
}

const structureKey = (ids: Ids, office: string, network: string) => ids.id('structure', office, network)
const countingIn = (found: readonly TraitFound[]) =>
  found.flatMap(({ trait, counts }) => (counts ? [trait] : []))

/** By what the caller's office itself has reported and he may see; null where that is nothing. */
async function traitsSeen({ ask, caller }: DeskRequest, network: string): Promise<TraitFound[] | null> {
  const [row] = await ask(matchTraits, { networks: [network], office: caller.office })
  return row ? traitsOf(row) : null
}

/** Hidden, absent and of other offices alone are one fault. */
export async function ownNetwork(request: DeskRequest, network: string): Promise<TraitFound[]> {
  const found = await traitsSeen(request, network)
  if (found) return found
  throw new Fault('NOT_FOUND', 'expected a network of which your office has reported', { path: ['network'] })
}

/** Nobody lets a network be compared by what he did not report: made up, a trait would ask the others for what they see. */
function checkFollowing(given: readonly string[], found: readonly TraitFound[]): void {
  const following = new Set(countingIn(found))
  const wrong = given.findIndex((trait) => !following.has(trait))
  if (wrong >= 0)
    throw new Fault('BAD_REFERENCE', 'expected a trait that follows from enough reports of your office', {
      path: ['input', 'traits', wrong],
    })
}

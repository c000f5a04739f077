import { matchAsk } from '../../cypher/match/match.ts'
import { matchStructure, matchTraits, matchUnwatch, matchWatch } from '../../cypher/match/structure.ts'
import type { StructureDesk } from '../../schema/context.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { IdempotencyKey } from '../../schema/wire/report.ts'
import { StructureInput, StructureQuestion } from '../../schema/wire/structure.ts'
import { reachOfMessage } from '../exchange/desk.ts'
import { changeOf, committed } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import { actsFor, type DeskRequest } from '../report/acts.ts'
import { parsed } from './parsed.ts'
import { checkCase, keepQuestion, type QuestionParts } from './questions.ts'
import { type TraitFound, traitsOf } from './traits.ts'

/** The traits of the caller's own networks: shown, put on watch as he approves them, and asked about. */
export function structureDesk(
  parts: QuestionParts,
  request: DeskRequest,
  purpose: Purpose | undefined,
): StructureDesk {
  const { compartments, directory, ids, latch, permits, queues, writer } = parts
  const { caller, ask, record } = request
  const { office, person, country } = caller
  const acts = actsFor(parts, request)
  const nothing = { report: null, ids: [], replayed: false }
  const keyOf = (network: string) => ids.id('structure', office, network)
  const inTurn = <T>(network: string, work: () => Promise<T>) =>
    queues.inTurn(`structure ${keyOf(network)}`, work)

  return {
    async traits(network) {
      const found = await traitsSeen(request, network)
      if (!found) return null
      const [row] = await ask(matchStructure, { key: keyOf(network), office })
      return { network, traits: found, watched: row ? { choice: row.choice, traits: row.traits } : null }
    },
    async watch(key, input) {
      scopeFor(matchWatch, caller, compartments, 0)
      const given = parsed(StructureInput, input, ['input'])
      const { network, choice } = given
      const done = await acts.once('STRUCTURE_WATCH', checkedKey(key), given, (doing) =>
        inTurn(network, async () => {
          checkFollowing(given.traits, await ownNetwork(request, network))
          const compartment = await compartments.numberOf(reachOfMessage([office], directory))
          const traits = [...new Set(given.traits)].sort()
          const structure = { key: keyOf(network), network, office, compartment, choice, traits }
          record.statements.set(matchWatch.name, matchWatch.digest)
          const change = changeOf(record, [network])
          // No batch is under way meanwhile: none goes by what was approved before.
          await latch.alone(() =>
            writer.write(matchWatch, network, [change], (stamp) => ({
              ...{
                act: acts.act(doing, stamp, { report: network, chain: network, reason: choice }),
                structure,
              },
            })),
          )
          committed(record, change)
          return nothing
        }),
      )
      return { network, replayed: done.replayed }
    },
    async unwatch(key, network) {
      scopeFor(matchUnwatch, caller, compartments, 0)
      const done = await acts.once('STRUCTURE_UNWATCH', checkedKey(key), { network }, (doing) =>
        inTurn(network, async () => {
          const [row] = await ask(matchStructure, { key: keyOf(network), office })
          if (!row) throw new Fault('NOT_FOUND', 'expected a network that you watch', { path: ['network'] })
          record.statements.set(matchUnwatch.name, matchUnwatch.digest)
          const change = changeOf(record, [network])
          await latch.alone(() =>
            writer.write(matchUnwatch, network, [change], (stamp) => ({
              act: acts.act(doing, stamp, { report: network, chain: network }),
              ...{ key: keyOf(network), network },
            })),
          )
          committed(record, change)
          return nothing
        }),
      )
      return { network, replayed: done.replayed }
    },
    async askStructure(key, input) {
      scopeFor(matchAsk, caller, compartments, 0)
      const asked = parsed(StructureQuestion, input, ['input'])
      checkCase(purpose, asked.case)
      return keepQuestion(parts, request, { key, asked }, async (question, hash) => {
        const { network } = asked
        const traits = (await ownNetwork(request, network)).flatMap(({ trait, counts }) =>
          counts ? [trait] : [],
        )
        await permits.askStructure({ question, hash, person, country })
        return { types: ['STRUCTURE'], tokens: [], network, traits }
      })
    },
  }
}

const checkedKey = (key: string): string => parsed(IdempotencyKey, key, ['key'])

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
  const following = new Set(found.flatMap(({ trait, counts }) => (counts ? [trait] : [])))
  const wrong = given.findIndex((trait) => !following.has(trait))
  if (wrong >= 0)
    throw new Fault('BAD_REFERENCE', 'expected a trait that follows from enough reports of your office', {
      path: ['input', 'traits', wrong],
    })
}

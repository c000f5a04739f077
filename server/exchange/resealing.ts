import { cardOwn } from '../../cypher/card/card.ts'
import { entityOpen } from '../../cypher/entity/entity.ts'
import { type OwnPart, partNote, partReplace, partSealed, type SealedRow } from '../../cypher/part/part.ts'
import type { CardDesk, ResealTask } from '../../schema/context.ts'
import { isProtected, type PartInput, PartInputs } from '../../schema/wire/card.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { faultsOf } from '../../schema/wire/report.ts'
import { Collision } from '../graph.ts'
import { scopeFor } from '../policy.ts'
import type { Acts, DeskParts, DeskRequest } from '../report/acts.ts'
import { officesReached } from '../report/reached.ts'
import { forget } from './cards.ts'
import { admitParts } from './parts.ts'
import { difference, keepsSecret } from './reseal.ts'

type Held = { of: string; compartment: number; parts: OwnPart[] }

/** What is to be sealed again, and putting it in place. */
export function resealing(
  parts: DeskParts,
  request: DeskRequest,
  acts: Acts,
): Pick<CardDesk, 'tasks' | 'reseal'> {
  const { compartments, directory, exchange, graph, latch, queues } = parts
  const { caller, ask, record } = request

  /** A card or a note of the caller's office. Hidden, absent and foreign ones are one fault. */
  async function held(sealed: ResealTask['sealed'], id: string): Promise<Held> {
    const statement = sealed === 'CARD' ? cardOwn : partNote
    const [found] = await ask(statement, { id, office: caller.office })
    if (found) return found
    throw new Fault('NOT_FOUND', 'expected a card or a note of your office', { path: ['input', 'id'] })
  }

  /** In turn with whatever else changes the same thing. */
  async function inTurn<T>(sealed: ResealTask['sealed'], id: string, work: () => Promise<T>): Promise<T> {
    await held(sealed, id)
    const turn = sealed === 'CARD' ? `card ${id}` : (await acts.own(id, 'WITHDRAWN')).chain
    return queues.inTurn(turn, work)
  }

  async function replace(former: Held, given: PartInput[]): Promise<string[]> {
    const reached = officesReached(compartments.reachOf(former.compartment), directory)
    const next = await admitParts(exchange, caller, former.of, given, reached)
    if (!keepsSecret(former.parts, next))
      throw new Fault(
        'BAD_INPUT',
        'expected a new session key, for somebody loses his: got the former data',
        {
          path: ['input', 'parts'],
        },
      )
    record.statements.set(partReplace.name, partReplace.digest)
    const rows = [{ of: former.of, parts: next }]
    const [row] = await latch.alone(() => graph.write(partReplace, { rows }, 30_000)).catch(used)
    await forget(parts, row!.gone)
    const has = new Set(next.flatMap(({ audience }) => audience))
    return [...new Set(former.parts.flatMap(({ audience }) => audience))]
      .filter((one) => !has.has(one))
      .sort()
  }

  return {
    async tasks() {
      const rows = await ask(partSealed, { office: caller.office })
      const about = await entitiesOf(rows)
      return rows.flatMap((row): ResealTask[] => {
        const found = difference(row.parts, compartments.reachOf(row.compartment), caller.office, directory)
        const causes = [...found.causes, ...(row.entity ? about(row.entity, found.wanted) : [])]
        return causes.length > 0 ? [{ sealed: row.sealed, id: row.id, ...found, causes }] : []
      })
    },
    async reseal({ sealed, id, parts: input }) {
      scopeFor(partReplace, caller, compartments, 0)
      const given = PartInputs.safeParse(input)
      if (!given.success) throw faultOf(faultsOf(given.error, ['input', 'parts']))
      return inTurn(sealed, id, async () => {
        const former = await held(sealed, id)
        // Sent again after a lost answer: they stand already.
        const stands = given.data.every(({ object }) => former.parts.some((part) => part.id === object))
        const lost = stands ? [] : await replace(former, given.data)
        record.committed.push(id)
        return { id, lost }
      })
    },
  }

  /** What the entities of cards ask their originator to decide. */
  async function entitiesOf(rows: SealedRow[]) {
    const ids = [...new Set(rows.flatMap(({ entity }) => entity ?? []))].slice(0, 2_000)
    const found = ids.length > 0 ? await ask(entityOpen, { ids, most: 1, said: true, labels: false }) : []
    const states = new Map(found.map(({ id, said }) => [id, said.some((one) => isProtected(one))]))
    return (entity: string, wanted: string[]): ResealTask['causes'] => {
      if (!states.has(entity)) return ['ENTITY_GONE']
      return states.get(entity) && wanted.some((office) => office !== caller.office) ? ['PROTECTED'] : []
    }
  }
}

function used(error: unknown): never {
  if (error instanceof Collision)
    throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new object id, got a used one')
  throw error
}

import { cardOwn, cardReseal, cardSealed } from '../../cypher/card/card.ts'
import { entityOpen, SAID_ALONE } from '../../cypher/entity/entity.ts'
import { packetsSets } from '../../cypher/packets/packets.ts'
import { reportSealed } from '../../cypher/report/report.ts'
import { reportReseal } from '../../cypher/report/write.ts'
import type { CardDesk, ResealTask } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { isProtected, SealedInput } from '../../schema/wire/card.ts'
import type { SealedKind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { sessionKeyPackets } from '../../schema/wire/packet.ts'
import type { Directory } from '../directory.ts'
import { Collision } from '../graph.ts'
import { changeOf, committed } from '../outbox.ts'
import { parsed } from '../parsed.ts'
import { scopeFor } from '../policy.ts'
import type { Acts, DeskParts, DeskRequest } from '../report/acts.ts'
import { officesReached } from '../report/reached.ts'
import type { Exchange } from './desk.ts'
import { difference, leaves, officeOfKey } from './reseal.ts'
import { checkSecret } from './secret.ts'

/** Something sealed of the caller's office: a card or a note. `row` is what the graph knows it by. */
type Held = { id: string; row: string; compartment: number; facts: string; object: string }

/** What is to be sealed again, and putting it in place. */
export function resealing(
  parts: DeskParts,
  request: DeskRequest,
  acts: Acts,
): Pick<CardDesk, 'tasks' | 'reseal'> {
  const { compartments, directory, exchange, graph, latch, queues } = parts
  const { caller, ask, record } = request
  const { office } = caller

  /** Hidden, absent and foreign ones are one fault. */
  async function held(kind: SealedKind, id: string): Promise<Held> {
    const [card] = kind === 'CARD' ? await ask(cardOwn, { id, office }) : []
    const [note] = kind === 'NOTE' && id !== '' ? await ask(reportSealed, { id, office }) : []
    if (card) return { ...card, row: card.key }
    if (note) return { ...note, row: note.id }
    throw new Fault('NOT_FOUND', 'expected a card or a note of your office', { path: ['input', 'id'] })
  }

  /** In turn with whatever else changes the same thing. */
  async function inTurn<T>(kind: SealedKind, id: string, work: () => Promise<T>): Promise<T> {
    await held(kind, id)
    const turn = kind === 'CARD' ? `card ${id}` : (await acts.own(id, 'WITHDRAWN')).chain
    return queues.inTurn(turn, work)
  }

  async function replace(kind: SealedKind, former: Held, given: SealedInput): Promise<string[]> {
    const before = await exchange.read(former.object)
    if (before) checkSecret(before, Buffer.from(given.ciphertext, 'base64'))
    const reached = officesReached(compartments.reachOf(former.compartment), directory)
    const keys = await admitSealed(exchange, caller, { ...given, profile: profileOf(former), reached })
    const statement = kind === 'CARD' ? cardReseal : reportReseal
    record.statements.set(statement.name, statement.digest)
    const rows = [{ id: former.row, object: given.object, signature: given.signature, keys }]
    const change = changeOf(record, [former.id])
    const [done] = await latch.alone(() => graph.write(statement, { rows }, 30_000, [change])).catch(used)
    committed(record, change)
    // The graph forgets first. A crash before the blob is gone leaves it to the sweep of the next start.
    if (done) await exchange.eraseNote(done.gone)
    const readers = before ? officesIn(before, directory) : []
    return readers.filter((one) => !given.audience.includes(one))
  }

  /** What the entities of cards ask their originator to decide. */
  async function entitiesOf(entities: string[]) {
    const ids = [...new Set(entities)].slice(0, 2_000)
    const found = ids.length > 0 ? await ask(entityOpen, { ids, ...SAID_ALONE }) : []
    const states = new Map(found.map(({ id, said }) => [id, said.some((one) => isProtected(one))]))
    return (entity: string, wanted: string[]): ResealTask['causes'] => {
      if (!states.has(entity)) return ids.includes(entity) ? ['ENTITY_GONE'] : []
      return states.get(entity) && leaves(wanted, office, directory) ? ['PROTECTED'] : []
    }
  }

  return {
    async tasks() {
      const cards = await ask(cardSealed, { office })
      const notes = await ask(reportSealed, { office, id: null })
      const about = await entitiesOf(cards.map(({ entity }) => entity))
      const now = await keysNow(parts, [...cards, ...notes])
      const all = [
        ...cards.map((card) => ({ ...card, sealed: 'CARD' as const })),
        ...notes.map((note) => ({ ...note, sealed: 'NOTE' as const, entity: null })),
      ]
      const tasks: ResealTask[] = []
      for (const one of all) {
        const { sealed, id, object, entity } = one
        const reach = compartments.reachOf(one.compartment)
        const found = difference({ keys: await now(one), profile: profileOf(one), reach, office }, directory)
        const causes = [...found.causes, ...(entity ? about(entity, found.wanted) : [])]
        if (causes.length > 0) tasks.push({ sealed, id, object, ...found, causes })
      }
      return tasks
    },
    async reseal({ kind, id, sealed }) {
      scopeFor(cardReseal, caller, compartments, 0)
      const given = parsed(SealedInput, sealed, ['input', 'sealed'])
      return inTurn(kind, id, async () => {
        const former = await held(kind, id)
        // Sent again after a lost answer: it stands already.
        if (former.object !== given.object) return { id, lost: await replace(kind, former, given) }
        record.committed.push(id)
        return { id, lost: [] }
      })
    },
  }
}

type Wrapped = { object: string; keys: string[] | null }

/** Key ids by object, as its packets are now: those of the upload, where nobody wrapped it anew. */
export async function keysNow({ graph, exchange }: Pick<DeskParts, 'graph' | 'exchange'>, rows: Wrapped[]) {
  const sets = await graph.read(packetsSets, { objects: rows.map(({ object }) => object) }, 30_000)
  const wrapped = new Set(sets.map(({ object }) => object))
  return async ({ object, keys }: Wrapped): Promise<string[]> => {
    if (keys && !wrapped.has(object)) return keys
    const bytes = await exchange.read(object)
    return bytes ? sessionKeyPackets(bytes).map(({ keyId }) => keyId) : []
  }
}

export const profileOf = ({ facts }: { facts: string }): Profile =>
  (JSON.parse(facts) as { profile: Profile }).profile

/** The offices whose role keys an object is sealed to. */
export function officesIn(bytes: Uint8Array, directory: Directory): string[] {
  const offices = sessionKeyPackets(bytes).flatMap(({ keyId }) => officeOfKey(keyId, directory) ?? [])
  return [...new Set(offices)].sort()
}

type Admission = SealedInput & { profile: Profile; reached: string[] }

/** Lets a sealed object in: for its own office, and for no office that the release does not reach. Gives its key ids. */
export async function admitSealed(
  exchange: Exchange,
  caller: Caller,
  { object, audience, ciphertext, signature, profile, reached }: Admission,
): Promise<string[]> {
  const wrong = (message: string) =>
    new Fault('BAD_INPUT', message, { path: ['input', 'sealed', 'audience'] })
  if (!audience.includes(caller.office)) throw wrong('expected your own office among the readers')
  if (audience.some((one) => one !== caller.office && !reached.includes(one)))
    throw wrong('expected only offices that the release reaches')
  return exchange.admit(caller, { id: object, profile, audience, ciphertext, signature })
}

/** The object id belongs to somebody's sealed thing: whose, nobody learns. */
export function used(error: unknown): never {
  if (error instanceof Collision)
    throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new object id, got a used one')
  throw error
}

import {
  type HeldObject,
  type HeldRow,
  type PacketSet,
  packetsConfirm,
  packetsCount,
  packetsHeld,
  packetsObjects,
  packetsRewrap,
  packetsSets,
  packetsUses,
} from '../../cypher/packets/packets.ts'
import type { Ask, HandoverDesk, HeldPlace, RewrapInput, WrappedObject } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import type { Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import { shapeOf } from '../../schema/wire/packet.ts'
import type { Record as AskRecord } from '../ask.ts'
import { Collision } from '../graph.ts'
import { changeOf, committed } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import type { ExchangeParts } from './desk.ts'
import { lastOf, stateOf, versionOf, wrappable } from './packet-sets.ts'
import { isRescue, type PacketRows, rewrapper } from './rewrap.ts'

/** Octets of ciphertext in one page: what does not fit comes with the next. */
const MAX_PAGE_OCTETS = 4 * 1024 * 1024
const MAX_BATCH = 200

type Request = { caller: Caller; ask: Ask; record: AskRecord }

/**
 * How session keys pass to a successor, from an office's custodian to its officers, from a country to an office that lost its
 * key. The server takes packets for the caller's own office, and from the owner of an object for offices that it newly
 * reaches; packets of other offices cannot be sent, so they stay, and nobody can be left out.
 *
 * Packets stand in the graph, a whole batch in one transaction: after a crash there is all of it or none, and the blob with the
 * upload is as it was.
 */
export function handoverDesk(parts: ExchangeParts, { caller, ask, record }: Request): HandoverDesk {
  const { graph, store, attachments, directory, compartments, events, clock } = parts
  const { office } = caller

  /** The objects of a batch that the caller may see, by id, with every packet set of each. */
  async function known(ids: string[]) {
    const messages = await Promise.all(ids.map((id) => attachments.messageOf(id)))
    const asked = new Set([...ids, ...messages.filter((message) => message !== null)])
    const found = await ask(packetsObjects, { ids: [...asked], office })
    const objects = found.flatMap(withAttachments).filter(({ id }) => ids.includes(id))
    const sets = await setsOf(ids)
    return new Map(objects.map((object) => [object.id, { object, sets: sets.get(object.id) ?? [] }]))
  }

  const bytesOf = ({ kind, id }: HeldObject) =>
    kind === 'ATTACHMENT' ? attachments.sample(id) : store.get(id)

  async function setsOf(objects: string[]): Promise<Map<string, PacketSet[]>> {
    return Map.groupBy(await graph.read(packetsSets, { objects }, 30_000), ({ object }) => object)
  }

  /** An object as the office holds it; null where it is not sealed to the office, or gone. */
  async function wrappedBy(object: HeldObject, sets: PacketSet[]): Promise<WrappedObject | null> {
    const bytes = await bytesOf(object)
    const ciphertext = bytes && wrappable(bytes, sets, { office, directory })
    if (!ciphertext) return null
    const own = directory
      .encryptionKeys([office], shapeOf(bytes).profile)
      .find(({ holder }) => holder === officeHolder(office))
    const state = stateOf(bytes, sets, { office, present: own?.keyIds ?? [] })
    return { ...object, version: versionOf(sets, office), state, ciphertext }
  }

  /** Whoever opened with a custodian's or a country's key is told of: to the office, and to the owner of what was opened. */
  async function announce(uses: Use[]): Promise<void> {
    const rescues = uses.filter(({ holder }) => isRescue(holder))
    const hour = new Date(clock()).toISOString().slice(0, 13)
    // Once an hour for each key and owner: a desk has thousands of objects.
    for (const [{ holder, owner }] of Map.groupBy(
      rescues,
      (use) => `${use.holder} ${use.owner}`,
    ).values() as Iterable<[Use]>)
      await events.publish({ kind: 'RECOVERY_USED', offices: [office, owner], id: `${holder}.${hour}` })
  }

  return {
    async held({ first, states, ...where }) {
      const rows = await ask(packetsHeld, { office, ...where, first: first + 1 })
      const page = rows.slice(0, first)
      const objects = page.map(withAttachments)
      const sets = await setsOf(objects.flat().map(({ id }) => id))
      const nodes: WrappedObject[] = []
      let [read, octets] = [0, 0]
      for (; read < page.length && octets < MAX_PAGE_OCTETS; read++) {
        for (const object of objects[read]!) {
          const node = await wrappedBy(object, sets.get(object.id) ?? [])
          if (!node || !states.includes(node.state)) continue
          nodes.push(node)
          octets += node.ciphertext.length
        }
      }
      const last = page[read - 1]
      const at: HeldPlace | null = last ? [last.kind, last.place, last.id] : null
      return { nodes, walked: read, last: at, more: read < rows.length }
    },
    count: async (since) => (await ask(packetsCount, { office, ...since }))[0]!.total,
    async rewrap(inputs) {
      scopeFor(packetsRewrap, caller, compartments, 0)
      const ids = batchOf(inputs)
      const objects = await known(ids)
      const judge = rewrapper(parts, caller)
      const rows: PacketRows = []
      const uses: Use[] = []
      await each(inputs, async (input) => {
        const { object, sets } = objects.get(input.object) ?? absent()
        const before = replayed(input, sets)
        if (before) return void uses.push({ ...before, owner: object.owner })
        const bytes = (await bytesOf(object)) ?? absent()
        const made = await judge(input, { object, bytes, sets })
        rows.push(...made)
        uses.push(made[0]!)
      })
      record.statements.set(packetsRewrap.name, packetsRewrap.digest)
      // What another officer wrapped in the meantime stands, and this batch is made anew.
      const change = changeOf(record, ids)
      await graph.write(packetsRewrap, { rows }, 30_000, [change]).catch((error) => {
        if (error instanceof Collision)
          throw new Fault('IDEMPOTENCY_CONFLICT', 'expected the next version of each, got one that was taken')
        throw error
      })
      committed(record, change)
      await announce(uses)
      return ids.length
    },
    async confirm(inputs) {
      scopeFor(packetsConfirm, caller, compartments, 0)
      const ids = batchOf(inputs)
      const objects = await known(ids)
      await each(inputs, async ({ object, version }) => {
        const last = lastOf(objects.get(object)?.sets ?? [], office) ?? absent()
        if (last.version !== version)
          throw new Fault('IDEMPOTENCY_CONFLICT', `expected version ${last.version}, got ${version}`)
      })
      const rows = inputs.map(({ object, version }) => ({
        id: `${object}.${office}.${version}`,
        time: clock(),
        person: caller.person,
      }))
      record.statements.set(packetsConfirm.name, packetsConfirm.digest)
      const change = changeOf(record, ids)
      await graph.write(packetsConfirm, { rows }, 30_000, [change])
      committed(record, change)
      return ids.length
    },
    uses: (first) => ask(packetsUses, { offices: caller.offices, first }),
  }
}

/** A message and what is attached to it: each has a session key of its own. */
function withAttachments({ id, kind, owner, facts, compartment }: HeldRow): HeldObject[] {
  const object: HeldObject = { id, kind, owner, facts, compartment }
  if (kind !== 'MESSAGE') return [object]
  const { attachments = [] } = JSON.parse(facts) as Envelope
  return [object, ...attachments.map((one): HeldObject => ({ ...object, kind: 'ATTACHMENT', id: one }))]
}

type Use = { holder: string; owner: string }

/** The packet set of an input that was sent again, after its answer was lost: it stands already. */
function replayed({ audience, version, signature }: RewrapInput, sets: PacketSet[]): PacketSet | undefined {
  const standing = audience.map((one) => lastOf(sets, one))
  const isSame = standing.every((set) => set?.version === version && set.signature === signature)
  return isSame ? standing[0] : undefined
}

function batchOf(inputs: { object: string }[]): string[] {
  const ids = inputs.map(({ object }) => object)
  if (ids.length === 0 || ids.length > MAX_BATCH || new Set(ids).size !== ids.length)
    throw new Fault('BAD_INPUT', `expected 1 to ${MAX_BATCH} objects, each once, got ${ids.length}`, {
      path: ['input'],
    })
  return ids
}

/** In order; a fault says which of the batch it is about. */
async function each<T>(inputs: T[], work: (input: T) => Promise<void>): Promise<void> {
  for (const [i, input] of inputs.entries())
    await work(input).catch((error: unknown) => {
      throw error instanceof Fault ? new Fault(error.code, error.message, { path: ['input', i] }) : error
    })
}

function absent(): never {
  throw new Fault('NOT_FOUND', 'expected a sealed object of your office, got an unknown one')
}

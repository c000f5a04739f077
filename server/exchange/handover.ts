import { readSignature } from 'openpgp'
import type { z } from 'zod'
import {
  type HeldObject,
  type PacketSet,
  packetsConfirm,
  packetsCount,
  packetsHeld,
  packetsObjects,
  packetsRewrap,
  packetsSets,
  packetsUses,
} from '../../cypher/packets/packets.ts'
import type { Ask, HandoverDesk, RewrapInput, WrappedObject } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { splice, walk } from '../../schema/wire/packet.ts'
import type { Record as AskRecord } from '../ask.ts'
import { Collision } from '../graph.ts'
import { scopeFor } from '../policy.ts'
import { officesReached } from '../report/reached.ts'
import type { ExchangeParts } from './desk.ts'
import { gate } from './gate.ts'
import { type HolderKeys, holderKeys } from './holder-keys.ts'
import { lastOf, packetsFor, stateOf, versionOf, wrappable } from './packet-sets.ts'

/** Octets of ciphertext in one page: what does not fit comes with the next. */
const MAX_PAGE_OCTETS = 4 * 1024 * 1024
const MAX_BATCH = 200

type Request = { caller: Caller; ask: Ask; record: AskRecord }

/**
 * How session keys pass to a successor, an office's custodian to its officers, a country to an office that lost its key. The
 * server takes packets for the caller's own office, and from the owner of an object for offices that it newly reaches; packets
 * of other offices cannot be sent, so they stay, and nobody can be left out.
 */
export function handoverDesk(parts: ExchangeParts, { caller, ask, record }: Request): HandoverDesk {
  const { graph, store, directory, compartments, clock } = parts
  const { office } = caller

  async function setsOf(objects: string[]): Promise<Map<string, PacketSet[]>> {
    const sets = await graph.read(packetsSets, { objects }, 30_000)
    return Map.groupBy(sets, ({ object }) => object)
  }

  async function wrapped(
    object: HeldObject,
    sets: PacketSet[],
    bytes: Uint8Array,
  ): Promise<WrappedObject | null> {
    const ciphertext = wrappable(bytes, sets, { office, directory })
    if (!ciphertext) return null
    const present = directory
      .encryptionKeys([office])
      .flatMap(({ holder, keyIds }) => (holder === `office:${office}` ? keyIds : []))
    return {
      ...object,
      version: versionOf(sets, office),
      state: stateOf(bytes, sets, { office, present }),
      ciphertext,
    }
  }

  async function rowsOf(input: RewrapInput, object: HeldObject, sets: PacketSet[], keys: Keyring) {
    const bytes = await store.get(object.id)
    if (!bytes) throw absent()
    checkAudience(input, object, bytes, sets)
    for (const one of input.audience)
      if (versionOf(sets, one) + 1 !== input.version)
        throw new Fault(
          'IDEMPOTENCY_CONFLICT',
          `expected version ${versionOf(sets, one) + 1}, got ${input.version}`,
        )
    const { holders, signers } = await keys(input.audience)
    const spliced = splice(bytes, Buffer.from(input.packets, 'base64'))
    const { audience, version, signature } = input
    await gate(spliced, {
      audience,
      holders,
      object: object.id,
      version,
      signature,
      signers,
      at: new Date(clock()),
    })
    const holder = await holderOfSignature(signature)
    const isRescue = /^(?:custodian|recovery):/.test(holder)
    if (isRescue !== (input.reason !== null))
      throw new Fault(
        'BAD_INPUT',
        `expected ${isRescue ? 'the reason of a rescue' : 'no reason, for it is no rescue'}`,
      )
    return audience.map((one) => ({
      id: `${object.id}.${one}.${version}`,
      object: object.id,
      ...{ office: one, owner: object.owner, compartment: object.compartment, version, signature, holder },
      packets: packetsFor(spliced, holdersOf(one), directory.holderOf),
      signer: caller.person,
      recordedTime: clock(),
      confirmedTime: -1,
      reason: input.reason ?? '',
    }))
  }

  const holdersOf = (one: string) =>
    new Set<string>(directory.encryptionKeys([one]).map(({ holder }) => holder))

  /** His own office; and where the object is his office's, such as its release reaches and nobody has sealed it to yet. */
  function checkAudience(
    { audience }: RewrapInput,
    object: HeldObject,
    bytes: Uint8Array,
    sets: PacketSet[],
  ): void {
    const sealedTo = new Set(walk(bytes).pkesks.map(({ keyId }) => directory.holderOf(keyId)))
    const isNew = (one: string) => !sealedTo.has(`office:${one}`) && !lastOf(sets, one)
    const widens = object.owner === office && object.kind !== 'MESSAGE'
    const reached = widens ? officesReached(compartments.reachOf(object.compartment), directory) : []
    const isAllowed = (one: string) => (one === office ? !isNew(one) : isNew(one) && reached.includes(one))
    // One answer for every cause: whom else it is sealed to, nobody learns by trying.
    if (!audience.every(isAllowed))
      throw new Fault('NOT_ALLOWED', 'expected packets of your own office, or of one that its owner lets in')
  }

  type Keyring = (audience: string[]) => Promise<{ holders: HolderKeys[]; signers: string[] }>
  /** Read once for a batch: keys are the dear part of the gate. */
  function keyring(): Keyring {
    const known = new Map<string, ReturnType<Keyring>>()
    return (audience) => {
      const name = [...audience].sort().join()
      const found = known.get(name) ?? readKeys(audience)
      known.set(name, found)
      return found
    }
  }

  async function readKeys(audience: string[]) {
    const at = new Date(clock())
    const to = directory.encryptionKeys(audience)
    const own = directory.encryptionKeys([office])
    const signers = [directory.person(caller.person)?.key, ...own.map(({ key }) => key)]
    return {
      holders: await Promise.all(to.map(({ holder, key }) => holderKeys(holder, key, at))),
      signers: signers.filter((key) => key !== undefined),
    }
  }

  /** Whose key signed: the gate has verified it with one of those that may. */
  async function holderOfSignature(armoredSignature: string): Promise<string> {
    const [packet] = (await readSignature({ armoredSignature })).packets
    return directory.holderOf(packet!.issuerKeyID.toHex()) ?? `person:${caller.person}`
  }

  return {
    async held({ sinceTime, sinceVersion, after, first, states }) {
      const rows = await ask(packetsHeld, { office, sinceTime, sinceVersion, after, first: first + 1 })
      const page = rows.slice(0, first)
      const sets = await setsOf(page.map(({ id }) => id))
      const nodes: WrappedObject[] = []
      let octets = 0
      let read = 0
      for (const object of page) {
        if (octets > MAX_PAGE_OCTETS) break
        read += 1
        const bytes = await store.get(object.id)
        const node = bytes && (await wrapped(object, sets.get(object.id) ?? [], bytes))
        if (!node || !states.includes(node.state)) continue
        nodes.push(node)
        octets += node.ciphertext.length
      }
      const last = page[read - 1]
      return {
        nodes,
        last: last ? [last.kind, last.place, last.id] : null,
        more: read < rows.length,
      }
    },
    async count(since) {
      return (await ask(packetsCount, { office, ...since }))[0]!.total
    },
    async rewrap(inputs) {
      scopeFor(packetsRewrap, caller, compartments, 0)
      const ids = batch(inputs.map(({ object }) => object))
      const objects = new Map((await ask(packetsObjects, { ids, office })).map((one) => [one.id, one]))
      const [sets, keys] = [await setsOf(ids), keyring()]
      const rows: z.input<typeof packetsRewrap.params>['rows'] = []
      for (const [i, input] of inputs.entries())
        await placed(i, async () => {
          const object = objects.get(input.object)
          if (!object) throw absent()
          const before = sets.get(object.id) ?? []
          if (!isReplay(input, before)) rows.push(...(await rowsOf(input, object, before, keys)))
        })
      record.statements.set(packetsRewrap.name, packetsRewrap.digest)
      // All of a batch or nothing. What another officer wrapped in the meantime stands, and the batch is made anew.
      await graph.write(packetsRewrap, { rows }, 30_000).catch((error) => {
        if (error instanceof Collision)
          throw new Fault('IDEMPOTENCY_CONFLICT', 'expected the next version of each, got one that was taken')
        throw error
      })
      record.committed.push(...ids)
      return ids.length
    },
    async confirm(inputs) {
      scopeFor(packetsConfirm, caller, compartments, 0)
      const ids = batch(inputs.map(({ object }) => object))
      const objects = new Set((await ask(packetsObjects, { ids, office })).map(({ id }) => id))
      const sets = await setsOf(ids)
      for (const [i, { object, version }] of inputs.entries())
        await placed(i, async () => {
          const last = lastOf(sets.get(object) ?? [], office)
          if (!objects.has(object) || !last) throw absent()
          if (last.version !== version)
            throw new Fault('IDEMPOTENCY_CONFLICT', `expected version ${last.version}, got ${version}`)
        })
      const rows = inputs.map(({ object, version }) => ({
        id: `${object}.${office}.${version}`,
        time: clock(),
        person: caller.person,
      }))
      record.statements.set(packetsConfirm.name, packetsConfirm.digest)
      await graph.write(packetsConfirm, { rows }, 30_000)
      record.committed.push(...ids)
      return ids.length
    },
    uses: (first) => ask(packetsUses, { offices: caller.offices, first }),
  }
}

const isReplay = ({ audience, version, signature }: RewrapInput, sets: PacketSet[]): boolean =>
  audience.every((one) => {
    const last = lastOf(sets, one)
    return last?.version === version && last.signature === signature
  })

function batch(ids: string[]): string[] {
  if (ids.length === 0 || ids.length > MAX_BATCH || new Set(ids).size !== ids.length)
    throw new Fault('BAD_INPUT', `expected 1 to ${MAX_BATCH} objects, each once, got ${ids.length}`, {
      path: ['input'],
    })
  return ids
}

/** A fault says which of a batch it is about. */
async function placed(i: number, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw error instanceof Fault ? new Fault(error.code, error.message, { path: ['input', i] }) : error
  }
}

const absent = () => new Fault('NOT_FOUND', 'expected a sealed object of your office, got an unknown one')

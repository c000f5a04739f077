import { messageOwned, messageSend } from '../../cypher/message/message.ts'
import { packetsSets } from '../../cypher/packets/packets.ts'
import type { HeldAttachment } from '../../schema/context.ts'
import { type AttachmentFacts, type ChunkFacts, chunkList, MAX_CHUNK } from '../../schema/wire/attachment.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, sha256 } from '../../schema/wire/canonical.ts'
import { audienceOf, digestStatement, type Envelope } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { shapeOf } from '../../schema/wire/packet.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import type { Graph } from '../graph.ts'
import { scopeFor } from '../policy.ts'
import { openQueues } from '../report/queues.ts'
import { type AttachmentFiles, type Facts, type HeldChunk, readChunk } from './attachment-files.ts'
import { inspectPackets } from './gate.ts'
import { holderKeys } from './holder-keys.ts'
import { current } from './packet-sets.ts'
import { verifyUpload } from './upload-signature.ts'

export type Orphan = { object: string; office: string | null; touched: number }

export type Attachments = {
  /** Lets one sealed chunk in and stores it. `hash` is the SHA-256 of the octets, hex. */
  put(caller: Caller, facts: ChunkFacts, sealed: { octets: Uint8Array; hash: string }): Promise<void>
  /** Null for what is not the caller's own office's, as for what does not exist. */
  held(caller: Caller, object: string): Promise<HeldAttachment | null>
  /** Checks that every chunk is there and that the uploader vouches for all of them, in this order. */
  close(caller: Caller, object: string, signature: string): Promise<void>
  /** Gives the attachments of an envelope to its message, before the message is stored. */
  name(envelope: Envelope): Promise<void>
  /** The message that an attachment was given to, whether or not that was sent. */
  messageOf(object: string): Promise<string | null>
  /** Its session key packets, as they came, before the data packet of its smallest chunk: enough to open and wrap its one key. */
  sample(object: string): Promise<Uint8Array | null>
  /** A whole sealed chunk, by its size first: whoever reads it must have room. Null where there is none. */
  chunk(object: string, chunk: number): Promise<{ size: number; read(): Promise<Uint8Array> } | null>
  /** What no message names and nobody has added to since `time` (ms since 1970): left unfinished, or never sent. */
  orphans(time: number): Promise<Orphan[]>
  /** Removes an orphan, unless somebody has gone on with it since `time`. */
  eraseIdle(object: string, time: number): Promise<boolean>
}

export type AttachmentParts = {
  graph: Graph
  files: AttachmentFiles
  directory: Directory
  compartments: Compartments
  clock: Clock
}

const FIRST_VERSION = 1
/** Octets at the start of a chunk that are looked at for readable text. */
const LOOK = 2 ** 16

export function openAttachments(parts: AttachmentParts): Attachments {
  const { files, directory, compartments, clock, graph } = parts
  const { inTurn } = openQueues()

  /** How many chunks of it are coming in at this moment, for none of them may lose its ground. */
  const coming = new Map<string, number>()

  async function whileComing(object: string, work: () => Promise<void>): Promise<void> {
    coming.set(object, (coming.get(object) ?? 0) + 1)
    await work().finally(() => {
      const left = coming.get(object)! - 1
      if (left > 0) coming.set(object, left)
      else coming.delete(object)
    })
  }

  const allowed = (caller: Caller) => scopeFor(messageSend, caller, compartments, 0)

  async function ownFacts(caller: Caller, object: string): Promise<Facts | null> {
    allowed(caller)
    const facts = await files.facts(object)
    return facts?.office === caller.office ? facts : null
  }

  async function inspected(facts: ChunkFacts, octets: Uint8Array) {
    const at = new Date(clock())
    const keys = directory.encryptionKeys(facts.audience, facts.profile)
    const holders = await Promise.all(keys.map(({ holder, key }) => holderKeys(holder, key, at)))
    const { profile, seipd } = inspectPackets(octets, holders, { most: MAX_CHUNK, look: LOOK })
    if (profile !== facts.profile)
      throw new Fault('BAD_PACKET', `expected profile ${facts.profile}, got ${profile}`)
    return { packets: octets.subarray(0, seipd.offset), data: octets.subarray(seipd.offset) }
  }

  const signersOf = (caller: Caller) =>
    [directory.person(caller.person)?.key, directory.office(caller.office)?.key].filter(
      (key) => key !== undefined,
    )

  const named = async (messages: string[]) =>
    new Set((await graph.read(messageOwned, { ids: messages }, 30_000)).map(({ id }) => id))

  /** Its message may have failed after the attachment was given to it: then it is free again. */
  async function giveTo(message: string, object: string): Promise<void> {
    const before = await files.message(object)
    if (before === message) return
    if (before !== null && (await named([before])).has(before))
      throw new Fault('IDEMPOTENCY_CONFLICT', 'expected an attachment of no other message, got a sent one')
    await files.name(object, message)
  }

  async function sample(object: string): Promise<Uint8Array | null> {
    const packets = await files.packets(object)
    const [smallest] = (await files.chunks(object)).sort((a, b) => a.size - b.size)
    return packets && smallest ? Buffer.concat([packets, await readChunk(smallest)]) : null
  }

  /** The newest session key packets of each holder: a handover wraps one key for all chunks. */
  async function packetsNow(object: string): Promise<Uint8Array | null> {
    const sets = await graph.read(packetsSets, { objects: [object] }, 30_000)
    const bytes = sets.length > 0 ? await sample(object) : null
    if (!bytes) return files.packets(object)
    const now = current(bytes, sets, directory.holderOf)
    return now.subarray(0, shapeOf(now).seipd.offset)
  }

  return {
    async put(caller, facts, { octets, hash }) {
      allowed(caller)
      checkFacts(caller, facts)
      const { object, chunk } = facts
      const { packets, data } = await inspected(facts, octets)
      await whileComing(object, async () => {
        await inTurn(object, () => begin(caller, facts, packets))
        await files.put(object, { chunk, hash }, data)
      })
    },
    async held(caller, object) {
      if (!(await ownFacts(caller, object))) return null
      const [chunks, closing, message] = await Promise.all([
        files.chunks(object),
        files.closing(object),
        files.message(object),
      ])
      const isSent = message !== null && (await named([message])).has(message)
      return {
        object,
        chunks: chunks.map(({ chunk }) => chunk),
        closed: closing !== null,
        message: isSent ? message : null,
      }
    },
    async close(caller, object, signature) {
      const facts = await ownFacts(caller, object)
      if (!facts) throw absentObject()
      const { audience } = facts
      const digest = sha256(chunkList(wholeOf(facts, await files.chunks(object)))).toString('hex')
      const at = clock()
      const statement = digestStatement(digest, { audience, object, version: FIRST_VERSION })
      await verifyUpload(statement, { signature, signers: signersOf(caller), at: new Date(at) })
      await inTurn(object, async () => {
        // Who closes it again, because the answer was lost, signs the same chunks at another time: the first one stays.
        if (!(await files.closing(object)))
          await files.close(object, { signature, signer: caller.person, time: at })
      })
    },
    async name(envelope) {
      const audience = audienceOf(envelope).join()
      for (const object of envelope.attachments ?? [])
        await inTurn(object, async () => {
          const facts = await files.facts(object)
          const isWhole = facts?.office === envelope.sender && (await files.closing(object)) !== null
          if (!isWhole) throw notNamed('expected a whole attachment that your office has uploaded')
          if ([...facts.audience].sort().join() !== audience || facts.profile !== envelope.profile)
            throw notNamed('expected an attachment that is sealed to the offices of the message')
          await giveTo(envelope.id, object)
        })
    },
    async chunk(object, wanted) {
      const found = (await files.chunks(object)).find(({ chunk }) => chunk === wanted)
      if (!found) return null
      const packets = await packetsNow(object)
      if (!packets) return null
      return {
        size: packets.length + found.size,
        read: async () => Buffer.concat([packets, await readChunk(found)]),
      }
    },
    messageOf: (object) => files.message(object),
    sample,
    async orphans(time) {
      const idle = (await files.all()).filter(({ touched }) => touched < time)
      const found = await Promise.all(
        idle.map(async ({ object, touched }) => ({
          orphan: { object, office: (await files.facts(object))?.office ?? null, touched },
          message: await files.message(object),
        })),
      )
      const sent = await named(found.map(({ message }) => message).filter((message) => message !== null))
      return found.filter(({ message }) => message === null || !sent.has(message)).map(({ orphan }) => orphan)
    },
    eraseIdle: (object, time) =>
      inTurn(object, async () => {
        if (coming.has(object)) return false
        const isIdle = (await files.all()).some((one) => one.object === object && one.touched < time)
        const message = isIdle ? await files.message(object) : null
        if (!isIdle || (message !== null && (await named([message])).has(message))) return false
        await files.erase(object)
        return true
      }),
  }

  /** The first chunk brings what holds for all; whoever sends another one must say and bring the same. */
  async function begin(caller: Caller, { purpose: _, chunk: __, ...same }: ChunkFacts, packets: Uint8Array) {
    const { object } = same
    const known = await files.facts(object)
    if (known && (known.office !== caller.office || !isSame(known, same)))
      throw new Fault('IDEMPOTENCY_CONFLICT', 'expected the same facts for this object id, got others')
    const person = known?.person ?? caller.person
    await files.begin({ ...same, office: caller.office, person }, packets)
  }
}

function checkFacts({ office }: Caller, { audience, chunk, chunks }: ChunkFacts): void {
  const wrong = (field: string, message: string) => new Fault('BAD_INPUT', message, { path: [field] })
  if (!audience.includes(office)) throw wrong('audience', 'expected your own office among the readers')
  if (chunk > chunks) throw wrong('chunk', `expected a number of 1 to ${chunks}, got ${chunk}`)
}

const isSame = (known: Facts, { object, chunks, audience, profile }: AttachmentFacts): boolean =>
  canonical({ object, chunks, audience, profile }) ===
  canonical({ object: known.object, chunks: known.chunks, audience: known.audience, profile: known.profile })

/** The hash of each chunk, in order; throws where one is missing. */
function wholeOf({ chunks }: Facts, held: HeldChunk[]): string[] {
  if (held.length !== chunks)
    throw new Fault('BAD_INPUT', `expected ${chunks} chunks, got ${held.length}`, { path: ['object'] })
  return held.map(({ hash }) => hash)
}

const absentObject = () =>
  new Fault('NOT_FOUND', 'expected an attachment of your office, got none', { path: ['object'] })

const notNamed = (message: string) =>
  new Fault('BAD_REFERENCE', message, { path: ['input', 'envelope', 'attachments'] })

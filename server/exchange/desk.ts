import { messageOwned } from '../../cypher/message/message.ts'
import { packetsSets } from '../../cypher/packets/packets.ts'
import type { Ask, HandoverDesk, MessageDesk } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { MAX_RECIPIENTS, shapeOf } from '../../schema/wire/packet.ts'
import type { NoteInput } from '../../schema/wire/report.ts'
import type { Record as AskRecord } from '../ask.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import type { Erasures } from '../erasures.ts'
import type { Graph } from '../graph.ts'
import type { Attachments } from './attachments.ts'
import type { Events } from './events.ts'
import { gate } from './gate.ts'
import { handoverDesk } from './handover.ts'
import { holderKeys } from './holder-keys.ts'
import { reachedByOwn } from './originator.ts'
import { current, ownExcerpt } from './packet-sets.ts'
import { checkDowngrade, type ProfileParts, type Sealing } from './profile.ts'
import { sending } from './send.ts'
import type { Store } from './store.ts'
import { AT_START } from './sweep.ts'

export type ExchangeParts = ProfileParts & {
  graph: Graph
  store: Store
  directory: Directory
  compartments: Compartments
  attachments: Attachments
  events: Events
  erasures: Erasures
  clock: Clock
  /** Told when lives are at risk, once the message stands. */
  alarmed(): void
}

export type SealedInput = {
  id: string
  profile: Profile
  audience: string[]
  ciphertext: string
  signature: string
}

export type Exchange = {
  /** Lets a sealed object in and stores it, before the row that names it is written. Gives the key ids of its packets. */
  admit(caller: Caller, object: SealedInput): Promise<string[]>
  /** The same for the sealed note of a report. */
  admitNote(caller: Caller, note: NoteInput, reportKey: string, reached: string[]): Promise<string[]>
  /** Throws DOWNGRADE for what may not go in the older profile, and notes down what might have gone in the newer. */
  checkDowngrade(sealing: Sealing, record: AskRecord): void
  /** A sealed object as it is read now, for the server's own judgement of who can open it. */
  read(object: string): Promise<Uint8Array | null>
  /** Erases the blob of a note or card that is gone. */
  eraseNote(object: string): Promise<void>
  desk(request: { caller: Caller; ask: Ask; record: AskRecord }): MessageDesk
  handover(request: { caller: Caller; ask: Ask; record: AskRecord }): HandoverDesk
}

/** Stores and routes what the server cannot read. Every object passes the packet gate first. */
export function openExchange(parts: ExchangeParts): Exchange {
  const { graph, store, directory, clock } = parts

  async function admit(caller: Caller, object: SealedInput): Promise<string[]> {
    const at = new Date(clock())
    const bytes = Buffer.from(object.ciphertext, 'base64')
    const keys = directory.encryptionKeys(object.audience, object.profile)
    const holders = await Promise.all(keys.map(({ holder, key }) => holderKeys(holder, key, at)))
    const signers = [directory.person(caller.person)?.key, directory.office(caller.office)?.key].filter(
      (key) => key !== undefined,
    )
    const { pkesks, profile } = await gate(bytes, {
      audience: object.audience,
      holders,
      object: object.id,
      version: FIRST,
      signature: object.signature,
      signers,
      at,
    })
    if (profile !== object.profile)
      throw new Fault('BAD_PACKET', `expected profile ${object.profile}, got ${profile}`)
    // A blob has one owner: whoever else has its octets may not make them his, or erasing his would take them from its owner.
    if (await isOwned(object.id))
      throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new object id, got a used one')
    // The blob stands before the row that names it. What a crash leaves without a row belongs to nobody and is never served.
    await store.put(object.id, bytes).catch(async (error) => {
      // Other octets that nothing owns: a crash left them without a row, and their sender has sealed anew since.
      const isLeft = error instanceof Fault && error.code === 'IDEMPOTENCY_CONFLICT'
      if (!isLeft || !(await store.eraseIdle(object.id, clock() - AT_START.younger))) throw error
      await store.put(object.id, bytes)
    })
    return pkesks.map(({ keyId }) => keyId).sort()
  }

  /** A sealed object as it is read now: under the newest session key packets of each holder. */
  async function read(object: string): Promise<Uint8Array | null> {
    const bytes = await store.get(object)
    return (
      bytes &&
      current(bytes, await graph.read(packetsSets, { objects: [object] }, 30_000), directory.holderOf)
    )
  }

  const isOwned = async (id: string) => (await graph.read(messageOwned, { ids: [id] }, 30_000)).length > 0

  return {
    admit,
    checkDowngrade: (sealing, record) => checkDowngrade(parts, sealing, record),
    read,
    async admitNote(caller, { facts, audience, ciphertext, signature }, reportKey, reached) {
      const wrong = (field: string, message: string) =>
        new Fault('BAD_INPUT', message, { path: ['note', ...(field === 'audience' ? [] : ['facts']), field] })
      if (facts.report !== reportKey) throw wrong('report', "expected the report's own key")
      if (facts.office !== caller.office) throw wrong('office', 'expected your own office')
      if (!audience.includes(caller.office))
        throw wrong('audience', 'expected your own office among the readers')
      if (audience.some((office) => !reached.includes(office)))
        throw wrong('audience', 'expected only offices that the release reaches')
      return admit(caller, { ...facts, audience, ciphertext, signature })
    },
    async eraseNote(object) {
      // Two that came at the same time may both have found the id free: who erases last takes the blob.
      if (!(await isOwned(object))) await store.erase(object)
    },
    handover: (request) => handoverDesk(parts, request),
    desk: ({ caller, ask, record }) => {
      const own = (bytes: Uint8Array) => {
        const excerpt = ownExcerpt(bytes, caller.office, directory)
        return excerpt && base64(excerpt)
      }
      return {
        send: sending({ ...parts, admit }, { caller, ask, record }),
        reached: (id) => reachedByOwn(id, { caller, ask }),
        async ciphertext(object) {
          const bytes = await read(object)
          return bytes && (fits(bytes) ? base64(bytes) : own(bytes))
        },
        async note(object, office) {
          const bytes = await read(object)
          // The other session key packets would show to whom else the report is released.
          return bytes && (office === caller.office && fits(bytes) ? base64(bytes) : own(bytes))
        },
      }
    },
  }
}

/** Session keys that are wrapped anew for a successor count up from here. */
const FIRST = 1

/** More recipients than one message may have come together where more were let in, and no client takes them all at once. */
const fits = (bytes: Uint8Array) => shapeOf(bytes).pkesks.length <= MAX_RECIPIENTS

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** A message is for its offices and nobody else, wherever they are: the sender named each of them. */
export function reachOfMessage(audience: string[], directory: Directory) {
  return {
    to: audience.map((office) => `office:${office}`).sort(),
    except: [],
    countries: [
      ...new Set(audience.flatMap((office) => directory.membersCountries(`office:${office}`))),
    ].sort(),
  }
}

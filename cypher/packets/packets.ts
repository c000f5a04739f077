import { z } from 'zod'
import { statement } from '../statement.ts'

const texts = z.array(z.string())

const object = {
  id: z.string(),
  kind: z.enum(['MESSAGE', 'NOTE', 'CARD']),
  /** The office that decides who else may read it. */
  owner: z.string(),
  facts: z.string(),
  compartment: z.number(),
}
const Held = z.object(object)
export type HeldRow = z.infer<typeof Held>
/** An attachment has no row of its own: it is its message's. */
export type HeldObject = Omit<HeldRow, 'kind'> & { kind: HeldRow['kind'] | 'ATTACHMENT' }

/** Messages are ordered by time, what hangs on reports by version: each kind is counted from its own. */
const since = { office: z.string(), sinceTime: z.int(), sinceVersion: z.int() }

export const packetsHeld = statement({
  name: 'packets/held',
  params: z.object({
    ...since,
    /** Kind, place and id of the last one of the page before. */
    after: z
      .tuple([z.string(), z.number(), z.string()])
      .nullable()
      .transform((after) => after ?? ['', 0, '']),
    first: z.int(),
  }),
  row: z.object({ ...object, place: z.number() }),
  shows: (found) => [found.id],
  // A message was sent to whoever has it.
  owners: ({ kind, owner }) => (kind === 'MESSAGE' ? [] : [owner]),
})

export const packetsCount = statement({
  name: 'packets/count',
  params: z.object(since),
  row: z.object({ total: z.number() }),
})

export const packetsObjects = statement({
  name: 'packets/objects',
  params: z.object({ ids: texts, office: z.string() }),
  row: Held,
  shows: (found) => [found.id],
})

const set = {
  object: z.string(),
  /** Whose packets they are: its own, its custodian's, its country's. */
  office: z.string(),
  /** Counted for each office; 1 is the upload. */
  version: z.int(),
  /** Base64 of whole session key packets. */
  packets: z.string(),
  signature: z.string(),
  /** The officer who brought them. */
  signer: z.string(),
  /** Whose key signed, and by that opened: `person:…`, `office:…`, `custodian:…` or `recovery:…`. */
  holder: z.string(),
  recordedTime: z.int(),
  /** -1 until an officer has opened it. */
  confirmedTime: z.int(),
}
const PacketSet = z.object(set)
export type PacketSet = z.infer<typeof PacketSet>

export const packetsSets = statement({
  name: 'packets/sets',
  params: z.object({ objects: texts }),
  row: PacketSet,
})

export const packetsRewrap = statement({
  name: 'packets/rewrap',
  access: 'write',
  params: z.object({
    rows: z.array(
      z.object({
        ...set,
        id: z.string(),
        owner: z.string(),
        compartment: z.int(),
        reason: z.string(),
      }),
    ),
  }),
  row: z.object({ id: z.string() }),
  shows: (done) => [done.id],
})

export const packetsConfirm = statement({
  name: 'packets/confirm',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ id: z.string(), time: z.int(), person: z.string() })) }),
  row: z.object({ id: z.string() }),
  shows: (done) => [done.id],
})

export const packetsUses = statement({
  name: 'packets/uses',
  params: z.object({ offices: texts, first: z.int() }),
  row: z.object({
    office: z.string(),
    holder: z.string(),
    signer: z.string(),
    reason: z.string(),
    objects: z.number(),
    confirmed: z.number(),
    began: z.number(),
    ended: z.number(),
  }),
})
export type PacketUse = z.infer<typeof packetsUses.row>

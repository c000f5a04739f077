import { cardErase } from '../cypher/card/card.ts'
import { erasureKnown, erasureStanding, type StandingRow } from '../cypher/erasure/erasure.ts'
import { messageErase } from '../cypher/message/message.ts'
import { type Act, type Notice, reportErase } from '../cypher/report/write.ts'
import type { Envelope } from '../schema/wire/envelope.ts'
import { type Erased, type Erasures, erasedOf } from './erasures.ts'
import type { Attachments } from './exchange/attachments.ts'
import type { Exchange } from './exchange/desk.ts'
import type { Store } from './exchange/store.ts'
import type { Graph } from './graph.ts'
import type { Ids } from './ids.ts'
import { onRecord, type RecordParts } from './on-record.ts'
import { NOBODY_ASKED } from './outbox.ts'
import type { Stamp, Writer } from './writer.ts'

export type AgainParts = RecordParts & {
  graph: Graph
  writer: Writer
  ids: Ids
  store: Store
  exchange: Pick<Exchange, 'eraseNote'>
  attachments: Attachments
  erasures: Erasures
}

/** Asked at once. */
const GROUP = 1_000

/**
 * Erases again whatever stands although it was erased, before anything is answered: the graph or the blobs were put back
 * from before. On record with every state; those who had it are told once more, for the first notice may be lost. Every
 * step may be done twice, so a crash leaves nothing but the rest of it.
 */
export async function eraseAgain(parts: AgainParts): Promise<void> {
  // A crash may have come between an erasure in the graph and its line.
  await parts.erasures.keep(await parts.graph.read(erasureKnown, {}, 60_000))
  const standing = await standingRows(parts)
  const held = await heldOf(parts)
  if (standing.length === 0 && held.length === 0) return
  const erased = [...standing.map(({ kind, id }) => ({ kind, id })), ...held]
  await onRecord(parts, { ...DEED, order: { erased } }, async () => {
    for (const row of standing) await eraseRow(parts, row)
    for (const { kind, id } of await heldOf(parts)) {
      if (kind === 'ATTACHMENT') await parts.attachments.eraseIdle(id, Number.MAX_SAFE_INTEGER)
      else await parts.exchange.eraseNote(id)
    }
    return { answer: { erased }, committed: erased.map(({ id }) => id) }
  })
}

const DEED = {
  ...{ caller: { person: 'server' }, operation: 'eraseAgain', purpose: 'ADMINISTRATION' },
  justification: 'erased before, and here again: a store was put back',
}

async function standingRows({ graph, erasures }: AgainParts): Promise<StandingRow[]> {
  const all = [erasures.of('REPORT'), erasures.of('CARD'), erasures.of('MESSAGE')] as const
  const found = new Map<string, StandingRow>()
  for (let at = 0; all.some(({ length }) => at < length); at += GROUP) {
    const [reports, cards, messages] = all.map((ids) => ids.slice(at, at + GROUP))
    // Versions of one report may differ in where they stood: whoever had one of them is told.
    for (const row of await graph.read(erasureStanding, { reports, cards, messages }, 60_000)) {
      const before = found.get(`${row.kind} ${row.id}`)?.compartments ?? []
      found.set(`${row.kind} ${row.id}`, {
        ...row,
        compartments: [...new Set([...before, ...row.compartments])],
      })
    }
  }
  return [...found.values()]
}

/** Ciphertext that lies here although it was erased. */
async function heldOf({ store, attachments, erasures }: AgainParts): Promise<Erased[]> {
  const blobs = new Set(await store.ids())
  const files: string[] = []
  for (const id of erasures.of('ATTACHMENT')) if ((await attachments.messageOf(id)) !== null) files.push(id)
  return [
    ...erasedOf(
      'OBJECT',
      [...erasures.of('OBJECT'), ...erasures.of('MESSAGE')].filter((id) => blobs.has(id)),
    ),
    ...erasedOf('ATTACHMENT', files),
  ]
}

async function eraseRow(parts: AgainParts, row: StandingRow): Promise<void> {
  const { graph, writer, erasures } = parts
  const { kind, id } = row
  if (kind === 'MESSAGE') {
    const [erased] = await graph.write(messageErase, { ids: [id] }, 30_000, NOBODY_ASKED)
    const { attachments = [] } = JSON.parse(erased!.envelope) as Envelope
    await erasures.keep(erasedOf('ATTACHMENT', attachments))
    return
  }
  const statement = kind === 'REPORT' ? reportErase : cardErase
  const whose = kind === 'REPORT' ? { chain: id } : { card: id }
  const { row: done } = await writer.write(statement, id, NOBODY_ASKED, (stamp) => ({
    ...{ act: actOf(parts, row, stamp), notice: noticeOf(parts, row, stamp), ...whose },
  }))
  const objects = 'notes' in done ? done.notes : done.gone
  await erasures.keep(erasedOf('OBJECT', objects))
}

/** Nobody's act: why it was erased went with the one that did it. */
function actOf({ ids }: AgainParts, { kind, id, office }: StandingRow, stamp: Stamp): Act {
  const key = ids.key('act', 'erased again', kind, id)
  return {
    ...{ id: ids.id('act', 'erased again', kind, id), key, officeKey: key, body: '' },
    ...{ kind: kind === 'REPORT' ? 'ERASE' : 'CARD_ERASE', report: id, chain: id, office, author: 'server' },
    ...{ ...stamp, reason: null, release: null, ids: null },
  }
}

function noticeOf(
  { ids }: AgainParts,
  { kind, id, office, compartments }: StandingRow,
  stamp: Stamp,
): Notice {
  return {
    id: ids.id('notice', 'erased again', kind, id),
    kind: kind === 'REPORT' ? 'ERASED' : 'CARD_ERASED',
    ...{ report: id, chain: id, office, version: stamp.version, compartments, lost: -1 },
  }
}

import { z } from 'zod'
import type { Change } from '../cypher/outbox/outbox.ts'
import type { Record } from './ask.ts'
import { openLineLog } from './line-log.ts'

const Erased = z.object({
  /** A report by the id of its first version; a card; a message; the ciphertext of a note or card; an attachment. */
  kind: z.enum(['REPORT', 'CARD', 'MESSAGE', 'OBJECT', 'ATTACHMENT']),
  id: z.string(),
})
export type Erased = z.infer<typeof Erased>

/**
 * What was erased, by its id, in a file that only grows and that is put back from no copy: a graph or a folder of blobs from
 * before an erasure must not bring anything back. Ids are drawn at random or made with the instance's key, and tell nothing.
 */
export type Erasures = {
  /** Resolves when it is durable; what is known already costs nothing. */
  keep(erased: readonly Erased[]): Promise<void>
  /** The ids of a kind, in the order in which they were kept. */
  of(kind: Erased['kind']): string[]
  close(): Promise<void>
}

export const erasedOf = (kind: Erased['kind'], ids: readonly string[]): Erased[] =>
  ids.map((id) => ({ kind, id }))

/**
 * Notes down that an erasure stands, once no restore undoes it. Where its lines cannot be written it stays in the outbox, its
 * answer says that it stands, and the next start writes them.
 */
export async function erasureStands(
  erasures: Erasures,
  { record, change }: { record: Record; change: Change },
  erased: readonly Erased[],
): Promise<void> {
  record.committed.push(...change.ids)
  await erasures.keep(erased)
  record.changes.push(change)
}

export async function openErasures(file: string): Promise<Erasures> {
  const log = await openLineLog(file)
  const known = new Map<Erased['kind'], Set<string>>()
  const idsOf = (kind: Erased['kind']) => {
    const ids = known.get(kind) ?? new Set<string>()
    known.set(kind, ids)
    return ids
  }
  for (const line of log.lines) {
    const { kind, id } = Erased.parse(JSON.parse(line))
    idsOf(kind).add(id)
  }
  return {
    async keep(erased) {
      const fresh = erased.filter(({ kind, id }) => !idsOf(kind).has(id))
      await Promise.all(fresh.map((one) => log.append(one).then(() => idsOf(one.kind).add(one.id))))
    },
    of: (kind) => [...idsOf(kind)],
    close: () => log.close(),
  }
}

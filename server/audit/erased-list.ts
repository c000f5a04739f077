import { z } from 'zod'
import { ErasedRecord } from '../../schema/wire/audit-erasure.ts'
import { ERASE_REASONS } from '../../schema/wire/codes.ts'
import { unavailable } from './sequencer.ts'
import type { Shelf, Store } from './storage.ts'

/** A record whose detail is to be erased, where it lies, and all that is to be left of it. */
export const Named = ErasedRecord.extend({
  segment: z.int().min(0),
  offset: z.int().min(0),
  /** The header of its frame, base64. It holds nothing that the erasure takes. */
  header: z.base64(),
  /** SHA-256 of the frame, base64. */
  detail: z.base64(),
  order: z.int().min(0),
  reason: z.enum(ERASE_REASONS),
})
export type Named = z.infer<typeof Named>

/**
 * What is to be erased of the log, on a shelf that is put back from no copy: whatever a crash or a copy leaves standing of
 * it, the next start erases.
 */
export type ErasedList = {
  /** Resolves when they are durable: all of them are, or none, also after a crash. Throws where there is no room. */
  keep(named: readonly Named[]): Promise<void>
  all(): Iterable<Named>
  has(record: ErasedRecord): boolean
}

const NAME = 'erased-records'

/** It is created with its first line: a log of which nothing was erased has none. */
export async function openErasedList(shelf: Shelf): Promise<ErasedList> {
  const known = new Map<string, Named>()
  let broken = false
  if ((await shelf.names()).includes(NAME))
    for (const one of await withStore(shelf, readAll)) known.set(nameOf(one), one)
  return {
    async keep(named) {
      if (broken) throw unavailable('expected a list of erasures that can be written, got a broken one')
      const bytes = Buffer.from(`${JSON.stringify(named)}\n`)
      await withStore(shelf, (store) => appendWhole(store, bytes, () => (broken = true)))
      for (const one of named) known.set(nameOf(one), one)
    },
    all: () => known.values(),
    has: (record) => known.has(nameOf(record)),
  }
}

const nameOf = ({ index, leaf }: ErasedRecord) => `${index} ${leaf}`

async function appendWhole(store: Store, bytes: Buffer, broke: () => void): Promise<void> {
  const before = await store.size()
  try {
    await store.append(bytes)
    await store.sync()
  } catch (error) {
    await store.truncate(before).catch(broke)
    throw error
  }
}

/** What stands. At its end may be what was never acknowledged: it is cut off. Anything else is damage: throws AUDIT_UNAVAILABLE. */
async function readAll(store: Store): Promise<Named[]> {
  const bytes = await store.read(0, await store.size())
  const lines = bytes.toString('latin1').split('\n')
  // What follows the last end of a line is none.
  const parsed = [...lines.slice(0, -1).map(lineOf), null]
  const whole = parsed.indexOf(null)
  if (parsed.slice(whole).some((one) => one !== null))
    throw unavailable('expected a list of erasures, got a damaged one')
  const length = lines.slice(0, whole).reduce((sum, line) => sum + line.length + 1, 0)
  if (length < bytes.length) {
    await store.truncate(length)
    await store.sync()
  }
  return parsed.slice(0, whole).flatMap((line) => line ?? [])
}

/** What was kept together. */
function lineOf(line: string): Named[] | null {
  try {
    return z.array(Named).parse(JSON.parse(line))
  } catch {
    return null
  }
}

async function withStore<T>(shelf: Shelf, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await shelf.open(NAME)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

import { z } from 'zod'
import { type Pruning, pruningText } from '../../schema/wire/audit-pruning.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Catalogue } from './catalogue.ts'
import type { WithSegment } from './search.ts'
import { reason, unavailable } from './sequencer.ts'
import type { Shelf } from './storage.ts'

/** Full segments from the first on of which only leaves are kept, all of them recorded before a time (ms). */
export const PruneMark = z.object({
  segments: z.int().min(0),
  before: z.int().min(0),
  order: z.int().min(0),
})
export type PruneMark = z.infer<typeof PruneMark>

const NAME = 'pruned'

/** What was to be pruned, from a shelf that is put back from no copy; null where nothing was. */
export async function readPruneMark(shelf: Shelf): Promise<PruneMark | null> {
  if (!(await shelf.names()).includes(NAME)) return null
  const store = await shelf.open(NAME)
  try {
    return PruneMark.parse(JSON.parse((await store.read(0, await store.size())).toString()))
  } finally {
    await store.close()
  }
}

export type PrunerOptions = {
  catalogue: Catalogue
  segmentLeaves: number
  /** Where the mark lies. */
  marks: Shelf
  mark: PruneMark | null
  alone: WithSegment
  sign(text: Buffer): Buffer
  /** Puts the record of a pruning into the log; resolves when it is durable. */
  append(pruning: Pruning): Promise<unknown>
}

/** `from` is the first record whose detail is kept, `removed` how many lost their details by this order. */
export type Pruned = { from: number; records: number; before: number }

/**
 * Removes the details of records after their time, whole segments of them, and keeps every leaf: the tree, its proofs and all
 * that was ever promised by a leaf stay as they are. The keys of the hours go with them: nobody opens any more what else is
 * sealed under these, which is as old. As an erasure it is first marked on
 * the shelf that outlives copies, then on record, then done: the next start goes on from the mark.
 */
export class Pruner {
  #options: PrunerOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: PrunerOptions) {
    this.#options = options
  }

  /** How much could go: full segments, all of it recorded before, and no keys of what is younger. */
  countBefore(before: number): Pruned {
    const { catalogue, segmentLeaves } = this.#options
    const segments = catalogue.segmentsBefore(before)
    return { from: segments * segmentLeaves, records: (segments - catalogue.pruned) * segmentLeaves, before }
  }

  /**
   * Throws AUDIT_UNAVAILABLE where the storage fails: the next start goes on.
   * @param order the index of the question by which it is ordered
   */
  prune(before: number, order: number): Promise<Pruned> {
    const pruning = this.#last
      .then(() => this.#prune(before, order))
      .catch((error: unknown) => {
        if (error instanceof Fault) throw error
        throw unavailable(`expected the audit storage to prune, got ${reason(error)}`)
      })
    this.#last = pruning.catch(() => undefined)
    return pruning
  }

  async #prune(before: number, order: number): Promise<Pruned> {
    const { catalogue, marks } = this.#options
    const pruned = this.countBefore(before)
    if (pruned.records === 0) return pruned
    const mark = { segments: catalogue.segmentsBefore(before), before, order }
    await marks.replace(NAME, Buffer.from(JSON.stringify(mark)))
    await this.#finish(mark)
    return pruned
  }

  /** At a start: the log was loaded without what the mark says. */
  async again(): Promise<void> {
    const { catalogue, mark } = this.#options
    if (mark !== null && catalogue.pruned > 0) await this.#finish({ ...mark, segments: catalogue.pruned })
  }

  async #finish({ segments, before, order }: PruneMark): Promise<void> {
    const { catalogue, segmentLeaves, sign, append, alone } = this.#options
    const said = { order, from: segments * segmentLeaves, before }
    if (catalogue.pruning?.from !== said.from)
      await append({ ...said, signature: sign(pruningText(said)).toString('base64url') })
    // From here on nobody looks for them.
    catalogue.forget(segments)
    for (let number = 0; number < segments; number++)
      await alone(number, async ({ details }) => {
        if ((await details.size()) === 0) return
        await details.truncate(0)
        await details.sync()
      })
  }
}

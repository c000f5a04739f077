import { LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import { isNoRoom } from '../no-room.ts'
import type { Store } from './storage.ts'

/** Leaves that are written together: one tile of 256 (C2SP tlog-tiles). */
const TOGETHER = 256 * LEAF_SIZE

/** Leaves of durable records that are not in their file yet. They are made from their details: a crash that takes them takes nothing. */
export class LateLeaves {
  #waiting: Buffer[] = []
  #bytes = 0

  /** Whether there are enough to be worth a write. */
  get areDue(): boolean {
    return this.#bytes >= TOGETHER
  }

  keep(leaves: Buffer): void {
    this.#waiting.push(leaves)
    this.#bytes += leaves.length
  }

  /** Puts what waits into the file of its segment. Where there is no room, it goes on waiting. */
  async write(store: Store): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#bytes = 0
    if (bytes.length === 0) return
    const before = await store.size()
    await store.append(bytes).catch(async (error) => {
      if (!isNoRoom(error)) throw error
      await store.truncate(before)
      this.#waiting.unshift(bytes)
      this.#bytes += bytes.length
    })
  }
}

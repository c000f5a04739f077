import { readCheckpoint } from '../../../../server/audit/tree/checkpoint.ts'
import { makeSigningKey, signingKeyOf } from '../../../../server/audit/tree/note.ts'
import type { Memory, Objects } from '../../../../server/audit/tree/objects.ts'
import { openPublisher, type PublisherOptions } from '../../../../server/audit/tree/publisher.ts'
import { checkLog } from '../../../../server/audit/tree/regrow.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'

export const ORIGIN = 'sahel.portolan/audit/2026h2'
export const key = signingKeyOf(makeSigningKey(ORIGIN).skey)

export const open = (objects: Objects, more: Partial<PublisherOptions> = {}) =>
  openPublisher({ objects, signers: [key], ...more })

/** A key that writes down every checkpoint it signs, whatever becomes of it. */
export function recordingKey(signed: string[]) {
  return {
    ...key,
    sign(text: Buffer) {
      signed.push(text.toString('utf8'))
      return key.sign(text)
    },
  }
}

/** Publishes until the log has `size` leaves, in batches of `batch`. */
export async function publishTo(
  objects: Objects,
  size: number,
  batch = size,
  more: Partial<PublisherOptions> = {},
) {
  const publisher = await open(objects, more)
  while (publisher.head().size < size) {
    const at = publisher.head().size
    await publisher.publish(leavesFrom(at, Math.min(at + batch, size)))
  }
  return publisher
}

/** What the stored checkpoint says, after the whole log was read and compared with a naive tree. */
export async function soundHead(objects: Objects) {
  const head = readCheckpoint((await objects.checkpoint())!, key)!
  await checkLog(objects, head)
  if (!head.root.equals(naiveRootOf(head.size))) throw new Error(`the root of ${head.size} leaves is another`)
  return head
}

/** A memory that a test may look into. */
export function plainMemory(checkpoint: Buffer | null = null): Memory & { checkpoint: Buffer | null } {
  return {
    checkpoint,
    async recall() {
      return this.checkpoint
    },
    async keep(next) {
      this.checkpoint = next
    },
  }
}

import type { Part } from './layout.ts'

/**
 * Where a log's tiles, bundles and checkpoint lie. Every call reaches the same one place: what a call has written, every
 * later call of whomever sees. A name in it is written once and never changes, but for the checkpoint.
 *
 * The contract fits a directory and what S3 offers alike: `write` is a PUT under `If-None-Match: *`, and `swap` a GET, a
 * comparison and a PUT under the `If-Match` of the ETag that the GET gave. Where two publishers of *different* leaves write
 * one log, nothing false is ever signed, but what the loser has written may stop the winner too, until somebody looks: an
 * implementation that can keep a second one out, as the directory does, should.
 */
export type Objects = {
  /** What lies under `name`, whole, or null. */
  read(name: string): Promise<Buffer | null>
  /**
   * Resolves once all of these are durable. Each is created whole or not at all, in no promised order; when this throws,
   * some may be there. A part that lies there already with the same bytes is good. Throws LOG_DAMAGED, naming it, where
   * others lie there: they are never written over.
   */
  write(parts: readonly Part[]): Promise<void>
  /** The last checkpoint that was swapped in, durable once this resolves; null before the first. */
  checkpoint(): Promise<Buffer | null>
  /**
   * Puts `next` in the place of the checkpoint whose bytes are `last` (null: of none), durable once this resolves to true.
   * False: another stands there, and nothing has changed. When this throws, nobody knows which of the two stands there:
   * the caller gives up, and whoever opens the log next reads what became of it.
   */
  swap(last: Buffer | null, next: Buffer): Promise<boolean>
  /** Takes away all whose names begin with `prefix` and a slash. Nothing depends on it: it may fail, or be forgotten by a crash. */
  discard(prefix: string): Promise<void>
  /** Lets others have the place. Idempotent. */
  close(): Promise<void>
}

/** What a log's owner remembers apart from the log itself: the last checkpoint, so that a log put back in time is noticed. */
export type Memory = {
  recall(): Promise<Buffer | null>
  /** Resolves once the checkpoint is durable in the place of the one before. */
  keep(checkpoint: Buffer): Promise<void>
}

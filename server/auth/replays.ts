import { sha256 } from '../../schema/wire/canonical.ts'
import type { Clock } from '../clock.ts'

/** A signature is refused when `created` is further than this from the server's clock, either way (ms). */
export const SKEW = 30_000
/** A tag must outlive every moment at which its request could still pass: 2 × SKEW, and a second's rounding. */
const GENERATION = 2 * SKEW + 2_000
/** Tags held at most, about 60 bytes each. Beyond it requests are refused: forgetting would let replays in. */
const MOST_HELD = 1_000_000

export type Replays = {
  /** Takes a tag; false where it was taken before, or where there is no room. Nothing can run in between. */
  claim(tag: Uint8Array): boolean
  /** Takes tags that were used before a restart. */
  seed(tags: Iterable<Uint8Array>): void
}

/** 16 bytes that stand for one request of one session; what the audit log keeps of it. */
export function replayTag(session: string, nonce: string): Uint8Array {
  return sha256(`PORTOLAN-REPLAY-v1\n${session}\n${nonce}`).subarray(0, 16)
}

/** The replay window: two generations of tags, so that forgetting costs nothing per request. */
export function createReplays(clock: Clock, mostHeld = MOST_HELD): Replays {
  let young = new Set<string>()
  let old = new Set<string>()
  let born = clock()

  function turn(): void {
    const age = clock() - born
    // A clock that was set back gives no reason to forget anything.
    if (age < GENERATION) return
    old = age < 2 * GENERATION ? young : new Set()
    young = new Set()
    born = clock()
  }

  function claim(tag: Uint8Array): boolean {
    turn()
    const key = Buffer.from(tag).toString('latin1')
    if (young.has(key) || old.has(key) || young.size + old.size >= mostHeld) return false
    young.add(key)
    return true
  }

  return {
    claim,
    seed(tags) {
      for (const tag of tags) claim(tag)
    },
  }
}

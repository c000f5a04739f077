import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'

/** A nonce may be used this long (ms). */
export const NONCE_LIFE = 60_000
/** Successful logins within a nonce's life; beyond it none is let in. Strangers cannot fill this. */
const MOST_USED = 10_000

export type Nonces = {
  issue(): string
  /** Whether this is a nonce of ours, still alive and not used yet. */
  alive(nonce: string): boolean
  /** Uses a nonce up; false where it is not alive. Nothing else can run between the question and the use. */
  use(nonce: string): boolean
}

/**
 * Login nonces that cost no memory until a login succeeds: 128 random bits and the time, under a tag that only this
 * process can make. A restart makes another key, so an old nonce and every login made with it are void.
 */
export function createNonces(clock: Clock): Nonces {
  const key = randomBytes(32)
  const used = new Map<string, number>()
  const tagOf = (head: Buffer): Buffer => createHmac('sha256', key).update(head).digest().subarray(0, 16)

  function alive(nonce: string): boolean {
    const bytes = Buffer.from(nonce, 'base64url')
    if (bytes.length !== 38 || bytes.toString('base64url') !== nonce) return false
    const head = bytes.subarray(0, 22)
    const age = clock() - head.readUIntBE(16, 6)
    return (
      timingSafeEqual(bytes.subarray(22), tagOf(head)) && age >= 0 && age <= NONCE_LIFE && !used.has(nonce)
    )
  }

  return {
    issue() {
      const head = Buffer.concat([randomBytes(16), Buffer.alloc(6)])
      head.writeUIntBE(clock(), 16, 6)
      return Buffer.concat([head, tagOf(head)]).toString('base64url')
    },
    alive,
    use(nonce) {
      for (const [old, until] of used) if (until < clock()) used.delete(old)
      if (!alive(nonce) || used.size >= MOST_USED) return false
      used.set(nonce, clock() + NONCE_LIFE)
      return true
    },
  }
}

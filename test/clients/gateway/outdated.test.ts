import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCache } from '../../../clients/gateway/cache.ts'
import { takenBackIn, takesBack } from '../../../clients/gateway/outdated.ts'
import type { Vault } from '../../../clients/gateway/vault.ts'

const AT = '2013-10-14T06:00:00.000Z'
const DAY = 24 * 3_600_000

describe('what an answer tells of having been taken back', () => {
  const notice = (kind: string) => ({ notices: [{ id: 'n', kind, report: 'r', time: AT }] })

  it.each(['NARROWED', 'WITHDRAWN', 'ERASED', 'CARD_NARROWED', 'CARD_ERASED'])('a notice: %s', (kind) => {
    expect(takenBackIn(notice(kind))).toBe(Date.parse(AT))
  })

  it('not what was corrected, and nothing that only looks like it', () => {
    for (const kind of ['CORRECTED', 'CARD_CORRECTED', 'ACTOR']) expect(takenBackIn(notice(kind))).toBeNull()
    expect(takenBackIn({ notices: [{ kind: 'ERASED', time: 'x' }, { kind: 'ERASED' }] })).toBeNull()
    expect(takenBackIn(null)).toBeNull()
  })

  it('an erasure notice, as a message and as the event of one; the newest of several', () => {
    const message = { inbox: { nodes: [{ envelope: { type: 'ERASURE_NOTICE' }, received: AT }] } }
    expect(takenBackIn(message)).toBe(Date.parse(AT))
    const later = '2013-10-15T06:00:00.000Z'
    const event = { data: { events: { kind: 'MESSAGE', type: 'ERASURE_NOTICE', time: later } } }
    expect(takenBackIn([message, event])).toBe(Date.parse(later))
    expect(
      takenBackIn({ ...event, data: { events: { kind: 'MESSAGE', type: 'ANSWER', time: AT } } }),
    ).toBeNull()
  })

  it('a change of one’s own', () => {
    for (const field of ['eraseReport', 'eraseCard', 'withdrawReport', 'releaseCard', 'releaseReport'])
      expect(takesBack(field)).toBe(true)
    for (const field of ['submitReport', 'correctReport', 'sealCard']) expect(takesBack(field)).toBe(false)
  })
})

describe('what is kept', () => {
  /** Sealing has its own tests: here the age of a file counts. */
  const vault: Vault = {
    seal: async (value) => Buffer.from(JSON.stringify(value)),
    open: async (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  }

  it('is forgotten by the time at which it was kept, and is not told after a month', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-cache-'))
    try {
      const cache = await openCache(folder, vault)
      const now = Date.parse(AT)
      const known = async (at = now) =>
        (await Promise.all(['first', 'second'].map((one) => cache.find(one, at)))).map((kept) => kept?.since)
      await cache.keep('first', Buffer.from('{}'), now - 2 * DAY)
      await cache.keep('second', Buffer.from('{}'), now)
      expect(await known()).toEqual(['2013-10-12T06:00:00.000Z', AT])
      expect(await known(now + 29 * DAY)).toEqual([undefined, AT])
      await cache.forgetBefore(now - DAY)
      expect(await known()).toEqual([undefined, AT])
      await cache.forgetBefore(now + DAY)
      expect(await known()).toEqual([undefined, undefined])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('at once with others fails for none, also at a desk whose clock is months behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-cache-'))
    try {
      const cache = await openCache(folder, vault)
      const at = Date.now() + 90 * DAY
      // Each begins while others end.
      const lane = async (nth: number) => {
        for (let i = 0; i < 50; i++) await cache.keep([nth, i], Buffer.from('{}'), at)
      }
      const kept = Array.from({ length: 8 }, (_, nth) => lane(nth))
      expect((await Promise.allSettled(kept)).filter(({ status }) => status === 'rejected')).toEqual([])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

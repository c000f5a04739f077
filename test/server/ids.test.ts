import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { base32 } from '../../schema/wire/canonical.ts'
import { idsOf } from '../../server/ids.ts'

describe('ids', () => {
  const key = Buffer.alloc(32, 'k')
  const ids = idsOf(key)
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest()

  it('are HMAC-SHA-256 under the key of the instance, of parts with their lengths in bytes', () => {
    expect(ids.id('report', 'ne-dst', 'clé')).toBe(base32(hmac('2:id6:report6:ne-dst4:clé').subarray(0, 16)))
    expect(ids.key('act', 'ne-dst')).toBe(hmac('3:key3:act6:ne-dst').toString('hex'))
  })

  it('differ where the parts are cut elsewhere, and for an id and a key of the same parts', () => {
    const all = [ids.key('a', 'bc'), ids.key('ab', 'c'), ids.key('abc'), ids.id('a', 'bc'), ids.id('abc')]
    expect(new Set(all).size).toBe(all.length)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../../schema/wire/caller.ts'
import { cursorsFor } from '../../server/cursors.ts'

const KEY = Buffer.alloc(32, 7)
const MOMENT = { version: 41, time: 1_700_000_000_000 }
const ARGS = { name: 'agadez', level: null }

const caller = (change: Partial<Caller> = {}): Caller => ({
  ...{ session: 's', person: 'ne-dst.aicha', country: 'NE', office: 'ne-dst', offices: ['ne-dst'] },
  ...{ officeKind: 'POLICE', role: 'FOCAL_POINT', principals: [], teams: [], ...change },
})
const cursors = (change?: Partial<Caller>, key = KEY) => cursorsFor(key, caller(change))
const sealed = cursors().seal('networks', ARGS, MOMENT, ['Agadez-transport', 'id-1'])
const refused = expect.objectContaining({ code: 'BAD_CURSOR' })

describe('a cursor', () => {
  it('gives back the position and the time that it was made at', () => {
    expect(cursors().open('networks', ARGS, sealed)).toEqual({
      time: MOMENT.time,
      position: ['Agadez-transport', 'id-1'],
    })
  })

  it('outlives a session and serves the same officer in another', () => {
    expect(cursors({ session: 'later' }).open('networks', ARGS, sealed).time).toBe(MOMENT.time)
  })

  it('holds no version, for versions count what is hidden', () => {
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('41')
  })

  it.each<[string, () => unknown]>([
    ['another person', () => cursors({ person: 'ne-dst.moussa' }).open('networks', ARGS, sealed)],
    ['another office of his', () => cursors({ office: 'ne-dst-agadez' }).open('networks', ARGS, sealed)],
    ['another role', () => cursors({ role: 'ANALYST' }).open('networks', ARGS, sealed)],
    ['another field', () => cursors().open('routes', ARGS, sealed)],
    ['other arguments', () => cursors().open('networks', { ...ARGS, name: 'gao' }, sealed)],
    ['another instance', () => cursors({}, Buffer.alloc(32, 8)).open('networks', ARGS, sealed)],
    ['nothing', () => cursors().open('networks', ARGS, '')],
    ['words', () => cursors().open('networks', ARGS, 'the next page, please')],
    ['a very long one', () => cursors().open('networks', ARGS, sealed.repeat(1_000))],
  ])('is refused for %s', (_, open) => {
    expect(open).toThrow(refused)
  })

  it('is refused when any one of its bits is turned', () => {
    const bytes = Buffer.from(sealed, 'base64url')
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const turned = Buffer.from(bytes)
        turned[bit >> 3]! ^= 1 << (bit & 7)
        expect(() => cursors().open('networks', ARGS, turned.toString('base64url'))).toThrow(refused)
      }),
    )
  })

  it('is refused when its time is set back by hand', () => {
    const bytes = Buffer.from(sealed, 'base64url')
    const moved = Buffer.from(bytes.toString('latin1').replace('1700000000000', '1600000000000'), 'latin1')
    expect(() => cursors().open('networks', ARGS, moved.toString('base64url'))).toThrow(refused)
  })
})

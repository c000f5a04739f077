import { createHmac, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { crc32c } from '../../../schema/wire/audit-leaf.ts'
import { HOUR, Periods } from '../../../server/audit/period.ts'
import { Mac } from '../../../server/mac.ts'
import { newAuditor } from './fixture.ts'

const NOON = Date.UTC(2026, 2, 3, 12, 10)
let armored: string

beforeAll(async () => {
  armored = (await newAuditor('ne')).armored
})

function newPeriods() {
  const time = { now: NOON }
  const due: { ms: number; run: () => void }[] = []
  const announced: string[] = []
  const periods = new Periods({
    clock: () => time.now,
    timer: (ms, run) => {
      due.push({ ms, run })
      return () => {}
    },
    auditorsOf: () => [armored],
    announce: async ({ country }) => announced.push(country) - 1,
  })
  return { periods, time, due, announced }
}

describe('the keys of an hour', () => {
  it('are drawn once, however many ask at the same time', async () => {
    const { periods, announced } = newPeriods()
    const drawn = await Promise.all(Array.from({ length: 9 }, () => periods.get('NE')))
    expect(new Set(drawn).size).toBe(1)
    expect(announced).toEqual(['NE'])
  })

  it('are wiped when the hour ends, without anybody asking', async () => {
    const { periods, due } = newPeriods()
    const period = await periods.get('NE')
    expect(due.map(({ ms }) => ms)).toEqual([50 * 60_000])
    due[0]!.run()
    expect([period.detail.wiped, period.token.wiped]).toEqual([true, true])
    expect(() => period.token.text('person\0ne-dst.aicha')).toThrow('wiped')
    expect(periods.current('NE')).toBeNull()
  })

  it('are wiped by the first question of another hour, also when the clock was set back', async () => {
    const { periods, time } = newPeriods()
    for (const step of [HOUR, -HOUR]) {
      const period = await periods.get('NE')
      time.now += step
      const next = await periods.get('NE')
      expect(next).not.toBe(period)
      expect([period.detail.wiped, period.token.wiped]).toEqual([true, true])
    }
  })

  it('are wiped when the log closes', async () => {
    const { periods } = newPeriods()
    const period = await periods.get('NE')
    periods.close()
    expect([period.detail.wiped, period.token.wiped]).toEqual([true, true])
    await expect(periods.get('NE')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })
})

describe('the fast HMAC', () => {
  it('equals the library, for messages of every length around a block and far beyond', () => {
    const key = randomBytes(32)
    const mac = new Mac(key)
    for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 511, 512, 513, 5_000]) {
      const message = 'é'.repeat(length)
      const expected = createHmac('sha256', key).update(message).digest('binary')
      expect(mac.text(message)).toBe(expected)
      const labelled = createHmac('sha256', key).update(`case\0${message}`).digest('binary')
      for (let time = 0; time < 2; time++) expect(mac.remembered('case', message)).toBe(labelled)
    }
    const salt = randomBytes(32)
    expect(mac.derive('detail\0', salt)).toBe(
      createHmac('sha256', key).update('detail\0').update(salt).digest('binary'),
    )
  })

  it('gives nothing from memory once wiped', () => {
    const mac = new Mac(randomBytes(32))
    mac.remembered('person', 'ne-dst.aicha')
    mac.wipe()
    expect(() => mac.remembered('person', 'ne-dst.aicha')).toThrow('wiped')
  })
})

it('computes CRC-32C as RFC 3720 appendix B.4 does', () => {
  expect(crc32c(Buffer.alloc(32), 0, 32)).toBe(0x8a9136aa)
  expect(crc32c(Buffer.alloc(32, 0xff), 0, 32)).toBe(0x62a8ab43)
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0, 32)).toBe(0x46dd794e)
})

import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLog } from '../../../clients/core/log/check-log.ts'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { parseKeys } from '../../../clients/core/log/policy.ts'
import type { Fault } from '../../../schema/wire/fault.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { NO_CHECKPOINT_MS } from '../../../server/audit/tree/feed.ts'
import { machineFiles } from '../../../server/audit/tree/files.ts'
import { s3PlaceOf } from '../../../server/audit/tree/s3-place.ts'
import { s3Storage } from '../../../server/audit/tree/s3-shards.ts'
import type { LogStorage } from '../../../server/audit/tree/shards.ts'
import { machineClock } from '../../../server/clock.ts'
import { aicha, answer, converse, newAuditor, question } from './fixture.ts'
import { newHome } from './home.ts'
import { S3_ENV, type S3Server, startS3 } from './tree/s3-server.ts'

// The log as witnesses and authorities see it, in a bucket: no lock keeps a second server out, and the storage may be away.

const SUMMER = Date.UTC(2026, 5, 30, 12, 10)
const WINTER = Date.UTC(2026, 6, 1, 0, 10)
const ORIGIN = '0123456789ab.portolan/audit'

let s3: S3Server
let niger: string
beforeAll(async () => {
  s3 = await startS3(newHome())
  niger = (await newAuditor('ne')).armored
}, 900_000)
afterAll(() => s3?.kill())

const bucket = (address = s3.place(), more = {}) =>
  s3Storage(s3PlaceOf(address, S3_ENV), { clock: machineClock, tries: 2, timeLimit: 2_000, ...more })

const open = (home: string, storage: LogStorage, more: object = {}, fenced = (_: Fault) => {}) =>
  openAudit({
    ...{ store: join(home, 'audit'), clock: () => SUMMER, auditorsOf: () => [niger] },
    tree: { shards: storage('audit'), keys: join(home, 'keys'), origin: ORIGIN, fenced },
    ...more,
  })

async function headOf(home: string, storage: LogStorage, shard: string) {
  const stored = await storage('audit').read(shard, 'checkpoint')
  if (!stored) return null
  const { logs } = parseKeys((await machineFiles.read(join(home, 'keys', `audit-${shard}.vkey`)))!)
  return openCheckpoint(stored, logs).checkpoint
}
const sizeOf = async (home: string, storage: LogStorage, shard = '2026h1') =>
  (await headOf(home, storage, shard))?.size ?? 0

/** The client's verifier finds all of it under the checkpoint. */
async function expectWhole(home: string, storage: LogStorage, shard = '2026h1') {
  const head = (await headOf(home, storage, shard))!
  const read = async (name: string) => (await storage('audit').read(shard, name))!
  await checkLog({ read, list: async () => [] }, head)
  return head.size
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(20)
}

describe('a log in a bucket', () => {
  it('goes into a tree of its own from each half-year on, and is found again by the next start', async () => {
    const [home, storage] = [newHome(), await bucket()]
    let now = SUMMER
    const clock = () => now
    const audit = await open(home, storage, { clock })
    await converse(audit, aicha, now, 2)
    now = WINTER
    await converse(audit, aicha, now, 2)
    await audit.close()
    const again = await open(home, storage, { clock })
    await converse(again, aicha, now, 9)
    await again.close()
    expect((await storage('audit').names()).sort()).toEqual(['2026h1', '2026h2'])
    expect(await storage('directory').names()).toEqual([])
    const sizes = [await expectWhole(home, storage, '2026h1'), await expectWhole(home, storage, '2026h2')]
    expect(sizes.every((size) => size > 0)).toBe(true)
    expect((sizes[0]! + sizes[1]!) % 16).toBe(0)
  })
})

describe('a bucket that is away', () => {
  it('holds back nothing for a minute, then everything, and the log recovers by itself', async () => {
    const [home, storage] = [newHome(), await bucket()]
    let slow = 0
    const timer = (ms: number, run: () => void) => {
      // What failed is tried again soon; a machine that runs every test at once is late with the rest.
      const handle = setTimeout(run, ms === 1_000 ? 20 : ms * 6).unref()
      return () => clearTimeout(handle)
    }
    const audit = await open(home, storage, { timer, now: () => performance.now() + slow })
    await converse(audit, aicha, SUMMER, 2)
    await until(async () => (await sizeOf(home, storage)) === 16)
    await s3.kill()
    await converse(audit, aicha, SUMMER, 2)
    expect(audit.suspended()).toBeNull()
    slow = NO_CHECKPOINT_MS + 1_000
    expect(audit.suspended()).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    // It was tried, and the bucket was not there.
    await until(() => audit.suspended()!.message.includes(', for E'))
    // It goes on being recorded, for the refusals are answers too.
    await audit.answered(await audit.asked(question(aicha, SUMMER)), answer)
    await s3.start()
    await until(() => audit.suspended() === null)
    await audit.close()
    expect(await expectWhole(home, storage)).toBe(audit.progress.size())
  })

  it('is told at the start, in words that name no place', async () => {
    const address = s3.place()
    await s3.kill()
    await expect(bucket(address)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      message: "expected the log's storage to answer, got ECONNREFUSED",
    })
    await s3.start()
  })
})

describe('two servers with one log in one bucket', () => {
  /** Two homes with the same keys and the same records: one is a copy of the other. */
  async function twins() {
    const [home, storage] = [newHome(), await bucket()]
    const before = await open(home, storage)
    await converse(before, aicha, SUMMER, 3)
    await before.close()
    const copy = newHome()
    cpSync(home, copy, { recursive: true })
    const told: Record<string, string[]> = { first: [], second: [] }
    const one = (name: string) => (fault: Fault) => void told[name]!.push(fault.code)
    const first = await open(home, storage, {}, one('first'))
    const second = await open(copy, storage, {}, one('second'))
    return { home, storage, first, second, told }
  }

  const isFenced = (audit: Audit) =>
    audit.suspended()?.message ===
    'expected to be the only server that writes this log, got another, for LOG_FENCED'

  it('are parted: the one that comes second is fenced off for good, at once, and says so once', async () => {
    const { home, storage, first, second, told } = await twins()
    await converse(first, aicha, SUMMER, 3)
    await until(async () => (await sizeOf(home, storage)) === 32)
    await converse(second, aicha, SUMMER, 3)
    await until(() => isFenced(second))
    await converse(first, aicha, SUMMER, 20)
    await converse(second, aicha, SUMMER, 40)
    await until(async () => (await sizeOf(home, storage)) >= 64)
    expect(first.suspended()).toBeNull()
    expect(isFenced(second)).toBe(true)
    await Promise.all([first.close(), second.close()])
    expect(told).toEqual({ first: [], second: ['LOG_FENCED'] })
    await expectWhole(home, storage)
    // The log has the records of one of them and no others.
    await (await open(home, storage)).close()
  })

  it('are parted also where the second one has more to publish than the first', async () => {
    const { home, storage, first, second } = await twins()
    await converse(second, aicha, SUMMER, 3)
    await until(async () => (await sizeOf(home, storage)) === 32)
    await converse(first, aicha, SUMMER, 60)
    await until(() => isFenced(first))
    await converse(second, aicha, SUMMER, 6)
    await Promise.all([first.close(), second.close()])
    expect(second.suspended()).toBeNull()
    expect(await expectWhole(home, storage)).toBe(48)
    await expect(open(home, storage)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })

  it('where the second one knows only a part of what is published, it does not begin', async () => {
    const { storage, home, first, second } = await twins()
    const copy = newHome()
    cpSync(home, copy, { recursive: true })
    await second.close()
    await converse(first, aicha, SUMMER, 9)
    await first.close()
    await expect(open(copy, storage)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })
})

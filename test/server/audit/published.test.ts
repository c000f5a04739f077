import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { openPeriods, questionOf, readRecords } from '../../../clients/core/audit.ts'
import { checkLog } from '../../../clients/core/log/check-log.ts'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { parseKeys } from '../../../clients/core/log/policy.ts'
import { folderSource } from '../../../clients/core/log/source.ts'
import { decodeLeaf, LEAF_SIZE } from '../../../schema/wire/audit-leaf.ts'
import { STEP } from '../../../server/audit/audit-feed.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { openDirectory } from '../../../server/audit/tree/directory-objects.ts'
import { NO_CHECKPOINT_MS } from '../../../server/audit/tree/feed.ts'
import { directoryShards } from '../../../server/audit/tree/shards.ts'
import { aicha, answer, converse, moussa, newAuditor, question } from './fixture.ts'
import { newHome } from './home.ts'

// The log as witnesses and authorities see it: what is durable is published within a second, padded, and nothing else.

const SUMMER = Date.UTC(2026, 5, 30, 12, 10)
const WINTER = Date.UTC(2026, 6, 1, 0, 10)
const ORIGIN = '0123456789ab.portolan/audit'

type Auditor = Awaited<ReturnType<typeof newAuditor>>
let niger: Auditor
let mali: Auditor
beforeAll(async () => {
  niger = await newAuditor('ne')
  mali = await newAuditor('ml')
})

const open = (home: string, clock: () => number = () => SUMMER, more: object = {}) =>
  openAudit({
    store: join(home, 'audit'),
    clock,
    auditorsOf: (country) => [country === 'NE' ? niger.armored : mali.armored],
    tree: { shards: directoryShards(join(home, 'log')), keys: join(home, 'keys'), origin: ORIGIN },
    ...more,
  })

/** Every leaf that is on record. */
function leavesIn(home: string): Buffer[] {
  const dir = join(home, 'audit')
  const bytes = Buffer.concat(
    readdirSync(dir)
      .filter((name) => name.endsWith('.leaves'))
      .sort()
      .map((name) => readFileSync(join(dir, name))),
  )
  return Array.from({ length: bytes.length / LEAF_SIZE }, (_, nth) =>
    bytes.subarray(nth * LEAF_SIZE, (nth + 1) * LEAF_SIZE),
  )
}

/** The leaves of a shard, which the client's verifier has found whole under a checkpoint of its key. */
async function published(home: string, shard: string): Promise<Buffer[]> {
  const folder = join(home, 'log', shard)
  const source = folderSource(folder)
  const { logs } = parseKeys(readFileSync(join(home, 'keys', `audit-${shard}.vkey`)))
  const { checkpoint } = openCheckpoint(readFileSync(join(folder, 'checkpoint')), logs)
  expect(checkpoint.origin).toBe(`${ORIGIN}/${shard}`)
  await checkLog(source, checkpoint)
  const leaves: Buffer[] = []
  for (let from = 0; from < checkpoint.size; from += 256) {
    const width = Math.min(256, checkpoint.size - from)
    const index = String(from / 256).padStart(3, '0')
    const bundle = readFileSync(join(folder, 'tile/entries', width < 256 ? `${index}.p/${width}` : index))
    for (let at = 0; at < bundle.length; at += 2 + LEAF_SIZE)
      leaves.push(bundle.subarray(at + 2, at + 2 + LEAF_SIZE))
  }
  return leaves
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(20)
}

const sizeOf = (home: string, shard: string): number => {
  try {
    return Number(readFileSync(join(home, 'log', shard, 'checkpoint'), 'utf8').split('\n')[1])
  } catch {
    return 0
  }
}

describe('what is on record', () => {
  it('is published while the log is open, whole, in steps of 16', async () => {
    const home = newHome()
    const audit = await open(home)
    await converse(audit, aicha, SUMMER, 3)
    await until(() => sizeOf(home, '2026h1') >= 7)
    await converse(audit, moussa, SUMMER, 10)
    await until(() => sizeOf(home, '2026h1') >= 28)
    await audit.close()
    const leaves = await published(home, '2026h1')
    expect(leaves.length % STEP).toBe(0)
    expect(Buffer.concat(leaves).equals(Buffer.concat(leavesIn(home)))).toBe(true)
  })

  it('is published at the next start where a crash came before', async () => {
    const home = newHome()
    const audit = await open(home)
    await converse(audit, aicha, SUMMER, 3)
    await audit.close()
    // As a kill leaves it: on record, and no part of it published.
    const crashed = newHome()
    cpSync(join(home, 'audit'), join(crashed, 'audit'), { recursive: true })
    rmSync(join(crashed, 'audit', 'checkpoint-2026h1'))
    const again = await open(crashed)
    await until(() => sizeOf(crashed, '2026h1') >= STEP)
    await again.close()
    const leaves = await published(crashed, '2026h1')
    expect(Buffer.concat(leaves).equals(Buffer.concat(leavesIn(crashed)))).toBe(true)
  })

  it('goes into a tree of its own from each half-year on, whatever the clock says later', async () => {
    const home = newHome()
    let now = SUMMER
    const audit = await open(home, () => now)
    await converse(audit, aicha, now, 2)
    now = WINTER
    await converse(audit, aicha, now, 2)
    await until(() => sizeOf(home, '2026h2') > 0)
    now = SUMMER
    await converse(audit, aicha, now, 2)
    await audit.close()
    await (await open(home, () => now)).close()
    const leaves = [...(await published(home, '2026h1')), ...(await published(home, '2026h2'))]
    expect(Buffer.concat(leaves).equals(Buffer.concat(leavesIn(home)))).toBe(true)
    expect((await published(home, '2026h1')).length).toBe(5)
  })
})

describe('padding', () => {
  async function withPadding(ask: (audit: Audit) => Promise<unknown>) {
    const home = newHome()
    const audit = await open(home)
    await ask(audit)
    await until(() => sizeOf(home, '2026h1') > 0)
    const periods = await audit.periods('NE', 0, WINTER)
    const keys = await openPeriods(periods, niger.privateKey)
    const asked = questionOf(keys, { from: 0, to: WINTER })
    const all = await audit.search('NE', { ...asked, padding: true, first: 200 })
    const without = await audit.search('NE', { ...asked, first: 200 })
    await audit.close()
    return { home, all: readRecords(all.records, keys), without: readRecords(without.records, keys) }
  }

  it('is opened as padding by the auditor, and is in no search that does not ask for it', async () => {
    const { home, all, without } = await withPadding((audit) => converse(audit, aicha, SUMMER, 2))
    expect(without.records.map(({ detail }) => detail.kind)).toEqual([
      'ASKED',
      'ANSWERED',
      'ASKED',
      'ANSWERED',
    ])
    expect(all.records).toEqual(without.records)
    // The keys, two questions, two answers, and the rest of sixteen.
    expect(all.padding).toHaveLength(STEP - 5)
    expect(without.padding).toEqual([])
    const seen = (await published(home, '2026h1')).map((leaf) => decodeLeaf(leaf)!)
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(['PERIOD', 'ASKED', 'ANSWERED']))
  })

  it('has leaves such as questions and answers have: callers come back, and only answers are tied to something', async () => {
    const { home } = await withPadding(async (audit) => {
      for (let round = 0; round < 12; round++) await converse(audit, aicha, SUMMER, 1 + (round % 3))
    })
    const leaves = (await published(home, '2026h1')).map((leaf) => decodeLeaf(leaf)!).slice(1)
    for (const { kind, link, callerTag, commitment } of leaves) {
      expect(link.every((byte) => byte === 0)).toBe(kind === 'ASKED')
      expect(callerTag.some((byte) => byte !== 0) && commitment.some((byte) => byte !== 0)).toBe(true)
    }
    const tags = new Set(leaves.map(({ callerTag }) => Buffer.from(callerTag).toString('hex')))
    expect(tags.size).toBeLessThanOrEqual(5)
  })

  it('is not made where nobody has asked', async () => {
    const home = newHome()
    await (await open(home)).close()
    await (await open(home)).close()
    expect(leavesIn(home)).toEqual([])
  })
})

describe('a log that was published further than it goes', () => {
  it('is not opened', async () => {
    const home = newHome()
    const audit = await open(home)
    await converse(audit, aicha, SUMMER, 3)
    await audit.close()
    rmSync(join(home, 'audit'), { recursive: true })
    await expect(open(home)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      message: `expected the ${STEP} records that are published, got 0`,
    })
  })

  it('is not opened where other leaves are published than it has', async () => {
    const home = newHome()
    const audit = await open(home)
    await converse(audit, aicha, SUMMER, 3)
    await audit.close()
    const other = newHome()
    const another = await open(other)
    await converse(another, aicha, SUMMER, 3)
    await another.close()
    for (const folder of ['log', 'keys']) {
      rmSync(join(home, folder), { recursive: true })
      cpSync(join(other, folder), join(home, folder), { recursive: true })
    }
    rmSync(join(home, 'audit', 'checkpoint-2026h1'))
    await expect(open(home)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })

  it('is not opened with another tree than the one it remembers', async () => {
    const home = newHome()
    const audit = await open(home)
    await converse(audit, aicha, SUMMER, 3)
    await audit.close()
    rmSync(join(home, 'log'), { recursive: true })
    mkdirSync(join(home, 'log', '2026h1'), { recursive: true })
    await expect(open(home)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })
})

describe('a tree that cannot grow', () => {
  const SOON = 200

  it('holds back nothing for a minute, then everything, and recovers by itself', async () => {
    const home = newHome()
    let slow = 0
    const timer = (ms: number, run: () => void) => {
      // Its own two waits are short here, and nothing else is late; but the disk's time for a record is one of them.
      const handle = ms === 500 || ms === 1_000 ? setTimeout(run, SOON) : null
      handle?.unref()
      return () => void (handle && clearTimeout(handle))
    }
    const audit = await open(home, undefined, { timer, now: () => performance.now() + slow })
    await converse(audit, aicha, SUMMER, 2)
    await until(() => sizeOf(home, '2026h1') === STEP)
    // A file lies where a folder has to be.
    const place = join(home, 'log', '2026h1', 'tile', 'entries', '000.p')
    renameSync(place, `${place}.away`)
    writeFileSync(place, '')
    await converse(audit, aicha, SUMMER, 2)
    await sleep(2 * SOON)
    expect(audit.suspended()).toBeNull()
    slow = NO_CHECKPOINT_MS + 1_000
    expect(audit.suspended()).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    // It goes on being recorded, for the refusals are answers too.
    await audit.answered(await audit.asked(question(aicha, SUMMER)), answer)
    expect(sizeOf(home, '2026h1')).toBe(STEP)
    rmSync(place)
    renameSync(`${place}.away`, place)
    await until(() => audit.suspended() === null)
    await audit.close()
    const leaves = await published(home, '2026h1')
    expect(Buffer.concat(leaves).equals(Buffer.concat(leavesIn(home)))).toBe(true)
  })

  it('because another process has it is not begun with', async () => {
    const home = newHome()
    const other = await openDirectory(join(home, 'log', '2026h1'))
    await expect(open(home)).rejects.toMatchObject({ code: 'LOG_FENCED' })
    await other.close()
    await (await open(home)).close()
  })
})

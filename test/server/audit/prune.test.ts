import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkLog } from '../../../clients/core/log/check-log.ts'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { parseKeys } from '../../../clients/core/log/policy.ts'
import { folderSource } from '../../../clients/core/log/source.ts'
import { openAudit } from '../../../server/audit/log.ts'
import { directoryShards } from '../../../server/audit/tree/shards.ts'
import { healthy, leavesOf, patient } from './erasing.ts'
import { aicha, converse, dyingShelf, question } from './fixture.ts'
import { newHome } from './home.ts'
import { BEFORE, expectWhole, niger, OLD, open, read, sizes, written, YEAR, YOUNG } from './pruning.ts'

// Details that are removed after their time, and what stays: every leaf, every proof, and a record of it.

describe('a pruning', () => {
  it('removes full segments of before, keys and details, and keeps leaves and what is younger', async () => {
    const { log, list } = await written()
    const leaves = leavesOf(log.files)
    const audit = await open(log.shelf, list.shelf)
    const stood = await read(audit, BEFORE)
    expect(await audit.prune(BEFORE, null)).toEqual({ from: 16, records: 16, before: BEFORE })
    expect((await read(audit)).pruned).toBeNull()
    expect(await audit.prune(BEFORE, 7)).toEqual({ from: 16, records: 16, before: BEFORE })
    // Again, it finds nothing more.
    expect(await audit.prune(BEFORE, 8)).toEqual({ from: 16, records: 0, before: BEFORE })
    const after = await read(audit, BEFORE)
    expect(after.records).toEqual(stood.records)
    // Who asks of what is younger is told nothing of it.
    expect(after.pruned).toBeNull()
    expect(await audit.progress.leafAt(3)).not.toBeNull()
    await expect(audit.erase('NE', { records: [3], reason: 'COURT_ORDER' }, 99)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await audit.close()
    expect(await expectWhole(log, list, leaves)).toBe(true)
    const size = leavesOf(log.files).length
    expect(await expectWhole(log, list, leaves)).toBe(true)
    expect(leavesOf(log.files).length).toBe(size)
  })

  it('spares a segment that holds keys of records that stay', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    expect(await audit.prune(YOUNG + 60_000, null)).toMatchObject({ from: 16 })
    // Once that hour is over, whatever is under its keys is as old.
    expect(await audit.prune(YOUNG + YEAR, null)).toMatchObject({ from: 24 })
    await audit.close()
  })

  it('spares what a question without an answer needs', async () => {
    const [log, list] = [healthy(), healthy()]
    const audit = await open(log.shelf, list.shelf, OLD)
    await audit.asked(question(aicha, OLD))
    await converse(audit, aicha, OLD, 9)
    expect(await audit.prune(YOUNG, 7)).toMatchObject({ records: 0 })
    await audit.close()
  })

  it('takes an hour that began before a boundary with it, and says so', async () => {
    const [log, list] = [healthy(), healthy()]
    for (const now of [OLD, YOUNG]) {
      const audit = await open(log.shelf, list.shelf, now)
      await converse(audit, aicha, now, 10)
      await audit.close()
    }
    let audit = await open(log.shelf, list.shelf)
    expect(await audit.prune(BEFORE, 7)).toMatchObject({ from: 16, records: 16 })
    for (const again of [false, true]) {
      const { records, pruned } = await read(audit)
      expect([records[0]!.index, pruned!.pruning]).toMatchObject([22, { from: 16, before: BEFORE }])
      await audit.close()
      if (!again) audit = await open(log.shelf, list.shelf)
    }
  })

  it('leaves the tree whole, for whoever checks it', async () => {
    const home = newHome()
    const origin = '0123456789ab.portolan/audit'
    const tree = { shards: directoryShards(join(home, 'log')), keys: join(home, 'keys'), origin }
    let now = OLD
    const at = (time: number) => {
      now = time
      const store = { store: join(home, 'audit'), erased: join(home, 'erasures'), tree }
      return openAudit({
        ...store,
        clock: () => now,
        auditorsOf: () => [niger.armored],
        segmentLeaves: 64,
        timer: patient,
      })
    }
    let audit = await at(OLD)
    await converse(audit, aicha, OLD, 100)
    await audit.close()
    audit = await at(YOUNG)
    await converse(audit, aicha, YOUNG, 40)
    expect((await audit.prune(BEFORE, 7)).records).toBeGreaterThan(150)
    await audit.close()
    audit = await at(YOUNG)
    await converse(audit, aicha, YOUNG, 40)
    await audit.close()
    expect(statSync(join(home, 'audit/00000000.details')).size).toBe(0)
    for (const shard of ['2026h1', '2030h1']) {
      const { logs } = parseKeys(readFileSync(join(home, 'keys', `audit-${shard}.vkey`)))
      const { checkpoint } = openCheckpoint(readFileSync(join(home, 'log', shard, 'checkpoint')), logs)
      await checkLog(folderSource(join(home, 'log', shard)), checkpoint)
      expect(checkpoint.size).toBeGreaterThan(64)
    }
  }, 60_000)
})

describe('a crash in the midst of a pruning', () => {
  it.each(['process', 'power'] as const)(
    'leaves a %s all of it, or none, whichever call was the last',
    async (lost) => {
      const { log, list } = await written()
      const leaves = leavesOf(log.files)
      let [dieAt, finished, prunings] = [1, false, 0]
      for (; !finished; dieAt++) {
        const [disk, marks] = [dyingShelf(dieAt, log.files), dyingShelf(dieAt, list.files)]
        let acknowledged = false
        try {
          const audit = await open(disk.shelf, marks.shelf)
          acknowledged = (await audit.prune(BEFORE, 7)).records > 0
          await audit.close()
          finished = true
        } catch (error) {
          expect(error).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
        }
        disk.heal(lost)
        marks.heal(lost)
        const isPruned = await expectWhole(disk, marks, leaves)
        if (acknowledged) expect(isPruned).toBe(true)
        if (isPruned) prunings += 1
      }
      expect(prunings).toBeGreaterThan(3)
      expect(prunings).toBeLessThan(dieAt - 3)
    },
  )

  it('takes back nothing of one that was answered, also where the power fails', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await audit.prune(BEFORE, 7)
    log.heal('power')
    expect(sizes(log).slice(0, 2)).toEqual([0, 0])
    await audit.close()
  })
})

describe('a copy from before a pruning', () => {
  it('is pruned again at the start, on record', async () => {
    const { log, list } = await written()
    const leaves = leavesOf(log.files)
    const copy = new Map(log.files)
    const audit = await open(log.shelf, list.shelf)
    await audit.prune(BEFORE, 7)
    await audit.close()
    expect(await expectWhole(healthy(copy), list, leaves)).toBe(true)
  })

  it('in which younger records have taken the place of those that were pruned, keeps these', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await audit.prune(BEFORE, 7)
    await audit.close()
    const other = healthy()
    const young = await open(other.shelf, list.shelf)
    await converse(young, aicha, YOUNG, 12)
    await young.close()
    const again = await open(other.shelf, list.shelf)
    expect((await read(again)).records).toHaveLength(24)
    await again.close()
  })

  it('is not opened where a leaf is lost of which nothing else tells', async () => {
    const { log, list } = await written()
    const audit = await open(log.shelf, list.shelf)
    await audit.prune(BEFORE, 7)
    await audit.close()
    log.files.set('00000001.leaves', log.files.get('00000001.leaves')!.subarray(0, 7 * 128))
    await expect(open(log.shelf, list.shelf)).rejects.toMatchObject({
      message: 'expected record 15, got nothing',
    })
  })
})

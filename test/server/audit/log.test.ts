import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkReceipt, RECEIPT_HEADER, receiptHeaders, receiptKeyOf } from '../../../schema/wire/audit.ts'
import { decodeLeaf } from '../../../schema/wire/audit-leaf.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { fileShelf, type Shelf } from '../../../server/audit/storage.ts'
import { patient } from './erasing.ts'
import {
  aicha,
  answer,
  collect,
  converse,
  dyingShelf,
  fullShelf,
  moussa,
  newAuditor,
  question,
} from './fixture.ts'
import { newHome } from './home.ts'

const NOON = Date.UTC(2026, 2, 3, 12, 10)
let auditorsOf: (country: string) => string[]

beforeAll(async () => {
  const keys = { NE: (await newAuditor('ne')).armored, ML: (await newAuditor('ml')).armored }
  auditorsOf = (country) => (country === 'NE' || country === 'ML' ? [keys[country]] : [])
})

async function withLog<T>(run: (audit: Audit, dir: string) => Promise<T>, clock = () => NOON): Promise<T> {
  const dir = newHome()
  const audit = await openAudit({ store: dir, clock, auditorsOf })
  try {
    return await run(audit, dir)
  } finally {
    await audit.close()
  }
}

describe('the audit log', () => {
  it('numbers records without a gap, whoever asks at the same time', () =>
    withLog(async (audit) => {
      const asked = await Promise.all(
        Array.from({ length: 40 }, (_, turn) => audit.asked(question(turn % 2 ? aicha : moussa, NOON))),
      )
      const receipts = await Promise.all(asked.map((open) => audit.answered(open, answer)))
      const indexes = [
        ...asked.map((open) => open.index),
        ...receipts.map(({ answered }) => decodeLeaf(answered)!.index),
      ]
      // Two more: the keys of Niger's and Mali's hour.
      expect([...indexes].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, at) => at + 2))
    }))

  it('gives a receipt that the client checks against its own request and answer', () =>
    withLog(async (audit) => {
      const asked = question(aicha, NOON)
      const receipt = await audit.answered(await audit.asked(asked), answer)
      const header = receiptHeaders(receipt)[RECEIPT_HEADER]
      expect(checkReceipt(asked.request, answer, header, receiptKeyOf(audit.receiptKey))).toMatchObject({
        askedIndex: 1,
        answeredIndex: 2,
      })
    }))

  it('keeps its files for itself', () =>
    withLog(async (_, dir) => {
      expect(statSync(dir).mode & 0o777).toBe(0o700)
      expect(statSync(join(dir, '00000000.leaves')).mode & 0o777).toBe(0o600)
      expect(statSync(join(dir, '00000000.details')).mode & 0o777).toBe(0o600)
    }))

  it('writes neither person nor case nor query in clear', () =>
    withLog(async (audit, dir) => {
      await converse(audit, aicha, NOON, 3)
      const shelf = await fileShelf(dir)
      for (const name of await shelf.names()) {
        const store = await shelf.open(name)
        const bytes = await store.read(0, await store.size())
        await store.close()
        for (const secret of ['aicha', 'ne-2026-0042', 'Network', 'DETECTION', 'Bamako', '"a1"'])
          expect(bytes.includes(secret), `${secret} in ${name}`).toBe(false)
      }
    }))

  it('does not tell from size how much an answer showed, within a class', () =>
    withLog(async (audit, dir) => {
      const sizes: number[] = []
      for (const shown of [[], ['a1'], ['a1', 'a2', 'a3', 'a4', 'a5']]) {
        const before = statSync(join(dir, '00000000.details')).size
        const open = await audit.asked(question(aicha, NOON))
        await audit.answered(open, { ...answer, detail: { ...answer.detail, shown } })
        if (before > 0) sizes.push(statSync(join(dir, '00000000.details')).size - before)
      }
      expect(new Set(sizes).size).toBe(1)
    }))

  it('tells the replay tags of recent questions again after a restart', async () => {
    const dir = newHome()
    let now = NOON
    const options = { store: dir, clock: () => now, auditorsOf, segmentLeaves: 4 }
    const first = await openAudit(options)
    for (let turn = 0; turn < 12; turn++) {
      now += 10_000
      await first.answered(await first.asked(question(aicha, now)), answer)
    }
    await first.close()
    const second = await openAudit(options)
    const replays = await collect(second.replays(now - 30_000))
    expect(replays.map(({ at }) => at)).toEqual([now - 30_000, now - 20_000, now - 10_000, now])
    expect(replays.at(-1)!.replay).toEqual(question(aicha, now).replay)
    await second.close()
  })

  it('reads a page of an hour from where the one before it ended, also after a restart', async () => {
    let bytes = 0
    const shelf = await fileShelf(newHome())
    const store: Shelf = {
      ...shelf,
      async open(name, steady) {
        const opened = await shelf.open(name, steady)
        const read = async (offset: number, length: number) => {
          const got = await opened.read(offset, length)
          bytes += got.length
          return got
        }
        return { ...opened, read }
      },
    }
    const options = { store, clock: () => NOON, auditorsOf, segmentLeaves: 4_096, timer: patient }
    let audit = await openAudit(options)
    await Promise.all(Array.from({ length: 100 }, () => converse(audit, aicha, NOON, 100)))
    for (const again of [false, true]) {
      if (again) {
        await audit.close()
        audit = await openAudit(options)
      }
      const [period] = await audit.periods('NE', 0, NOON + 1)
      const seen: number[] = []
      bytes = 0
      for (let after: number | null = -1; after !== null; ) {
        const asked = { periods: [{ id: period!.id, all: [] }], from: 0, to: NOON + 1, after, first: 200 }
        const page = await audit.search('NE', asked)
        seen.push(...page.records.map(({ index }) => index))
        after = page.after
      }
      expect(seen).toEqual(Array.from({ length: 20_000 }, (_, at) => at + 1))
      // A hundred pages of 300 KB; from the beginning each time it were 1.5 GB.
      expect(bytes).toBeLessThan(200e6)
    }
    await audit.close()
  })

  it('takes nothing for a state that has no auditor to read it', () =>
    withLog(async (audit) => {
      const stranger = { ...aicha, country: 'XX' }
      await expect(audit.asked(question(stranger, NOON))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
      expect(audit.failure()).toBeNull()
      await converse(audit, aicha, NOON, 1)
    }))

  it('counts as waiting only what waits: it goes on behind 128 MiB of records', async () => {
    const { shelf } = dyingShelf(Number.POSITIVE_INFINITY)
    // What is written is of no interest here, how much it is takes time.
    const store: Shelf = {
      ...shelf,
      open: async (name) => ({ ...(await shelf.open(name)), append: async () => {} }),
    }
    const audit = await openAudit({ store, clock: () => NOON, auditorsOf })
    const long = { ...answer, detail: { ...answer.detail, query: 'x'.repeat(1 << 20) } }
    const asked = await audit.asked(question(aicha, NOON))
    for (let nth = 0; nth < 80; nth++) await audit.answered(asked, { ...long, more: true })
    await audit.close()
  })

  it('takes nothing once closed', async () => {
    const audit = await openAudit({ store: newHome(), clock: () => NOON, auditorsOf })
    const [open] = await converse(audit, aicha, NOON, 1)
    await audit.close()
    await expect(audit.asked(question(aicha, NOON))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    await expect(audit.answered(open!, answer)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })

  it('says AUDIT_UNAVAILABLE when the directory can not be used', async () => {
    const { shelf } = dyingShelf(1)
    await expect(openAudit({ store: shelf, clock: () => NOON, auditorsOf })).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      message: 'expected the audit storage to open, got ENOSPC',
    })
    const dir = newHome()
    chmodSync(dir, 0o700)
    await expect(
      openAudit({ store: join('/dev/null', 'log'), clock: () => NOON, auditorsOf }),
    ).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })
})

describe('a slow disk', () => {
  it('gets 500 ms, then the caller gets AUDIT_UNAVAILABLE and the record may still land', async () => {
    const dir = newHome()
    const files = await fileShelf(dir)
    let release = () => {}
    let slow = false
    const store = {
      ...files,
      open: async (name: string) => {
        const opened = await files.open(name)
        const sync = async () => {
          if (slow) await new Promise<void>((resolve) => (release = resolve))
          await opened.sync()
        }
        return { ...opened, sync }
      },
    }
    const due: (() => void)[] = []
    const timer = (ms: number, run: () => void) => {
      if (ms === 500) due.push(run)
      return () => void due.splice(due.indexOf(run), 1)
    }
    const audit = await openAudit({ store, clock: () => NOON, auditorsOf, timer })
    await converse(audit, aicha, NOON, 1)
    slow = true
    const waiting = audit.asked(question(aicha, NOON))
    const verdict = expect(waiting).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      message: 'expected a durable record within 500 ms, got none',
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const run of [...due]) run()
    await verdict
    slow = false
    release()
    await converse(audit, aicha, NOON, 1)
    await audit.close()
    // It landed without anybody having been told so: at the next start it is closed as interrupted.
    const again = await openAudit({ store: dir, clock: () => NOON, auditorsOf })
    const [period] = await again.periods('NE', 0, Number.MAX_SAFE_INTEGER)
    const page = await again.search('NE', { periods: [{ id: period!.id, all: [] }], from: 0, to: NOON + 1 })
    expect(page.records.map(({ leaf }) => decodeLeaf(Buffer.from(leaf, 'base64'))!.kind)).toEqual([
      ...['ASKED', 'ANSWERED', 'ASKED', 'INTERRUPTED', 'ASKED', 'ANSWERED'],
    ])
    await again.close()
  })
})

describe('a disk that dies at its n-th call', () => {
  it.each(['process', 'power'] as const)(
    'acknowledges nothing afterwards, for every n, and a lost %s loses nothing from before',
    async (lost) => {
      const healthy = dyingShelf(Number.POSITIVE_INFINITY)
      const acknowledgedOf = async ({ shelf, calls }: ReturnType<typeof dyingShelf>, dieAt: number) => {
        const acknowledged: number[] = []
        let afterDeath = 0
        const acknowledge = (index: number) => {
          acknowledged.push(index)
          if (calls() >= dieAt) afterDeath += 1
        }
        try {
          const audit = await openAudit({ store: shelf, clock: () => NOON, auditorsOf, segmentLeaves: 6 })
          for (let turn = 0; turn < 6; turn++) {
            const open = await audit.asked(question(aicha, NOON))
            acknowledge(open.index)
            const receipt = await audit.answered(open, answer)
            acknowledge(decodeLeaf(receipt.answered)!.index)
          }
          await audit.close()
        } catch (error) {
          expect(error).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
        }
        // A record is acknowledged when its detail is durable; it may be its leaf that the disk no longer takes.
        expect(afterDeath).toBeLessThanOrEqual(1)
        return acknowledged
      }
      expect(await acknowledgedOf(healthy, Number.POSITIVE_INFINITY)).toHaveLength(12)
      const total = healthy.calls()
      for (let dieAt = 1; dieAt <= total; dieAt++) {
        const dying = dyingShelf(dieAt)
        const acknowledged = await acknowledgedOf(dying, dieAt)
        dying.heal(lost)
        const again = await openAudit({ store: dying.shelf, clock: () => NOON, auditorsOf, segmentLeaves: 6 })
        const kept = new Set<number>()
        for (const period of await again.periods('NE', 0, Number.MAX_SAFE_INTEGER)) {
          const asked = { periods: [{ id: period.id, all: [] }], from: 0, to: NOON + 1, first: 200 }
          for (const { index } of (await again.search('NE', asked)).records) kept.add(index)
        }
        for (const index of acknowledged)
          expect(kept.has(index), `record ${index} after death at ${dieAt}`).toBe(true)
        await again.close()
      }
    },
  )

  it('stays failed until it is opened anew', async () => {
    const dying = dyingShelf(12)
    const audit = await openAudit({ store: dying.shelf, clock: () => NOON, auditorsOf })
    await expect(converse(audit, aicha, NOON, 10)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    dying.heal('process')
    await expect(audit.asked(question(aicha, NOON))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    expect(audit.failure()?.message).toBe('expected the audit storage to take a record, got ENOSPC')
    await audit.close()
  })
})

describe('a disk that is full for a while', () => {
  it('answers nobody meanwhile, and then goes on where it was, without a gap', async () => {
    const { shelf, files, room } = fullShelf()
    const audit = await openAudit({ store: shelf, clock: () => NOON, auditorsOf })
    const released: Buffer[] = []
    const ask = async () => {
      const open = await audit.asked(question(aicha, NOON)).catch(() => null)
      const receipt = open && (await audit.answered(open, answer).catch(() => null))
      if (receipt) released.push(receipt.asked, receipt.answered)
      return receipt !== null
    }
    for (const left of [0, 100, 5_000, 1_000, 12_345, 0]) {
      room.left = Number.POSITIVE_INFINITY
      expect(await Promise.all(Array.from({ length: 8 }, ask))).toEqual(Array(8).fill(true))
      expect(audit.failure()).toBeNull()
      room.left = left
      for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 8 }, ask))
      room.left = 0
      expect(await ask()).toBe(false)
      expect(audit.failure()).toBeNull()
    }
    room.left = Number.POSITIVE_INFINITY
    expect(await ask()).toBe(true)
    await audit.close()
    await (await openAudit({ store: shelf, clock: () => NOON, auditorsOf })).close()
    const leaves = files.get('00000000.leaves')!
    for (const leaf of released) {
      const { index } = decodeLeaf(leaf)!
      expect(leaves.subarray(index * 128, (index + 1) * 128).equals(leaf)).toBe(true)
    }
  })
})

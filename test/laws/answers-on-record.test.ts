import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Receipt } from '../../schema/wire/audit.ts'
import { decodeLeaf, LEAF_SIZE } from '../../schema/wire/audit-leaf.ts'
import { type Audit, openAudit } from '../../server/audit/log.ts'
import { fileShelf, type Shelf } from '../../server/audit/storage.ts'
import { aicha, answer, dyingShelf, moussa, newAuditor, question } from '../server/audit/fixture.ts'
import { newHome } from '../server/audit/home.ts'
import { type Chance, chanceOf } from './chance.ts'
import { mortal } from './storage.ts'

// Law 2 in the large: however often the storage fails, the process dies or the power goes, no answer was given out that is
// not on record, and every record that nobody has a receipt of is one whose answer could not leave.

// PORTOLAN_REQUESTS: how many. PORTOLAN_SEED: a number, or `random`.
const REQUESTS = Number(process.env.PORTOLAN_REQUESTS ?? 20_000)
const SEED =
  process.env.PORTOLAN_SEED === 'random'
    ? Math.floor(Math.random() * 2 ** 32)
    : Number(process.env.PORTOLAN_SEED ?? 5)
const NOON = Date.UTC(2026, 2, 3, 12, 10)
/** Officers who ask at the same time. */
const DESKS = 16

let keys: Record<string, string>
beforeAll(async () => {
  keys = { NE: (await newAuditor('ne')).armored, ML: (await newAuditor('ml')).armored }
})

/** What one officer's client was given, or could not be given. */
type Seen = { released: Receipt[]; withheld: Set<number>; unasked: number }

/** A storage that fails at some call, and what is there of it when it is opened again. */
type Storage = { shelf(failAt: number): Shelf | Promise<Shelf>; heal(): void; leaves(): Buffer[] }

function onDisk(): Storage {
  const home = newHome()
  return {
    async shelf(failAt) {
      const { dying, state } = mortal(await fileShelf(home))
      state.dieAt = failAt
      return dying
    },
    heal: () => {},
    leaves: () =>
      readdirSync(home)
        .filter((name) => name.endsWith('.leaves'))
        .sort()
        .flatMap((name) => leavesOf(readFileSync(join(home, name)))),
  }
}

/** In memory, so that what was not synced is gone after each failure. */
function withoutPower(): Storage {
  let lived = dyingShelf(Number.POSITIVE_INFINITY)
  return {
    shelf(failAt) {
      lived = dyingShelf(failAt, lived.files)
      return lived.shelf
    },
    heal: () => lived.heal('power'),
    leaves: () =>
      [...lived.files]
        .filter(([name]) => name.endsWith('.leaves'))
        .sort()
        .flatMap(([, bytes]) => leavesOf(bytes)),
  }
}

const leavesOf = (bytes: Buffer) =>
  Array.from({ length: bytes.length / LEAF_SIZE }, (_, nth) =>
    bytes.subarray(nth * LEAF_SIZE, (nth + 1) * LEAF_SIZE),
  )

/** Asks until the log fails or enough was asked; nobody waits for anybody. */
async function desk(audit: Audit, seen: Seen, left: { requests: number }, chance: Chance): Promise<void> {
  const caller = chance.in(1, 2) ? aicha : moussa
  while (left.requests > 0) {
    left.requests -= 1
    const open = await audit.asked(question(caller, NOON)).catch(() => null)
    if (!open) {
      seen.unasked += 1
      return
    }
    const receipt = await audit.answered(open, answer).catch(() => null)
    if (!receipt) {
      seen.withheld.add(open.index)
      return
    }
    seen.released.push(receipt)
  }
}

async function through(storage: Storage): Promise<{ seen: Seen; leaves: Buffer[]; failures: number }> {
  const chance = chanceOf(SEED)
  const seen: Seen = { released: [], withheld: new Set(), unasked: 0 }
  const left = { requests: REQUESTS }
  let failures = 0
  const auditorsOf = (country: string) => [keys[country]!]
  const open = async (failAt: number) =>
    openAudit({ store: await storage.shelf(failAt), clock: () => NOON, auditorsOf, segmentLeaves: 4_096 })
  while (left.requests > 0) {
    const audit = await open(1 + chance.below(2_000)).catch(() => null)
    if (audit) {
      await Promise.all(Array.from({ length: DESKS }, () => desk(audit, seen, left, chance)))
      // A process that dies closes nothing; but its files are this one's to close.
      await audit.close().catch(() => undefined)
    }
    // A storage that never comes back is a failure of another kind.
    if (++failures > REQUESTS) throw new Error(`seed ${SEED}: the log does not open any more`)
    storage.heal()
  }
  await (await open(Number.POSITIVE_INFINITY)).close()
  return { seen, leaves: storage.leaves(), failures }
}

describe.each([
  ['the process dies with its storage', onDisk],
  ['the power goes', withoutPower],
])('over and over again, as %s', (_, make) => {
  it('no answer is given out that is not on record, and each record without a receipt is explained', async () => {
    const { seen, leaves, failures } = await through(make())
    expect(failures, `seed ${SEED}`).toBeGreaterThan(REQUESTS / 10_000)
    expect(seen.released.length).toBeGreaterThan(REQUESTS / 2)
    const receipts = new Set<number>()
    for (const { asked, answered } of seen.released)
      for (const leaf of [asked, answered]) {
        const { index } = decodeLeaf(leaf)!
        if (!leaves[index]?.equals(leaf))
          throw new Error(`seed ${SEED}: the answer of record ${index} is not on record`)
        receipts.add(index)
      }
    const unexplained = { asked: 0, answered: 0, interrupted: 0 }
    let answeredWithout = 0
    for (const [index, leaf] of leaves.entries()) {
      const { kind } = decodeLeaf(leaf)!
      if (receipts.has(index)) continue
      // Asked, and the answer held back; or the record of the question came too late for who asked.
      if (kind === 'ASKED') unexplained.asked += 1
      if (kind === 'ANSWERED') answeredWithout += 1
      if (kind === 'INTERRUPTED') unexplained.interrupted += 1
    }
    // Whoever got no answer has a question on record, or none at all; each such question is closed, one way or the other.
    expect(unexplained.asked).toBe(unexplained.interrupted + answeredWithout)
    expect(unexplained.asked).toBeLessThanOrEqual(seen.withheld.size + seen.unasked)
    for (const index of seen.withheld) expect(receipts.has(index)).toBe(false)
  })
})

import {
  mkdir,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../../schema/wire/caller.ts'
import { type Budget, openBudget } from '../../server/budget.ts'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const HOUR = 3_600_000

let dir: string
let time: number
let budget: Budget

const caller = (person: string): Caller => ({
  ...{ session: 's', person, country: 'NE', office: 'ne-dst', offices: ['ne-dst'], officeKind: 'POLICE' },
  ...{ role: 'ANALYST', principals: [], teams: [] },
})
const aicha = caller('ne-dst.aicha')
const moussa = caller('ne-dst.moussa')
const open = () => openBudget({ dir, limit: 5, key: Buffer.alloc(32, 1), clock: () => time })
const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => `entity-${from + i}`)
const exhausted = expect.objectContaining({ code: 'BUDGET_EXHAUSTED' })

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'portolan-budget-')), 'budget')
  time = NOON
  budget = await open()
})
afterEach(async () => {
  await budget.close()
  await rm(join(dir, '..'), { recursive: true, force: true })
})

describe('the daily budget', () => {
  it('counts distinct entities, each once however often it is shown', async () => {
    await budget.spend(aicha, ids(0, 3))
    await budget.spend(aicha, [...ids(0, 3), ...ids(0, 3), 'entity-3'])
    expect(budget.status(aicha)).toEqual({ shown: 4, limit: 5 })
  })

  it('refuses an answer that would go beyond it, and counts nothing of it', async () => {
    await budget.spend(aicha, ids(0, 4))
    await expect(budget.spend(aicha, ids(4, 2))).rejects.toEqual(exhausted)
    expect(budget.status(aicha).shown).toBe(4)
    await budget.spend(aicha, ids(3, 2))
    expect(budget.status(aicha).shown).toBe(5)
    // What was seen may be seen again.
    await budget.spend(aicha, ids(0, 5))
  })

  it("is each officer's own", async () => {
    await budget.spend(aicha, ids(0, 5))
    await budget.spend(moussa, ids(0, 5))
    await expect(budget.spend(moussa, ids(5, 1))).rejects.toEqual(exhausted)
  })

  it("grows by one more day's worth when a colleague approves, and nobody approves his own", async () => {
    await budget.spend(aicha, ids(0, 5))
    await expect(budget.approve(aicha, aicha.person, 'urgent')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await budget.approve(moussa, aicha.person, 'urgent')
    expect(budget.status(aicha)).toEqual({ shown: 5, limit: 10 })
    await budget.spend(aicha, ids(5, 5))
    await expect(budget.spend(aicha, ids(10, 1))).rejects.toEqual(exhausted)
  })

  it('survives a restart, approvals too', async () => {
    await budget.spend(aicha, ids(0, 5))
    await budget.approve(moussa, aicha.person, 'urgent')
    await budget.close()
    budget = await open()
    await budget.spend(aicha, ids(0, 10))
    expect(budget.status(aicha)).toEqual({ shown: 10, limit: 10 })
    await expect(budget.spend(aicha, ids(10, 1))).rejects.toEqual(exhausted)
  })

  it("begins anew with the day in UTC, and yesterday's count is not kept", async () => {
    await budget.spend(aicha, ids(0, 5))
    await budget.approve(moussa, aicha.person, 'urgent')
    time = NOON + 12 * HOUR
    expect(budget.status(aicha)).toEqual({ shown: 0, limit: 5 })
    await budget.spend(aicha, ids(5, 5))
    await expect(budget.spend(aicha, ids(0, 1))).rejects.toEqual(exhausted)
    expect(await readdir(dir)).toEqual(['2026-11-23.jsonl'])
  })

  it('counts every answer of a day that many requests begin at once', async () => {
    await budget.spend(aicha, ids(0, 1))
    time = NOON + 12 * HOUR
    await Promise.all(ids(0, 5).map((id) => budget.spend(aicha, [id])))
    await expect(budget.spend(aicha, ids(5, 1))).rejects.toEqual(exhausted)
    await budget.close()
    budget = await open()
    expect(budget.status(aicha).shown).toBe(5)
    expect(await openFiles(dir)).toBe(1)
  })

  it('is kept for this user alone, without the id of anything', async () => {
    await budget.spend(aicha, ids(0, 5))
    const file = join(dir, '2026-11-22.jsonl')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).not.toContain('entity')
  })
})

describe('a day whose file cannot be opened', () => {
  const TOMORROW = '2026-11-23.jsonl'
  it.each<[string, string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      'because a folder stands in its place',
      'EISDIR',
      () => mkdir(join(dir, TOMORROW)),
      () => rmdir(join(dir, TOMORROW)),
    ],
    [
      'because a file stands in the place of its folder',
      'EEXIST',
      async () => {
        await rename(dir, `${dir}.aside`)
        await writeFile(dir, '')
      },
      async () => {
        await rm(dir)
        await rename(`${dir}.aside`, dir)
      },
    ],
    [
      'because what it holds is no count',
      'ZodError',
      () => writeFile(join(dir, TOMORROW), '{"person":"ne-dst.aicha"}\n'),
      () => rm(join(dir, TOMORROW)),
    ],
  ])('%s shows nothing, until the cause is gone', async (_, cause, damage, repair) => {
    await budget.spend(aicha, ids(0, 2))
    await damage()
    time = NOON + 12 * HOUR
    for (const refused of [
      () => budget.spend(aicha, ids(0, 1)),
      // What was seen yesterday is not counted today either.
      () => budget.spend(aicha, []),
      () => budget.approve(moussa, aicha.person, 'urgent'),
    ])
      await expect(refused()).rejects.toMatchObject(cause === 'ZodError' ? { name: cause } : { code: cause })
    await Promise.all(ids(0, 8).map((id) => expect(budget.spend(aicha, [id])).rejects.toBeInstanceOf(Error)))
    expect(budget.status(aicha)).toEqual({ shown: 0, limit: 5 })
    await repair()
    await budget.spend(aicha, ids(0, 5))
    await expect(budget.spend(aicha, ids(5, 1))).rejects.toEqual(exhausted)
    expect(await readdir(dir)).toEqual([TOMORROW])
    expect(await openFiles(dir)).toBe(1)
  })
})

describe('a count that does not reach the disk', () => {
  /** The disk refuses the next write, and perhaps says so late. */
  async function refuseOnce(late: Promise<void> = Promise.resolve()): Promise<void> {
    const handle = await openFile(join(dir, '2026-11-22.jsonl'))
    vi.spyOn(Object.getPrototypeOf(handle), 'write').mockImplementationOnce(async () => {
      await late
      throw Object.assign(new Error('expected room, got none'), { code: 'ENOSPC' })
    })
    await handle.close()
  }
  afterEach(() => void vi.restoreAllMocks())

  it('is none: the same things are counted again when they are asked again', async () => {
    await refuseOnce()
    await expect(budget.spend(aicha, ids(0, 5))).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(budget.status(aicha).shown).toBe(0)
    await budget.spend(aicha, ids(0, 5))
    await budget.close()
    budget = await open()
    expect(budget.status(aicha).shown).toBe(5)
  })

  it('is waited for by every other answer that shows the same, and fails it too', async () => {
    let refuse = () => {}
    await refuseOnce(
      new Promise((go) => {
        refuse = go
      }),
    )
    const first = budget.spend(aicha, ids(0, 3))
    const second = budget.spend(aicha, ids(0, 3))
    const ends = Promise.allSettled([first, second])
    const soon = await Promise.race([second.then(() => 'shown'), new Promise((go) => setTimeout(go, 50))])
    expect(soon).toBeUndefined()
    refuse()
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

/** How many files of a folder this process has open. */
async function openFiles(folder: string): Promise<number> {
  const { readlink } = await import('node:fs/promises')
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter((link) => link.startsWith(folder)).length
}

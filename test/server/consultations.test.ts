import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Consultations, openConsultations } from '../../server/consultations.ts'

const KILLS = Number(process.env.PORTOLAN_TEST_KILLS ?? 12)
const COUNTING = join(import.meta.dirname, 'counting.ts')
const OCTOBER = Date.UTC(2026, 9, 20, 12)
const NOVEMBER = Date.UTC(2026, 10, 2, 12)

let dir: string
let time: number
let counts: Consultations
const open = () => openConsultations({ dir, clock: () => time })
const file = (month = '2026-10') => join(dir, `${month}.jsonl`)
const times = (count: number, consulting: string, owners: string[]) =>
  Promise.all(Array.from({ length: count }, () => counts.count(consulting, owners)))
const october = (owner = 'ne-dst') => {
  time = NOVEMBER
  return counts.of(owner, '2026-10')
}

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'portolan-consultations-')), 'consultations')
  time = OCTOBER
  counts = await open()
})
afterEach(async () => {
  await counts.close().catch(() => {})
  await rm(join(dir, '..'), { recursive: true, force: true })
})

describe('the count of a month', () => {
  it('is one for each answer and owner, and none for what is the caller’s own', async () => {
    await times(20, 'it-sco', ['ne-dst', 'ne-dst', 'ml-dnlt', 'it-sco'])
    expect([(await october()).offices, (await october('ml-dnlt')).offices]).toEqual([
      [{ office: 'it-sco', count: 20 }],
      [{ office: 'it-sco', count: 20 }],
    ])
    expect((await october('it-sco')).offices).toEqual([])
  })

  it('names no office below the floor, and says no exact figure', async () => {
    await times(9, 'fr-liaison', ['ne-dst'])
    await times(6, 'it-proc', ['ne-dst'])
    await times(10, 'dz-dgsn', ['ne-dst'])
    await times(47, 'it-sco', ['ne-dst'])
    expect(await october()).toEqual({
      ...{ month: '2026-10', floor: 10, step: 10 },
      offices: [
        { office: 'dz-dgsn', count: 10 },
        { office: 'it-sco', count: 40 },
      ],
      others: 10,
    })
  })

  it('of nothing and of too little to tell are one answer', async () => {
    await times(9, 'it-proc', ['ne-dst'])
    const little = await october()
    expect({ ...little }).toEqual(await counts.of('ml-dnlt', '2026-10'))
  })

  it('is told once the month is over, and of nothing else', async () => {
    await times(30, 'it-sco', ['ne-dst'])
    for (const month of ['2026-10', '2026-11', '9999-12', '2026-13', '2026-1', '../../x', ''])
      await expect(counts.of('ne-dst', month)).rejects.toEqual(expect.objectContaining({ code: 'BAD_DATE' }))
    expect((await october()).offices).toHaveLength(1)
  })
})

describe('on disk', () => {
  it('stands each count when it is acknowledged, many in one line, and no person', async () => {
    const waiting = times(100, 'it-sco', ['ne-dst'])
    await waiting
    const text = await readFile(file(), 'utf8')
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, string, number][])
    expect(lines.flat().reduce((sum, [, , count]) => sum + count, 0)).toBe(100)
    expect(lines.length).toBeLessThan(10)
    expect(text).not.toContain('paola')
    expect((await stat(file())).mode & 0o777).toBe(0o600)
  })

  it('survives a crash, a torn end included, and never counts less', async () => {
    await times(40, 'it-sco', ['ne-dst'])
    // The process died in mid-write; nobody had been told that this one counts.
    await appendFile(file(), '[["ne-dst","it-sco",')
    const crashed = counts
    counts = await open()
    await times(20, 'it-sco', ['ne-dst'])
    expect((await october()).offices).toEqual([{ office: 'it-sco', count: 60 }])
    await crashed.close()
  })

  it('stands after kill -9 at any moment: each that was acknowledged, and none twice', async () => {
    await counts.close()
    let acknowledged = 0
    let begun = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [COUNTING, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
      const closed = once(child, 'close')
      let told = ''
      child.stdout.on('data', (bytes) => {
        told += bytes
        if (told.split('d').length > 20 + kill * 7) child.kill('SIGKILL')
      })
      await closed
      acknowledged += told.split('d').length - 1
      begun += told.split('b').length - 1
      const text = await readFile(file(), 'utf8')
      const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
      const lines = whole.filter(Boolean).map((line) => JSON.parse(line) as [string, string, number][])
      const counted = lines.flat().reduce((sum, [, , count]) => sum + count, 0)
      expect(counted).toBeGreaterThanOrEqual(acknowledged)
      expect(counted).toBeLessThanOrEqual(begun)
    }
    counts = await open()
    const { offices } = await october()
    expect(offices[0]!.count).toBeGreaterThanOrEqual(acknowledged - (acknowledged % 10))
  })

  it('goes on in the next month’s file, and the former is one line from then on', async () => {
    await times(40, 'it-sco', ['ne-dst'])
    for (let i = 0; i < 3; i++) await counts.count('dz-dgsn', ['ne-dst'])
    time = NOVEMBER
    await counts.count('it-sco', ['ne-dst'])
    expect((await readFile(file(), 'utf8')).trim().split('\n')).toHaveLength(1)
    expect((await readdir(dir)).sort()).toEqual(['2026-10.jsonl', '2026-11.jsonl'])
    expect((await october()).offices).toEqual([{ office: 'it-sco', count: 40 }])
  })

  it('is written anew when it has grown long, and counts the same', async () => {
    await counts.close()
    await writeFile(file(), '[["ne-dst","it-sco",1]]\n'.repeat(10_000))
    counts = await open()
    await times(10, 'it-sco', ['ne-dst'])
    expect((await stat(file())).size).toBeLessThan(200)
    expect((await october()).offices).toEqual([{ office: 'it-sco', count: 10_010 }])
  })

  it('is forgotten after two years', async () => {
    await counts.close()
    for (const month of ['2024-09', '2024-10']) await writeFile(file(month), '')
    counts = await open()
    expect((await readdir(dir)).sort()).toEqual(['2024-10.jsonl', '2026-10.jsonl'])
  })

  it('is refused where it cannot be counted, and counted again when it can', async () => {
    // The next month's file cannot be opened: a folder stands in its place.
    await mkdir(file('2026-11'))
    time = NOVEMBER
    const refused = expect.objectContaining({ code: 'STORE_UNAVAILABLE' })
    await expect(counts.count('it-sco', ['ne-dst'])).rejects.toEqual(refused)
    await rm(file('2026-11'), { recursive: true })
    await times(10, 'it-sco', ['ne-dst'])
    time = Date.UTC(2026, 11, 1)
    expect((await counts.of('ne-dst', '2026-11')).offices).toEqual([{ office: 'it-sco', count: 10 }])
  })
})

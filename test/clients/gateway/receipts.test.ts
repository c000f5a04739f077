import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { type KeptReceipt, openerOf, readReceipts } from '../../../clients/gateway/kept-receipts.ts'
import { commitAnswered, linkOf } from '../../../schema/wire/audit-leaf.ts'
import { recordsAt } from '../../audit-leaves.ts'
import { sendSealed } from '../../laws/sealed-notes.ts'
import { ended, openSite, type Site, startCli, WHY } from '../cli/site.ts'

// What a desk keeps of each answer, and what a thief of its disk would learn from it.

let site: Site
let desk: string
const AICHA = ['--as', 'ne-dst.aicha', ...WHY]
beforeAll(async () => {
  site = await openSite()
  desk = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
}, 1_500_000)
afterAll(() => site?.close())

const folderOf = (home: string) => join(home, 'receipts')
const kept = (home: string) => readReceipts([folderOf(home)])
const filesOf = async (home: string) =>
  (await readdir(folderOf(home))).map((name) => join(folderOf(home), name)).sort()
const hex = (leaves: Buffer[]) => leaves.map((leaf) => leaf.toString('hex')).sort()
const leavesOf = (receipts: KeptReceipt[]) => [
  // One question has as many answers as its stream has events.
  ...new Set(receipts.flatMap(({ asked, answered }) => hex([asked.bytes, answered.bytes]))),
]

/** The leaves of all questions and answers that are put on record while `work` runs. */
async function recordedBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = (await recordsAt(site.portolan.home)).length
  await work()
  const made = (await recordsAt(site.portolan.home)).slice(before)
  return hex(made.filter(({ kind }) => kind === 'ASKED' || kind === 'ANSWERED').map(({ leaf }) => leaf))
}

/** The receipts that came while `work` ran. */
async function keptBy(home: string, work: () => Promise<unknown>): Promise<KeptReceipt[]> {
  const before = await kept(home).then(
    ({ receipts }) => receipts.length,
    () => 0,
  )
  await work()
  return (await kept(home)).receipts.slice(before)
}

describe('a desk', () => {
  it('has a receipt for every record of a command: its login, its question, a fault', async () => {
    for (const args of [
      ['network', 'list', '--name', 'Agadez', ...AICHA],
      ['network', 'show', 'nothing-of-that-name', ...AICHA],
      ['audit', 'search', ...AICHA],
      ['login', ...AICHA],
    ]) {
      let receipts: KeptReceipt[] = []
      const recorded = await recordedBy(async () => {
        receipts = await keptBy(desk, () => site.run(args, { home: desk }))
      })
      expect(recorded.length, args.join(' ')).toBeGreaterThan(3)
      expect(leavesOf(receipts).sort(), args.join(' ')).toEqual(recorded)
    }
  })

  it('has one for each chunk of a file that goes up or down, and for the change that sends it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-film-'))
    const reader = await site.makeHome(['it-sco.paola', 'office:it-sco'])
    await writeFile(join(folder, 'film.mp4'), Buffer.alloc(2_500_000, 7))
    const sending = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', 'see']
    const CASE = ['--case', 'NE-2013-117']
    let sent: KeptReceipt[] = []
    const recorded = await recordedBy(async () => {
      sent = await keptBy(desk, async () => {
        const args = [...sending, '--attach', 'film.mp4', ...CASE, ...AICHA]
        const { id } = await site.data(args, { home: desk, cwd: folder })
        await site.data(['message', 'open', id, '--save', folder, '--as', 'it-sco.paola', ...WHY], {
          home: reader,
        })
      })
    })
    const read = (await kept(reader)).receipts
    expect(sent.length).toBeGreaterThan(3)
    expect([...leavesOf(sent), ...leavesOf(read)].sort()).toEqual(recorded)
    await rm(folder, { recursive: true })
  })

  it('has one for each event of a stream that it heard', async () => {
    let receipts: KeptReceipt[] = []
    let events = 0
    const recorded = await recordedBy(async () => {
      receipts = await keptBy(desk, async () => {
        const child = startCli(['message', 'watch', '--json', ...AICHA], { home: desk })
        const ran = ended(child)
        child.stdout!.on('data', () => {
          events += 1
        })
        let said = ''
        child.stderr!.on('data', (chunk) => {
          said += chunk
        })
        await expect.poll(() => said, { timeout: 60_000 }).toMatch(/Listening/)
        const from = { person: 'ml-dnlt.fatoumata', office: 'ml-dnlt' }
        await sendSealed(site.portolan, site.cast, from, ['ne-dst'], Date.now())
        await expect.poll(() => events, { timeout: 60_000 }).toBeGreaterThan(0)
        child.kill('SIGINT')
        await ran
      })
    })
    const stream = [...Map.groupBy(receipts, ({ asked }) => asked.leaf.index).values()]
    // The beginning and the message.
    expect(stream.map((answers) => answers.length)).toContain(2)
    const missing = new Set(recorded).difference(new Set(leavesOf(receipts)))
    // Fatoumata's login and her message are on record too; and that the stream ended, which nobody was there to hear.
    expect(missing.size).toBe(2 + 2 + 1)
  })

  it('keeps those of several programs at once, and loses none', async () => {
    const receipts = await keptBy(desk, () =>
      Promise.all(Array.from({ length: 4 }, () => site.data(['network', 'list', ...AICHA], { home: desk }))),
    )
    expect(receipts).toHaveLength(8)
    expect((await kept(desk)).torn).toEqual([])
  })
})

describe('what a desk keeps', () => {
  it('is one file a day that only its owner reads, with no salt and nothing of what was asked in clear', async () => {
    const files = await filesOf(desk)
    const { receipts } = await kept(desk)
    const days = new Set(receipts.map(({ at }) => new Date(at).toISOString().slice(0, 10)))
    expect(files).toEqual([...days].sort().map((day) => join(folderOf(desk), `${day}.jsonl`)))
    for (const file of files) {
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await readFile(file, 'utf8')).not.toMatch(/s[12]=|Agadez|case 2013/)
    }
    expect(receipts[0]).toMatchObject({ person: 'ne-dst.aicha', office: 'ne-dst' })
  })

  it('opens to the officer’s key, and to no other', async () => {
    const { receipts, keys } = await kept(desk)
    const store = await openKeyStore(join(desk, 'keys'))
    const own = await store.loadKey('ne-dst.aicha', async () => '')
    const office = await store.loadKey('office:ne-dst', async () => '')
    const receipt = receipts.at(-1)!
    expect(await openerOf({ keys }, [office])(receipt)).toBeNull()
    const secret = await openerOf({ keys }, [office, own])(receipt)
    expect(secret).toMatchObject({ status: 200, request: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const s2 = Buffer.from(/s2=:(.*?):/.exec(secret!.salts)![1]!, 'base64')
    expect(linkOf(s2, receipt.asked.leaf.index)).toEqual(receipt.answered.leaf.link)
    expect(commitAnswered(s2, 200, Buffer.from('tried'))).not.toEqual(receipt.answered.leaf.commitment)
    const other = { ...receipt, line: { ...receipt.line, sealed: receipts[0]!.line.sealed } }
    await expect(openerOf({ keys }, [own])(other)).rejects.toMatchObject({ code: 'SEAL' })
  })

  it('survives a crash at any octet: a torn line is told, and the next stands whole', async () => {
    const home = await site.makeHome(['ne-dst.aicha'])
    await site.data(['whoami', ...AICHA], { home })
    const file = (await filesOf(home)).at(-1)!
    const whole = await readFile(file)
    const before = (await kept(home)).receipts.length
    for (const cut of [1, 2, 400]) {
      await truncate(file, whole.length - cut)
      const { receipts, torn } = await kept(home)
      // What lacks nothing but the end of its line is whole.
      expect(receipts).toHaveLength(cut === 1 ? before : before - 1)
      expect(torn).toEqual(cut === 1 ? [] : [`${file}:${before + 1}`])
      await site.data(['whoami', ...AICHA], { home })
      const after = await kept(home)
      expect(after.receipts.length).toBeGreaterThan(receipts.length)
      expect(after.torn).toEqual(torn)
      await writeFile(file, whole)
    }
    await appendFile(file, Buffer.alloc(300))
    expect((await kept(home)).torn).toEqual([`${file}:${before + 2}`])
  })
})

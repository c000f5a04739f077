import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signEntry } from '../../../clients/core/directory.ts'
import type { EntryBody } from '../../../schema/wire/directory.ts'
import { openThrottle, type Throttle } from '../../peers/throttle.ts'
import { report as reportOf } from '../../report.ts'
import { openSite, type Site, WHY as WHY_ONLY } from './site.ts'

// A desk without a link for days, by a clock that is moved, and what it had sealed when the link is back.

const WHY = [...WHY_ONLY, '--case', 'NE-2013-117']
const aicha = ['--as', 'ne-dst.aicha', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]
const HOUR = 3_600_000

let throttle: Throttle
let site: Site
let now = Date.now()
let niger: string
let italy: string

beforeAll(async () => {
  throttle = await openThrottle(0)
  site = await openSite({ origin: throttle.url, clock: () => now })
  throttle.aim(Number(new URL(site.portolan.url).port))
  niger = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'], throttle.url)
  italy = await site.makeHome(['it-sco.paola', 'office:it-sco'], throttle.url)
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  await throttle?.close()
})
beforeEach(() => throttle.mend())

async function as(home: string, args: string[]) {
  now += 1_000
  return site.here(args, { home, clock: () => now })
}
async function data(home: string, args: string[]) {
  const { code, out, err } = await as(home, [...args, '--json'])
  if (code !== 0) throw new Error(`portolan ${args.join(' ')}: ${code}\n${err}`)
  return JSON.parse(out)
}
const letter = (text: string) => [
  ...['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', text, ...aicha],
]
const outbox = () => data(niger, ['outbox', 'list', ...aicha])

describe('a directory that no server has confirmed', () => {
  it('is sealed by for seven days, and by none after them until the link is back', async () => {
    await data(niger, ['login', ...aicha])
    await data(niger, ['directory', 'show', ...aicha])
    throttle.cut()
    now += 7 * 24 * HOUR - HOUR
    const kept = await data(niger, letter('on the seventh day'))
    expect(kept).toMatchObject({ queued: true })
    now += 2 * HOUR
    const late = await as(niger, letter('on the eighth day'))
    expect(late).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^DIRECTORY: .*a directory that a server confirmed within 7 days/m),
    })
    // Nothing was sealed, so nothing waits but what was sealed in time.
    expect(await outbox()).toMatchObject([{ subject: expect.stringContaining(kept.id) }])
    expect((await as(niger, ['directory', 'show', ...aicha])).code).toBe(1)

    throttle.mend()
    const { id } = await data(niger, letter('the link is back'))
    for (const [one, text] of [
      [kept.id, 'on the seventh day'],
      [id, 'the link is back'],
    ])
      expect((await data(italy, ['message', 'open', one, ...paola])).content.text).toBe(text)
    expect(await outbox()).toEqual([])
  })
})

/** Gives Italy's office another key, as its anchor and its former key agree. */
async function replaceItaly(): Promise<void> {
  const { genesis, key, make } = site.cast
  const { directory } = site.portolan.instance
  const [anchor, former] = [key('anchor:IT'), key('office:it-sco')]
  const next = await make('office:it-sco')
  const before = genesis.flatMap(({ body }) => (body.type === 'office' ? [body] : []))
  const body: EntryBody = { ...before.find(({ office }) => office === 'it-sco')!, key: next.publicKey }
  const supersedes = directory.latest('office:it-sco')
  const date = new Date(now)
  await directory.append(
    await signEntry(body, [anchor, former], { instance: 'test-instance', supersedes, date }),
  )
}

describe('the note of a report that waited for a link', () => {
  it('is sealed anew to the key of today by `outbox retry`, and stands once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-waiting-'))
    const [file, note] = [join(folder, 'report.json'), join(folder, 'note.txt')]
    await writeFile(file, JSON.stringify(reportOf('a-note-that-waits')))
    await writeFile(note, 'Le passeur attend à la gare.')
    throttle.cut()
    const waiting = await data(niger, ['report', 'submit', file, '--note', note, ...aicha])
    expect(waiting).toMatchObject({ queued: true })
    await replaceItaly()
    throttle.mend()
    // The next command sends what waits; the server refuses what Italy can no longer read.
    await data(niger, ['whoami', ...aicha])
    const [refused, ...others] = await outbox()
    expect([refused, others]).toMatchObject([{ state: 'RESEAL', subject: 'a-note-that-waits' }, []])
    expect((await data(niger, ['report', 'list', ...aicha])).nodes).toEqual([])

    const retried = await data(niger, ['outbox', 'retry', ...aicha])
    expect(retried).toMatchObject({ resealed: [refused.id], waiting: 0 })
    const { nodes } = await data(niger, ['report', 'list', ...aicha])
    expect(nodes).toHaveLength(1)
    const today = await site.makeHome(['it-sco.paola', 'office:it-sco'], throttle.url)
    const shown = await data(today, ['report', 'show', nodes[0].id, ...paola])
    expect(shown.note.opened).toMatchObject({
      text: 'Le passeur attend à la gare.',
      signer: { person: 'ne-dst.aicha', office: 'ne-dst' },
    })
    // Whoever has no more than the former key reads nothing of it.
    const former = await as(italy, ['report', 'show', nodes[0].id, ...paola])
    expect(former).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^SEAL/m) })
    expect(await outbox()).toEqual([])
  })
})

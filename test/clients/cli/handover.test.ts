import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../../clients/cli/terminal.ts'
import type { OpenKey } from '../../../clients/core/keys.ts'
import { type Handover, keep, openHandover } from './handover.ts'
import { ended, type Site, startCli, WHY } from './site.ts'

// The desk of Niger passes from Aïcha to Salif, each at the command line of his own machine; then its keys are lost.

let site: Site
let desks: Handover['desks']
let status: Handover['status']
let next: OpenKey
let aicha: string
let salif: string
let text: string
const asAicha = ['--as', 'ne-dst.aicha', ...WHY]
const asSalif = ['--as', 'ne-dst.salif', ...WHY]
/** Enough for several batches, so that a process can be killed between two. */
const MESSAGES = 130

beforeAll(async () => {
  ;({ site, desks, status } = await openHandover())
  aicha = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  salif = await site.makeHome(['ne-dst.salif'])
  text = `Rendez-vous ${randomBytes(6).toString('hex')}`
  for (let n = 0; n < MESSAGES; n++) await desks.send('it-sco.paola', ['ne-dst'], text)
  next = await desks.newKey('office:ne-dst')
  await keep(salif, next)
}, 1_500_000)
afterAll(() => site?.close())

const sets = async () =>
  (await site.portolan.graph.setup(
    'MATCH (p:PacketSet) RETURN p.object AS object, p.version AS version',
  )) as {
    object: string
    version: number
  }[]
const newest = async (home: string, args: string[]) =>
  (await site.data(['message', 'inbox', ...args], { home })).nodes[0].id as string

describe('a desk that is handed over', () => {
  it('tells its successor what is due before he has a key to open it with', async () => {
    const summary = await site.data(['handover', 'summary', ...asSalif], { home: salif })
    expect(summary).toMatchObject({ office: 'ne-dst', sealed: { PRESENT_KEY: MESSAGES, FORMER_KEY: 0 } })
    expect(summary.owes).toHaveLength(MESSAGES)
    expect(summary.unanswered).toHaveLength(MESSAGES)
    expect(summary.owes[0]).toMatchObject({ office: 'ne-dst', to: 'it-sco', state: 'OPEN' })
    const { out } = await site.run(['handover', 'summary', ...asSalif, '--lang', 'fr'], { home: salif })
    expect(out).toContain('Votre service doit')
  })

  it('is refused to a key that the directory does not give the office', async () => {
    const args = ['handover', 'start', '--to', next.fingerprint, ...asAicha]
    expect(await site.run(args, { home: aicha })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^DIRECTORY/m),
    })
    await desks.rekey('ne-dst', next)
    expect((await status(aicha, asAicha)).states).toMatchObject({ FORMER_KEY: MESSAGES })
    // The former key still opens what has not been handed over, and the new one does not yet.
    const id = await newest(aicha, asAicha)
    expect((await site.run(['message', 'open', id, ...asAicha], { home: aicha })).out).toContain(text)
    expect((await site.run(['message', 'open', id, ...asSalif], { home: salif })).code).toBe(1)
  })

  it('goes on after the process was killed, and wraps nothing twice', async () => {
    const args = ['handover', 'start', '--to', next.fingerprint, ...asAicha]
    const child = startCli(args, { home: aicha })
    const end = ended(child)
    while ((await sets()).length === 0 && child.exitCode === null)
      await new Promise((go) => setTimeout(go, 5))
    child.kill('SIGKILL')
    await end
    const before = (await sets()).length
    expect(before).toBeGreaterThan(0)
    const done = await site.data(args, { home: aicha })
    // A batch that was whole on its way when its sender died may still have been committed after the count.
    expect(done.unopened).toEqual([])
    expect(done.wrapped).toBeLessThanOrEqual(MESSAGES - before)
    const all = await sets()
    expect(all).toHaveLength(MESSAGES)
    expect(new Set(all.map(({ object }) => object)).size).toBe(MESSAGES)
    expect(all.every(({ version }) => version === 2)).toBe(true)
    expect(await site.data(args, { home: aicha })).toEqual({ wrapped: 0, unopened: [] })
    expect((await status(aicha, asAicha)).states).toMatchObject({ FORMER_KEY: 0, WRAPPED: MESSAGES })
  })

  it('opens for the successor, who confirms it; his predecessor sees and opens nothing more', async () => {
    const done = await site.data(['handover', 'confirm', ...asSalif], { home: salif })
    expect(done).toEqual({ opened: MESSAGES, unopened: [] })
    expect((await status(salif, asSalif)).states).toMatchObject({ CONFIRMED: MESSAGES })
    const id = await newest(salif, asSalif)
    const opened = await site.data(['message', 'open', id, ...asSalif], { home: salif })
    expect(opened).toMatchObject({ content: { text }, signer: { office: 'it-sco' } })
    // Threads and what is due in them are the office's.
    const summary = await site.data(['handover', 'summary', ...asSalif], { home: salif })
    expect(summary.owes).toHaveLength(MESSAGES)
    expect((await site.run(['message', 'open', id, ...asAicha], { home: aicha })).code).toBe(1)
    await desks.end('ne-dst.aicha', 'ne-dst', '2026-02-01')
    for (const line of [
      ['message', 'inbox'],
      ['handover', 'status'],
      ['handover', 'start'],
    ])
      expect((await site.run([...line, ...asAicha], { home: aicha })).code).toBe(EXIT.refused)
  })
})

describe('an office that lost its keys', () => {
  const PERSONS = ['it-sco.paola', 'ml-dnlt.fatoumata', 'ne-audit.mariama', 'ne-dst.salif', 'ne-dst.aicha']
  let folder: string
  let rescued: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portolan-shares-'))
    const args = ['recovery', 'split', '--holders', PERSONS.join(), '--out', folder, ...asSalif]
    const made = await site.data(args, { home: salif })
    const body = JSON.parse(await readFile(made.entry, 'utf8'))
    await desks.enter(body, ['anchor:NE', 'ne-dst.salif', 'ne-audit.mariama'])
    rescued = await desks.send('it-sco.paola', ['ne-dst'], text)
    // Nobody has the office's key any more, and it is given a new one.
    const another = await desks.newKey('office:ne-dst')
    await desks.rekey('ne-dst', another, undefined, ['ne-dst.salif', 'ne-audit.mariama'])
    salif = await site.makeHome(['ne-dst.salif'])
    await keep(salif, another)
  }, 300_000)

  const share = async (person: string) => {
    const files = await readdir(folder)
    const file = join(folder, files.find((name) => name.endsWith(`-${person}.asc`))!)
    const out = join(folder, `passed-${person}.asc`)
    const passed = ['recovery', 'pass', file, '--to', 'ne-dst.salif', '--out', out, '--as', person, ...WHY]
    const { code, err } = await site.run(passed, { home: await site.makeHome([person]) })
    if (code !== 0) throw new Error(err)
    return out
  }

  it('keeps nothing of the key but shares that are sealed, and no two of them give it', async () => {
    expect((await readdir(folder)).sort()).toHaveLength(PERSONS.length + 1)
    const keys = await readdir(join(salif, 'keys'))
    expect(keys.some((name) => name.startsWith('recovery'))).toBe(false)
    const two = [await share('it-sco.paola'), await share('ml-dnlt.fatoumata')]
    const refused = await site.run(['recovery', 'combine', ...two, ...asSalif], { home: salif })
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('expected 3 shares, got 2') })
  })

  it('is rescued by three shares with a reason, which the owner of the messages is told of', async () => {
    const shares = ['it-sco.paola', 'ml-dnlt.fatoumata'].map((person) => join(folder, `passed-${person}.asc`))
    shares.push(await share('ne-audit.mariama'))
    const args = ['handover', 'start', '--with', 'recovery:NE', '--shares', shares.join(), ...asSalif]
    const silent = await site.run(args, { home: salif })
    expect(silent).toMatchObject({ code: 2, err: expect.stringContaining('KEY_LOST') })
    const done = await site.data([...args, '--reason', 'KEY_LOST'], { home: salif })
    // What came before the country had a recovery key was sealed to the lost one alone.
    expect(done.wrapped).toBe(1)
    expect(done.unopened).toHaveLength(MESSAGES)
    const opened = await site.data(['message', 'open', rescued, ...asSalif], { home: salif })
    expect(opened.content.text).toBe(text)
    const told = await site.data(['handover', 'status', '--as', 'it-sco.paola', ...WHY])
    expect(told.handovers).toContainEqual(
      expect.objectContaining({
        ...{
          office: 'ne-dst',
          holder: 'recovery:NE',
          officer: 'ne-dst.salif',
          reason: 'KEY_LOST',
          objects: 1,
        },
      }),
    )
    const events = await site.portolan.graph.setup(
      "MATCH (e:Event {kind: 'RECOVERY_USED'}) RETURN e.offices AS offices",
    )
    expect(events).toEqual([{ offices: ['it-sco', 'ne-dst'] }])
  })
})

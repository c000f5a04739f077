import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KeyStore, openKeyStore } from '../../../clients/core/keys.ts'
import { openDirectory } from '../../../server/directory.ts'
import { ended, openSite, type Site, startCli, WHY as WHY_ONLY } from './site.ts'

const WHY = [...WHY_ONLY, '--case', 'NE-2013/117']

/** One anchor's machine: a home of its own with one key. */
async function machine(name: string): Promise<{ home: string; keys: KeyStore; publicKey: string }> {
  const home = await mkdtemp(join(tmpdir(), 'portolan-anchor-'))
  const keys = await openKeyStore(join(home, 'keys'))
  return { home, keys, publicKey: (await keys.newKey({ person: name, passphrase: null })).publicKey }
}

const sign = async (home: string, file: string, name: string, ...more: string[]) => {
  const ran = await ended(startCli(['directory', 'sign', file, '--with', name, '--json', ...more], { home }))
  expect(ran.err).toBe('')
  return JSON.parse(ran.out)
}

describe('a genesis that anchors sign on machines of their own', () => {
  it('gathers their signatures, and opens a directory that an office is certified in', async () => {
    const niger = await machine('anchor:NE')
    const italy = await machine('anchor:IT')
    const file = join(niger.home, 'genesis.json')
    const anchors = [
      { country: 'NE', key: niger.publicKey },
      { country: 'IT', key: italy.publicKey },
    ]
    const created = new Date().toISOString()
    const body = { type: 'genesis', instance: 'sahel-corridors', created, threshold: 2, demo: false, anchors }
    await writeFile(file, JSON.stringify(body))
    const once = await sign(niger.home, file, 'anchor:NE')
    const start = (genesis: unknown[]) =>
      openDirectory({
        file: join(niger.home, `${Math.random()}.jsonl`),
        genesis: genesis as never,
        clock: Date.now,
      })
    await expect(start([once])).rejects.toMatchObject({ code: 'DIRECTORY' })

    await writeFile(file, JSON.stringify(once))
    const twice = await sign(italy.home, file, 'anchor:IT')
    expect(twice.signatures).toHaveLength(2)

    const office = await niger.keys.newKey({ person: 'office:ne-dst', passphrase: null })
    const name = { en: 'Niger', fr: 'Niger' }
    const held = { country: 'NE', kind: 'POLICE', parent: null, name, from: '2020-01-01', to: null }
    await writeFile(
      file,
      JSON.stringify({ type: 'office', office: 'ne-dst', key: office.publicKey, ...held }),
    )
    const entry = await sign(niger.home, file, 'anchor:NE', '--instance', 'sahel-corridors')
    const directory = await start([twice, entry])
    expect(directory.offices().map((one) => one.office)).toEqual(['ne-dst'])
    await directory.close()
  })

  it('refuses a file that is no entry, naming what is wrong', async () => {
    const { home } = await machine('anchor:NE')
    await writeFile(join(home, 'wrong.json'), JSON.stringify({ type: 'office', office: 'Niamey' }))
    const ran = await ended(
      startCli(['directory', 'sign', join(home, 'wrong.json'), '--with', 'anchor:NE', '--instance', 'x'], {
        home,
      }),
    )
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('office')
  })
})

describe('an officer at a running instance', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site?.close())

  it('hands in an assignment that the anchor signed, effective with the next request', async () => {
    const body = {
      type: 'assignment',
      assignment: 'a-ne-dst-salif',
      person: 'ne-dst.salif',
      office: 'ne-dst',
      role: 'FOCAL_POINT',
      from: '2010-01-01',
      to: '2011-01-01',
    } as const
    expect((await site.here(['whoami', '--as', 'ne-dst.salif', ...WHY])).code).toBe(0)
    const supersedes = site.portolan.instance.directory.latest('assignment:a-ne-dst-salif')
    const file = join(site.home, 'entry.json')
    await writeFile(file, JSON.stringify(await site.cast.sign(body, ['anchor:NE'], supersedes)))
    const entered = await site.here(['directory', 'enter', file, '--as', 'ne-dst.aicha', ...WHY])
    expect(entered).toMatchObject({ code: 0, err: '' })
    expect((await site.here(['whoami', '--as', 'ne-dst.salif', ...WHY])).code).toBe(4)
  })

  it('may not add what no anchor signed', async () => {
    const file = join(site.home, 'forged.json')
    const body = {
      type: 'assignment',
      assignment: 'a-own',
      person: 'ne-dst.aicha',
      office: 'ne-dst',
      role: 'ANALYST',
      from: '2010-01-01',
      to: null,
    } as const
    await writeFile(file, JSON.stringify(await site.cast.sign(body, ['ne-dst.aicha'])))
    const ran = await site.here(['directory', 'enter', file, '--as', 'ne-dst.aicha', ...WHY])
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('DIRECTORY')
  })

  it('approves more for a colleague and never for himself', async () => {
    const approve = (person: string) =>
      site.here(['budget', 'approve', person, '--reason', 'convoy case', '--as', 'it-sco.paola', ...WHY])
    expect((await approve('it-sco.paola')).code).toBe(4)
    expect((await approve('ne-dst.aicha')).code).not.toBe(0)
  })
})

describe('the keys of an office', () => {
  let site: Site
  let niger: string
  let anchor: string
  const aicha = ['--as', 'ne-dst.aicha', ...WHY]
  const paola = ['--as', 'it-sco.paola', ...WHY]
  beforeAll(async () => {
    site = await openSite()
    niger = await site.makeHome(['office:ne-dst', 'ne-dst.aicha'])
    anchor = await site.makeHome(['anchor:NE'])
  })
  afterAll(() => site?.close())

  /** Runs a command that prints an entry, and keeps it in a file. */
  async function drafted(
    args: string[],
    home: string,
  ): Promise<{ file: string; err: string; code: number | null }> {
    const { code, out, err } = await site.here([...args, '--json'], { home })
    const file = join(home, 'draft.json')
    if (code === 0) await writeFile(file, out)
    return { file, err, code }
  }
  const signed = (file: string, name: string, home: string) =>
    drafted(['directory', 'sign', file, '--with', name, '--instance', 'test-instance'], home)
  const enter = (file: string, who = aicha) => site.here(['directory', 'enter', file, ...who])

  it('are renewed by the office itself and its anchor, and what was sealed before still opens', async () => {
    const send = (words: string) =>
      site.data([
        'message',
        'send',
        '--to',
        'ne-dst',
        '--type',
        'SPONTANEOUS_INFO',
        '--text',
        words,
        ...paola,
      ])
    const before = await send('before')
    const draft = await drafted(['key', 'rotate', 'office:ne-dst', ...aicha], niger)
    expect(draft.err).toMatch(/is renewed on this machine/)
    expect(draft.err).toMatch(/cannot be handed in yet: .*expected one signature by an anchor of NE/)
    const whole = await signed(draft.file, 'anchor:NE', anchor)
    expect(whole.err).toBe('')
    expect(await enter(whole.file)).toMatchObject({ code: 0, err: '' })
    const after = await send('after')
    const [{ keys }, shown] = [
      await site.data(['directory', 'show', ...aicha]),
      (await openKeyStore(join(niger, 'keys'))).listKeys(),
    ]
    expect(keys.filter(({ holder }: { holder: string }) => holder === 'office:ne-dst')).toHaveLength(1)
    expect((await shown).filter(({ name }) => name === 'office:ne-dst')).toHaveLength(1)
    for (const [{ id }, words] of [
      [before, 'before'],
      [after, 'after'],
    ] as const) {
      const opened = await site.here(['message', 'open', id, ...aicha], { home: niger })
      expect(opened).toMatchObject({ code: 0, out: expect.stringContaining(words) })
    }
    // The former key, without the new subkey, opens only what was sealed to it.
    const old = await site.here(['message', 'open', after.id, ...aicha])
    expect(old).toMatchObject({ code: 1, err: expect.stringContaining('SEAL') })
  })

  it('are replaced whole, and what was sealed to the former primary key opens with it', async () => {
    const words = 'sealed to the former key'
    const { id } = await site.data([
      'message',
      'send',
      '--to',
      'ne-dst',
      '--type',
      'SPONTANEOUS_INFO',
      '--text',
      words,
      ...paola,
    ])
    const draft = await drafted(['key', 'rotate', 'office:ne-dst', '--whole', ...aicha], niger)
    const whole = await signed(draft.file, 'anchor:NE', anchor)
    expect(await enter(whole.file)).toMatchObject({ code: 0 })
    const opened = await site.here(['message', 'open', id, ...aicha], { home: niger })
    expect(opened).toMatchObject({ code: 0, out: expect.stringContaining(words) })
  })

  it('are changed by two persons where the former key is lost, each told what is missing', async () => {
    const home = await site.makeHome(['ne-dst.aicha', 'ne-dst.salif'])
    await openKeyStore(join(home, 'keys'))
    const lost = await site.cast.make('office:ne-dst-next')
    const { keys } = await site.data(['directory', 'show', ...aicha])
    expect(keys.map(({ holder }: { holder: string }) => holder)).toContain('office:ne-dst')
    const body = {
      ...{ type: 'office', office: 'ne-dst', country: 'NE', kind: 'POLICE', parent: null },
      ...{ name: { en: 'ne-dst', fr: 'ne-dst' }, key: lost.publicKey, from: '2010-01-01', to: null },
    }
    const file = join(home, 'body.json')
    await writeFile(file, JSON.stringify(body))
    await site.here(['directory', 'show', ...aicha], { home })
    const sign = (from: string, name: string) => drafted(['directory', 'sign', from, '--with', name], home)
    const first = await sign(file, 'ne-dst.aicha')
    expect(first.err).toMatch(/expected one signature by an anchor of NE/)
    const second = await signed(first.file, 'anchor:NE', anchor)
    const entered = await enter(second.file)
    expect(entered).toMatchObject({ code: 1 })
    expect(entered.err).toMatch(/former key of office:ne-dst, or by 2 persons of NE, got ne-dst\.aicha/)
    const third = await sign(second.file, 'ne-dst.salif')
    expect(third.err).toMatch(/Everybody has signed who must/)
    expect(await enter(third.file)).toMatchObject({ code: 0 })
  })

  it('have a history that says who signed', async () => {
    const found = await site.data(['directory', 'history', 'office:ne-dst', ...aicha])
    const by = found.map(({ signed }: { signed: { by: string }[] }) => signed.map((one) => one.by))
    expect(by).toEqual([
      ['anchor:NE'],
      ['office:ne-dst', 'anchor:NE'],
      ['office:ne-dst', 'anchor:NE'],
      ['person:ne-dst.aicha', 'anchor:NE', 'person:ne-dst.salif'],
    ])
    const table = await site.here(['directory', 'history', 'office:ne-dst', ...aicha])
    expect(table.out).toContain('person:ne-dst.salif')
    const none = await site.here(['directory', 'history', 'office:ne-gone', ...aicha])
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') })
  })

  it('are renewed for no holder that is unknown, and with no key that is not here', async () => {
    const unknown = await drafted(['key', 'rotate', 'office:ne-gone', ...aicha], niger)
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') })
    const absent = await drafted(['key', 'rotate', 'office:it-sco', ...aicha], niger)
    expect(absent).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') })
    const modern = await drafted(['key', 'rotate', 'office:ne-dst', '--profile', 'old', ...aicha], niger)
    expect(modern).toMatchObject({ code: 2, err: expect.stringContaining('compat or modern') })
  })
})

describe('a server that goes back on what it said', () => {
  it('is found out by the next command of a machine that saw more', async () => {
    const site = await openSite()
    const aicha = ['--as', 'ne-dst.aicha', ...WHY]
    const office = await site.cast.make('office:ne-new')
    const body = {
      ...({ type: 'office', office: 'ne-new', country: 'NE', kind: 'POLICE', parent: null } as const),
      ...{ name: { en: 'new', fr: 'new' }, key: office.publicKey, from: '2010-01-01', to: null },
    }
    await site.portolan.instance.directory.append(await site.cast.sign(body, ['anchor:NE']))
    expect((await site.here(['directory', 'show', ...aicha])).code).toBe(0)
    const { directory } = site.portolan.instance
    const [all, length] = [directory.publicEntries, directory.head().index]
    directory.publicEntries = (from) => all(from).filter(({ index }) => index < length)
    const send = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', 'x', ...aicha]
    for (const command of [['directory', 'show', ...aicha], send]) {
      const refused = await site.here(command)
      expect(refused.code).toBe(1)
      expect(refused.err).toContain(
        `directory entry ${length}: expected what this machine saw before, got none`,
      )
    }
    directory.publicEntries = all
    expect((await site.here(send)).code).toBe(0)
    await site.close()
  })
})

describe('a key about to end', () => {
  it('is told of at login, by whoami and by the directory, in both languages and to programs', async () => {
    const day = 24 * 3_600_000
    const site = await openSite({}, { born: new Date(Date.now() - 360 * day), recoveries: ['NE'] })
    const aicha = ['--as', 'ne-dst.aicha', ...WHY]
    for (const command of ['login', 'whoami', 'directory show']) {
      const told = await site.here([...command.split(' '), ...aicha])
      expect(told.code).toBe(0)
      for (const holder of ['person:ne-dst.aicha', 'office:ne-dst', 'recovery:NE'])
        expect(told.err).toMatch(new RegExp(`URGENT: ${holder} \\([0-9a-f]{16}\\) ends in 5 days`))
      expect(told.err).toContain('portolan key rotate ne-dst.aicha')
    }
    const french = await site.here(['whoami', ...aicha, '--lang', 'fr'])
    expect(french.err).toContain('expire dans 5 jours')
    const { keyWarnings } = await site.data(['whoami', ...aicha])
    expect(keyWarnings).toHaveLength(3)
    expect(keyWarnings[0]).toMatchObject({ days: 5, fingerprint: expect.stringMatching(/^[0-9a-f]{40}$/) })
    const young = await openSite()
    expect((await young.here(['whoami', ...aicha])).err).toBe('')
    await Promise.all([site.close(), young.close()])
  })
})

import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../clients/cli/commands.ts'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { TOUR } from '../../../clients/scenario/tour.ts'
import { run } from '../../peers/run.ts'
import { ended, LAUNCHER, openSite, type Site, startCli, WHY } from './site.ts'

// What holds for every command: who, why, which exit code, and what never shows.

let site: Site
beforeAll(async () => {
  site = await openSite()
}, 1_500_000)
afterAll(() => site?.close())

describe('help', () => {
  it.each(COMMANDS.map(({ name }) => name))(
    'of “%s” stands in both languages, with examples',
    async (name) => {
      const english = await site.here([...name.split(' '), '--help'])
      const french = await site.here([...name.split(' '), '--help', '--lang', 'fr'])
      expect([english.code, french.code]).toEqual([0, 0])
      expect(english.out).toContain(`\nExamples\n`)
      expect(english.out).toContain(`    portolan ${name}`)
      expect(french.out).toContain(`\nExemples\n`)
      expect(french.out).not.toMatch(/Usage|Options:|Commands|show this help|display help/)
    },
  )

  it('of the program lists every noun, and asking for nothing shows it with exit code 2', async () => {
    const { code, out } = await site.run(['--help', '--lang', 'fr'])
    expect(code).toBe(0)
    for (const noun of new Set(COMMANDS.map(({ name }) => name.split(' ')[0]!)))
      expect(out).toContain(`\n  ${noun}`)
    expect((await site.run([])).code).toBe(2)
  })
})

describe('exit codes', () => {
  it('2 where the command line is not understood, in the reader’s language', async () => {
    expect(await site.run(['nonsense'])).toMatchObject({
      code: 2,
      err: 'There is no command “nonsense”. See: portolan --help\n',
    })
    expect(await site.run(['whoami', '--nope', '--lang', 'fr'])).toMatchObject({
      code: 2,
      err: 'Le paramètre « --nope » n’existe pas ici.\n',
    })
    expect((await site.run(['network', 'show'])).code).toBe(2)
    expect((await site.run(['whoami', '--as'])).code).toBe(2)
    expect((await site.run(['network', 'list', '--first', 'x', '--as', 'ne-dst.aicha', ...WHY])).code).toBe(2)
  })

  it('2 with the list of purposes where none is stated; nothing is asked', async () => {
    const asked = await site.run(['network', 'list', '--as', 'ne-dst.aicha'])
    expect(asked).toMatchObject({ code: 2, out: '', err: expect.stringContaining('OPERATIONAL') })
    const half = await site.run([
      'network',
      'list',
      '--as',
      'ne-dst.aicha',
      '--purpose',
      'OPERATIONAL',
      '--lang',
      'fr',
    ])
    expect(half).toMatchObject({ code: 2, err: expect.stringContaining('pourquoi vous demandez') })
    const nobody = await site.run(['network', 'list', ...WHY])
    expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('portolan login') })
  })

  it('1 for a fault, 4 for a refusal, 3 where the server cannot be reached', async () => {
    expect((await site.run(['actor', 'show', 'Nobody', '--as', 'ne-dst.aicha', ...WHY])).code).toBe(1)
    expect((await site.run(['network', 'list', '--as', 'ne-audit.mariama', ...WHY])).code).toBe(4)
    const stranger = await site.makeHome([])
    await (await openKeyStore(join(stranger, 'keys'))).newKey({ person: 'ne-dst.intruder', passphrase: null })
    expect(await site.run(['whoami', '--as', 'ne-dst.intruder', ...WHY], { home: stranger })).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringMatching(/^AUTH/),
    })
    const away = await site.run(['whoami', '--as', 'ne-dst.aicha', '--server', 'http://127.0.0.1:1', ...WHY])
    expect(away).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/login\nUNREACHABLE/) })
    const clear = await site.run([
      'whoami',
      '--as',
      'ne-dst.aicha',
      '--server',
      'http://portolan.example',
      ...WHY,
    ])
    expect(clear).toMatchObject({ code: 1, err: expect.stringContaining('expected https') })
  })
})

describe('a reader that has enough, as head has', () => {
  it('is no failure: the command does all that it was asked, without a word', async () => {
    const child = startCli(['directory', 'show', '--as', 'ne-dst.aicha', ...WHY], { home: site.home })
    const said = ended(child)
    child.stdout!.destroy()
    expect(await said).toEqual({ code: 0, out: '', err: '' })
  })
})

describe('an answer that the disk does not keep', () => {
  it('is shown all the same, and the command does not fail', async () => {
    const home = await site.makeHome(['ne-dst.aicha'])
    const list = ['network', 'list', '--as', 'ne-dst.aicha', ...WHY]
    expect((await site.run(list, { home })).code).toBe(0)
    const folder = join(home, 'gateway', 'ne-dst.aicha', 'cache')
    const kept = (await readdir(folder)).filter((name) => name.endsWith('.answer'))
    expect(kept.length).toBeGreaterThan(0)
    // Where a folder stands no file can be put, whoever writes it.
    for (const name of kept) {
      await rm(join(folder, name))
      await mkdir(join(folder, name, 'in-the-way'), { recursive: true })
    }
    const again = await site.run(list, { home })
    expect(again.err).not.toMatch(/EISDIR|ENOTEMPTY/)
    expect(again.code).toBe(0)
  })
})

describe('signing in', () => {
  it('keeps who asks and why for the session, readable by its owner only', async () => {
    const home = await site.makeHome(['ne-dst.aicha'])
    const { code, out } = await site.run(['login', '--as', 'ne-dst.aicha', ...WHY], { home })
    expect([code, out]).toEqual([0, expect.stringContaining('Signed in as ne-dst.aicha for ne-dst')])
    expect((await stat(join(home, 'login.json'))).mode & 0o777).toBe(0o600)
    expect((await site.data(['whoami'], { home })).person).toBe('ne-dst.aicha')
    // A purpose is stated for one session: after its end, or for another officer, it is no purpose.
    const file = join(home, 'login.json')
    const over = (await readFile(file, 'utf8')).replace(
      /"until":"[^"]*"/,
      '"until":"2026-01-01T00:00:00.000Z"',
    )
    await writeFile(file, over)
    expect((await site.here(['whoami'], { home })).code).toBe(2)
  })

  it('works at a desk whose clock is hours wrong, either way', async () => {
    const hours = 3_600_000
    for (const off of [-7 * hours, 5 * hours]) {
      const clock = () => Date.now() + off
      const told = await site.here(['whoami', '--as', 'ne-dst.aicha', ...WHY], { clock })
      expect(told, told.err).toMatchObject({ code: 0 })
      const sent = await site.here(
        [
          'message',
          'send',
          '--as',
          'ne-dst.aicha',
          '--to',
          'it-sco',
          '--type',
          'SPONTANEOUS_INFO',
          '--case',
          'NE-2013/117',
          '--text',
          'x',
          ...WHY,
        ],
        { clock },
      )
      expect(sent, sent.err).toMatchObject({ code: 0 })
    }
  })

  it('refuses a directory that does not begin with the pinned genesis', async () => {
    const home = await site.makeHome(['ne-dst.aicha'])
    const genesis = 'f'.repeat(64)
    const login = [
      'login',
      '--as',
      'ne-dst.aicha',
      '--server',
      site.portolan.url,
      '--genesis',
      genesis,
      ...WHY,
    ]
    expect((await site.run(login, { home })).code).toBe(0)
    const shown = await site.run(['directory', 'show'], { home })
    expect(shown).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^DIRECTORY/) })
  })
})

describe('passphrases', () => {
  it('come from a descriptor, and stand in no argument and no environment', async () => {
    const home = await site.makeHome([])
    const secret = 'a long and secret passphrase'
    const child = startCli(['key', 'new', 'ne-dst.zara', '--passphrase-fd', '3', '--json'], {
      home,
      input: secret,
    })
    const said = (name: string) => readFile(`/proc/${child.pid}/${name}`, 'utf8')
    const visible = (await said('cmdline')) + (await said('environ'))
    expect(visible).toContain('passphrase-fd')
    expect(visible).not.toContain('secret')
    const { code, out } = await ended(child, secret)
    expect(code).toBe(0)
    expect(JSON.parse(out).publicKey).toContain('PUBLIC KEY')
    const listed = await site.data(['key', 'list'], { home })
    expect(listed).toMatchObject([{ name: 'ne-dst.zara', isProtected: true }])
    expect((await site.run(['key', 'show', 'ne-dst.zara'], { home })).out).not.toContain('PRIVATE')
    const wrong = await site.run(['whoami', '--as', 'ne-dst.zara', '--passphrase-fd', '3', ...WHY], {
      home,
      input: 'wrong one entirely',
    })
    expect(wrong).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^PASSPHRASE: The passphrase does not open this key\./),
    })
    const none = await site.run(['whoami', '--as', 'ne-dst.zara', ...WHY], { home })
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('--passphrase-fd') })
    const short = await site.run(['key', 'new', 'ne-dst.short', '--passphrase-fd', '3'], {
      home,
      input: 'short',
    })
    expect(short.code).toBe(2)
  })

  it('are not asked for where a key of that name is there, for the newest would lock its owner out', async () => {
    const home = await site.makeHome(['ne-dst.aicha'])
    const make = (...args: string[]) =>
      site.run(['key', 'new', ...args, '--passphrase-fd', '3'], {
        home,
        input: 'a long and secret passphrase',
      })
    const { fingerprint } = site.cast.key('ne-dst.aicha')
    const again = await site.run(['key', 'new', 'ne-dst.aicha'], { home })
    expect(again).toMatchObject({ code: 2, out: '', err: expect.stringContaining(fingerprint) })
    expect(await site.data(['key', 'list'], { home })).toHaveLength(1)
    expect((await site.run(['key', 'new', 'aicha'], { home })).err).toContain('(ne-dst.aicha)')
    expect((await make('ne-dst.aicha', '--again')).code).toBe(0)
    expect((await make('office:ne-dst')).code).toBe(0)
    expect((await make('office:ne-dst', '--profile', 'modern')).code).toBe(0)
    expect(await site.data(['key', 'list'], { home })).toHaveLength(4)
  })
})

describe('the tour', () => {
  it('is made of commands that exist, each with what it needs', async () => {
    const home = await site.makeHome([])
    for (const { command } of TOUR.flatMap(({ steps }) => steps)) {
      const { code, err } = await site.here([...command, ...WHY], { home })
      // Nothing is wrong but that the officer's key is not in this home.
      expect([command, code, err]).toEqual([
        command,
        1,
        expect.stringMatching(/^NOT_FOUND: .*expected a key of/),
      ])
    }
  })

  it('goes on where a step is refused, and does not wait where no terminal is', async () => {
    const home = await site.makeHome([])
    const { code, out, err } = await site.run(['tour', '--scene', '2', '--lang', 'fr'], { home })
    expect([code, out.match(/^\$ portolan /gm)?.length]).toEqual([0, TOUR[1]!.steps.length])
    expect(err.match(/^NOT_FOUND/gm)?.length).toBe(TOUR[1]!.steps.length)
    expect((await site.run(['tour', '--scene', '99'])).code).toBe(2)
  })
})

describe('the launcher', () => {
  it('starts the pinned Node from any older one, by a link from elsewhere, with its exit code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-bin-'))
    await symlink(LAUNCHER, join(folder, 'portolan'))
    const help = await run(join(folder, 'portolan'), ['--help'])
    expect(help.toString()).toContain('whoami')
    await expect(run(join(folder, 'portolan'), ['nonsense'])).rejects.toThrow('portolan: 2')
    await rm(folder, { recursive: true })
  })
})

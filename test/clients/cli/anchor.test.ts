import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKey } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { ended, openSite, type Site, startCli, WHY as WHY_ONLY } from './site.ts'

// Three countries, any one of which made the genesis. Each anchor's machine is a home of its own that never saw the server.

const WHY = [...WHY_ONLY, '--case', 'NE-2013/117']
const AICHA = ['--as', 'ne-dst.aicha', ...WHY]
const FOR = ['--instance', 'test-instance']

let site: Site
let niger: string
let italy: string
let mali: string
beforeAll(async () => {
  site = await openSite()
  niger = await anchorMachine('anchor:NE')
  italy = await anchorMachine('anchor:IT')
  mali = await anchorMachine('anchor:ML')
})
afterAll(() => site?.close())

/** Without `client.json`: it does not even know where the server is. */
async function anchorMachine(name: string): Promise<string> {
  const home = await site.makeHome([name])
  await writeFile(join(home, 'client.json'), '')
  return home
}

/** Runs a command that prints an entry, as a program of that machine, and keeps what it printed. */
async function drafted(args: string[], home: string) {
  const { code, out, err } = await ended(startCli([...args, '--json'], { home }))
  const file = join(home, 'draft.json')
  if (code === 0) await writeFile(file, out)
  return { file, err, code }
}
const signed = (file: string, name: string, home: string) =>
  drafted(['directory', 'sign', file, '--with', name, ...FOR], home)
const enter = (file: string) => site.here(['directory', 'enter', file, ...AICHA])
const keysOf = async (home: string, name: string) =>
  (await (await openKeyStore(join(home, 'keys'))).listKeys())
    .filter((key) => key.name === name)
    .map(({ fingerprint }) => fingerprint)
const shownAnchor = async (country: string) => {
  const { keys } = await site.data(['directory', 'show', ...AICHA])
  return keys.find(({ holder }: { holder: string }) => holder === `anchor:${country}`)
}
const send = async (to: string, text: string) => {
  const how = ['--to', to, '--type', 'SPONTANEOUS_INFO', '--text', text, '--as', 'it-sco.paola', ...WHY]
  return (await site.data(['message', 'send', ...how])).id as string
}

describe('the key of an anchor', () => {
  it('is replaced by itself and another country’s, on machines that never saw a server', async () => {
    const draft = await drafted(['key', 'rotate', 'anchor:NE', ...FOR], niger)
    const [former, next] = await keysOf(niger, 'anchor:NE')
    expect(draft.err).toContain(`The key ${next} of anchor:NE is to replace ${former}`)
    const alone = await enter(draft.file)
    expect(alone).toMatchObject({
      code: 1,
      err: expect.stringContaining('of one country other than NE, got none'),
    })
    const whole = await signed(draft.file, 'anchor:IT', italy)
    expect(whole.err).toContain(`You agree that ${next} replaces ${former} as the key of the anchor of NE`)
    expect(await enter(whole.file)).toMatchObject({ code: 0, err: '' })
    expect(await shownAnchor('NE')).toMatchObject({ fingerprint: next, status: 'inForce' })
    expect(await enter(whole.file)).toMatchObject({ code: 1, err: expect.stringContaining('to supersede') })
  })

  it('certifies from then on: a machine that only pins the genesis opens what is sealed to its office', async () => {
    const body = {
      ...{ type: 'office', office: 'ne-new', country: 'NE', kind: 'POLICE', parent: null },
      ...{ name: { en: 'new', fr: 'nouveau' }, key: (await site.cast.make('office:ne-new')).publicKey },
      ...{ from: '2010-01-01', to: null },
    }
    const file = join(niger, 'office.json')
    await writeFile(file, JSON.stringify(body))
    const [former, next] = await keysOf(niger, 'anchor:NE')
    const late = await signed(file, `anchor:NE=${former}`, niger)
    expect(await enter(late.file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('by an anchor of NE'),
    })
    const good = await signed(file, `anchor:NE=${next}`, niger)
    expect(await enter(good.file)).toMatchObject({ code: 0, err: '' })
    const person = join(niger, 'person.json')
    const enterBody = async (entry: object) => {
      await writeFile(person, JSON.stringify(entry))
      expect(await enter((await signed(person, 'anchor:NE', niger)).file)).toMatchObject({ code: 0, err: '' })
    }
    const { publicKey: key } = await site.cast.make('ne-new.ali')
    await enterBody({ type: 'person', person: 'ne-new.ali', country: 'NE', key })
    const held = { person: 'ne-new.ali', office: 'ne-new', role: 'FOCAL_POINT', from: '2010-01-01', to: null }
    await enterBody({ type: 'assignment', assignment: 'a-ne-new-ali', ...held })
    const id = await send('ne-new', 'sealed after the rotation')
    const fresh = await site.makeHome(['office:ne-new', 'ne-new.ali'])
    const opened = await site.here(['message', 'open', id, '--as', 'ne-new.ali', ...WHY], { home: fresh })
    expect(opened).toMatchObject({ code: 0, out: expect.stringContaining('sealed after the rotation') })
  })

  it('is replaced by two other countries where it is lost, and is revoked', async () => {
    const { fingerprint: former } = await shownAnchor('IT')
    const machine = await anchorMachine('anchor:ML')
    const { publicKey } = await (await openKeyStore(join(machine, 'keys'))).newKey({
      ...{ person: 'anchor:IT', passphrase: null },
    })
    const rotate = ['key', 'rotate', 'anchor:IT', '--lost', ...FOR]
    expect(await drafted(rotate, machine)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--former'),
    })
    const draft = await drafted([...rotate, '--former', former], machine)
    expect(JSON.parse(await readFile(draft.file, 'utf8'))).toMatchObject({
      body: { key: publicKey, replaces: former, lost: true },
      signatures: [],
    })
    const once = await signed(draft.file, 'anchor:ML', mali)
    expect(once.err).toContain(`You agree that ${former}, the key of the anchor of IT, is lost`)
    const refused = await enter(once.file)
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('of 2 countries other than IT, got ML'),
    })
    const twice = await signed(once.file, 'anchor:NE', niger)
    expect(await enter(twice.file)).toMatchObject({ code: 0, err: '' })
    const { fingerprint } = await shownAnchor('IT')
    expect(await keysOf(machine, 'anchor:IT')).toEqual([fingerprint])
  })

  it('has a history, from the genesis on, that says who agreed', async () => {
    const history = async (subject: string) =>
      (await site.data(['directory', 'history', subject, ...AICHA])).map(
        (one: { body: { type: string }; signed: { by: string }[] }) => [
          one.body.type,
          ...one.signed.map(({ by }) => by),
        ],
      )
    const genesis = ['genesis', 'anchor:NE', 'anchor:IT', 'anchor:ML']
    expect(await history('anchor:NE')).toEqual([genesis, ['anchor', 'anchor:NE', 'anchor:IT']])
    expect(await history('anchor:IT')).toEqual([genesis, ['anchor', 'anchor:ML', 'anchor:NE']])
    const told = await site.here(['directory', 'history', 'anchor:IT', ...AICHA])
    expect(told.out).toContain('lost true')
  })

  it('is drafted on an officer’s machine by the directory, which tells what is missing', async () => {
    const office = await site.makeHome(['anchor:ML', 'ne-dst.aicha'])
    await site.here(['directory', 'show', ...AICHA], { home: office })
    const draft = await drafted(['key', 'rotate', 'anchor:ML'], office)
    expect(draft.err).toContain('cannot be handed in yet')
    // The next key is here already; what is signed meanwhile is signed by the one that stands.
    const [standing] = await keysOf(office, 'anchor:ML')
    const again = await drafted(['directory', 'sign', draft.file, '--with', 'anchor:ML'], office)
    const { signatures } = JSON.parse(await readFile(again.file, 'utf8'))
    expect(signatures.map(({ by }: { by: string }) => by)).toEqual([standing])
  })

  it('is drafted for no key that is not here, for no instance that is not named', async () => {
    const absent = await drafted(['key', 'rotate', 'anchor:FR', ...FOR], niger)
    expect(absent).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') })
    const nowhere = await drafted(['key', 'rotate', 'anchor:NE'], niger)
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('--instance') })
    const which = await drafted(['key', 'rotate', 'anchor:NE', ...FOR], niger)
    expect(which).toMatchObject({ code: 2, err: expect.stringContaining('--former') })
    const none = await drafted(
      ['key', 'rotate', 'anchor:ML', '--lost', '--former', 'f'.repeat(40), ...FOR],
      italy,
    )
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('key new anchor:ML') })
    const file = join(niger, 'draft.json')
    const other = await signed(file, `anchor:NE=${'f'.repeat(40)}`, niger)
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') })
  })
})

describe('the key of an anchor about to end', () => {
  it('is told of to the officers of its country', async () => {
    const old = await openSite()
    const { cast, portolan } = old
    const life = { keyExpirationTime: 5 * 86_400, userIDs: [{ name: 'anchor:NE' }] }
    const { publicKey: key } = await generateKey({ ...life, date: new Date(Date.now() - 60_000) })
    const replaces = cast.key('anchor:NE').fingerprint
    const body = { type: 'anchor', country: 'NE', key, replaces, lost: false } as const
    await portolan.instance.directory.append(await cast.sign(body, ['anchor:NE', 'anchor:IT']))
    const told = await old.here(['whoami', ...AICHA])
    await old.close()
    expect(told.err).toMatch(/URGENT: anchor:NE \([0-9a-f]{16}\) ends in 5 days/)
    expect(told.err).toContain('portolan key rotate anchor:NE')
    expect(told.err).not.toContain('anchor:IT')
  })
})

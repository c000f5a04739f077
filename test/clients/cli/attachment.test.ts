import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newObjectId } from '../../../schema/wire/envelope.ts'
import { askOf, sendObject } from '../../attachments.ts'
import { freePort } from '../../served.ts'
import { openSite, type Site, startCli, WHY } from './site.ts'

// Files that are too large for a message, from one officer's machine to another's.

let site: Site
let niger: string
let italy: string
let folder: string
const aicha = ['--as', 'ne-dst.aicha', '--case', 'NE-2013-117', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]
const SEND = [
  'message',
  'send',
  '--to',
  'it-sco',
  '--type',
  'SPONTANEOUS_INFO',
  '--text',
  'see the files',
  '--attach',
]

beforeAll(async () => {
  site = await openSite()
  niger = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  italy = await site.makeHome(['it-sco.paola', 'office:it-sco'])
  folder = await mkdtemp(join(tmpdir(), 'portolan-files-'))
}, 1_500_000)
afterAll(async () => {
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

const newFolder = () => mkdtemp(join(tmpdir(), 'portolan-kept-'))
async function makeFile(name: string, size: number): Promise<Buffer> {
  const bytes = randomBytes(size)
  await writeFile(join(folder, name), bytes)
  return bytes
}
const send = (files: string[]) =>
  site.data([...SEND, files.join(','), ...aicha], { home: niger, cwd: folder }) as Promise<{ id: string }>
const save = (id: string, into: string) =>
  site.run(['message', 'open', id, '--save', into, ...paola], { home: italy })
/** The one attachment that the envelope names, and every file at the server that bears its id or lies in its folder. */
async function attachmentOf(id: string): Promise<string> {
  const query = 'query($id: ID!) { message(id: $id) { envelope } }'
  const { json } = await site.portolan.ask('it-sco.paola', query, { id })
  return JSON.parse(json.data.message.envelope).attachments[0]
}
const filesOf = async (object: string) =>
  (await readdir(site.portolan.home, { recursive: true })).filter((file) => file.includes(object))
const objectsHeld = () => readdir(join(site.portolan.home, 'attachments')).then((all) => all.length - 1)

describe('a large file', () => {
  it('goes beside the message, with a small one inside, and comes out as it was', async () => {
    const large = await makeFile('film.mp4', 3_000_001)
    const small = await makeFile('note.txt', 400)
    const { id } = await send(['film.mp4', 'note.txt'])
    const into = await newFolder()
    expect(await save(id, into)).toMatchObject({ code: 0, err: expect.stringContaining('film.mp4') })
    expect((await readFile(join(into, 'film.mp4'))).equals(large)).toBe(true)
    expect((await readFile(join(into, 'note.txt'))).equals(small)).toBe(true)
    expect((await readdir(into)).sort()).toEqual(['film.mp4', 'note.txt'])
    // Nothing of it waits on the sender's machine any more.
    expect(await readdir(join(niger, 'uploads', 'ne-dst.aicha'))).toEqual([])
  })

  it('is fetched on from where it was cut, not overwritten, and left where it stands whole', async () => {
    const bytes = await makeFile('disk.zip', 2_000_000)
    const { id } = await send(['disk.zip'])
    const into = await newFolder()
    await writeFile(join(into, 'disk.zip.part'), bytes.subarray(0, 700_000))
    expect((await save(id, into)).code).toBe(0)
    expect((await readFile(join(into, 'disk.zip'))).equals(bytes)).toBe(true)
    expect((await save(id, into)).code).toBe(0)
    await truncate(join(into, 'disk.zip'), 1_999_999)
    expect(await save(id, into)).toMatchObject({ code: 1, err: expect.stringContaining('disk.zip') })
  })

  it('goes by way of the gateway too', async () => {
    const bytes = await makeFile('by-gateway.bin', 1_200_000)
    const gateway = startCli(['gateway', ...aicha], { home: niger })
    try {
      await new Promise<void>((up) => gateway.stdout!.once('data', () => up()))
      const { id } = await send(['by-gateway.bin'])
      const into = await newFolder()
      expect((await save(id, into)).code).toBe(0)
      expect((await readFile(join(into, 'by-gateway.bin'))).equals(bytes)).toBe(true)
    } finally {
      gateway.kill('SIGINT')
    }
  })

  it('is not kept for a link that is not there: the fault says so, and the same command does it later', async () => {
    const bytes = await makeFile('offline.bin', 700_000)
    const away = ['--server', `http://127.0.0.1:${await freePort()}`]
    const line = [...SEND, 'offline.bin', ...aicha]
    // A former login, and a directory that was confirmed.
    await site.data(['login', ...aicha], { home: niger })
    await makeFile('before.txt', 400)
    await send(['before.txt'])
    const cut = await site.run([...line, ...away], { home: niger, cwd: folder })
    expect(cut).toMatchObject({ code: 3, out: '' })
    expect(cut.err).toMatch(/waits in no outbox/)
    expect(cut.err).toMatch(/UNREACHABLE.*expected a link for offline\.bin of 700000 octets, got none/s)
    expect(await site.data(['outbox', 'list', ...aicha], { home: niger })).toEqual([])
    const { id } = await site.data(line, { home: niger, cwd: folder })
    const into = await newFolder()
    expect((await save(id, into)).code).toBe(0)
    expect((await readFile(join(into, 'offline.bin'))).equals(bytes)).toBe(true)
  })

  it('is told by its number where a chunk is not the one that was signed', async () => {
    await makeFile('forged.bin', 1_000_000)
    const { id } = await send(['forged.bin'])
    const object = await attachmentOf(id)
    const home = join(site.portolan.home, 'attachments', object)
    const [first, second] = (await readdir(home)).filter((name) => /^\d{3}\./.test(name)).sort()
    const [one, two] = await Promise.all([first!, second!].map((name) => readFile(join(home, name))))
    // Two chunks of one attachment change places: both decrypt with its session key.
    await writeFile(join(home, first!), two!)
    await writeFile(join(home, second!), one!)
    const swapped = await save(id, await newFolder())
    expect(swapped).toMatchObject({ code: 1, err: expect.stringMatching(/^SEAL.*chunk 1 of forged\.bin/ms) })
    await writeFile(join(home, first!), one!)
    await rm(join(home, second!))
    const dropped = await save(id, await newFolder())
    expect(dropped).toMatchObject({ code: 1, err: expect.stringMatching(/^NOT_FOUND/m) })
  })

  it('goes with the message that is taken back: no chunk is left on disk, and no office gets one', async () => {
    const bytes = await makeFile('mistake.zip', 1_500_000)
    const [{ id }, other] = [await send(['mistake.zip']), await send(['mistake.zip'])]
    const [object, kept] = [await attachmentOf(id), await attachmentOf(other.id)]
    const chunk = async (person: string) => sendObject(site.portolan, person, askOf(id, object, 1))
    for (const person of ['ne-dst.aicha', 'it-sco.paola']) expect((await chunk(person)).code).toBe('OK')
    expect((await filesOf(object)).length).toBeGreaterThan(2)

    await site.data(['message', 'erase', id, ...aicha], { home: niger })
    expect(await filesOf(object)).toEqual([])
    const absent = await sendObject(site.portolan, 'it-sco.paola', askOf(newObjectId(), newObjectId(), 1))
    for (const person of ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fatoumata']) {
      const refused = await chunk(person)
      expect([refused.code, refused.text]).toEqual(['NOT_FOUND', absent.text])
    }
    const late = await save(id, await newFolder())
    expect(late).toMatchObject({ code: 1, err: expect.stringMatching(/^NOT_FOUND.*ne-dst took back/m) })
    // The same file under another message is another object, and stays.
    expect((await filesOf(kept)).length).toBeGreaterThan(2)
    const into = await newFolder()
    expect((await save(other.id, into)).code).toBe(0)
    expect((await readFile(join(into, 'mistake.zip'))).equals(bytes)).toBe(true)
  })

  it('that nobody can read, or that is larger than may be, is refused before anything leaves', async () => {
    const before = await objectsHeld()
    await writeFile(join(folder, 'huge.bin'), '')
    await truncate(join(folder, 'huge.bin'), 2 ** 31 + 1)
    for (const [name, says] of [
      ['huge.bin', 'TOO_LARGE'],
      ['none.bin', 'none.bin'],
    ] as const)
      expect(await site.run([...SEND, name, ...aicha], { home: niger, cwd: folder })).toMatchObject({
        code: name === 'none.bin' ? 2 : 1,
        err: expect.stringContaining(says),
      })
    expect(await objectsHeld()).toBe(before)
  })
})

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site, WHY } from './site.ts'

// Sealed messages between officers, each at the command line of his own machine.

let site: Site
let niger: string
let italy: string
let folder: string
const REQUEST = ['--type', 'REQUEST', '--necessity', 'LINK_CASES', '--case', 'NE-2013/117']
const aicha = ['--as', 'ne-dst.aicha', ...WHY]
const paola = ['--as', 'it-sco.paola', ...WHY]

beforeAll(async () => {
  site = await openSite()
  niger = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  italy = await site.makeHome(['it-sco.paola', 'office:it-sco'])
  folder = await mkdtemp(join(tmpdir(), 'portolan-letters-'))
}, 1_500_000)
afterAll(() => site?.close())

describe('a sealed message', () => {
  let first: string

  it('goes with its attachment from one officer to another, and the server reads nothing of it', async () => {
    await writeFile(join(folder, 'convoy.csv'), 'day;cars\nMonday;14\n')
    await writeFile(join(folder, 'letter.txt'), 'Qui attend le convoi du lundi à Sabha ?\n')
    const args = [
      'message',
      'send',
      '--to',
      'it-sco',
      ...REQUEST,
      '--file',
      'letter.txt',
      '--attach',
      'convoy.csv',
    ]
    const sent = await site.run(
      [...args, '--urgency', 'URGENT', '--urgency-reason', 'LOSING_RELEVANCE', ...aicha, '--lang', 'fr'],
      { home: niger, cwd: folder },
    )
    expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('envoyé à it-sco') })
    const inbox = await site.data(['message', 'inbox', ...paola], { home: italy })
    expect(inbox.nodes).toHaveLength(1)
    first = inbox.nodes[0].id
    const raw = await site.portolan.ask(
      'it-sco.paola',
      'query($id: ID!) { message(id: $id) { envelope ciphertext } }',
      { id: first },
    )
    expect(raw.text).not.toContain('Sabha')
    expect(Buffer.from(raw.json.data.message.ciphertext, 'base64').includes('Sabha')).toBe(false)
    const opened = await site.run(['message', 'open', first, '--save', `${folder}/saved`, ...paola], {
      home: italy,
    })
    // The folder to save in is the reader's to make.
    expect(opened).toMatchObject({ code: 2, out: '', err: expect.stringContaining('it is not there') })
    const kept = await mkdtemp(join(tmpdir(), 'portolan-kept-'))
    const again = await site.run(['message', 'open', first, '--save', kept, ...paola], { home: italy })
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringContaining('Qui attend le convoi du lundi à Sabha ?'),
    })
    expect(again.out).toContain('Opened and verified: signed by ne-dst.aicha, ne-dst.')
    expect(again.err).not.toContain('WARNING')
    expect(await readFile(join(kept, 'convoy.csv'), 'utf8')).toContain('Monday;14')
    const third = await site.run(['message', 'open', first, '--save', kept, ...paola], { home: italy })
    expect(third).toMatchObject({ code: 1, err: expect.stringContaining('convoy.csv') })
  })

  it('is answered in its thread, and listed with its envelope', async () => {
    const answer = [
      'message',
      'send',
      '--to',
      'ne-dst',
      '--type',
      'ANSWER',
      '--in-reply-to',
      first,
      '--text',
      'A garage.',
    ]
    await site.data([...answer, ...paola], { home: italy })
    const { out } = await site.run(['message', 'inbox', ...aicha, '--lang', 'fr'], { home: niger })
    expect(out).toContain('it-sco')
    const { nodes } = await site.data(['message', 'inbox', ...aicha], { home: niger })
    expect(JSON.parse(nodes[0].envelope)).toMatchObject({ thread: first, inReplyTo: first, type: 'ANSWER' })
    const opened = await site.data(['message', 'open', nodes[0].id, ...aicha], { home: niger })
    expect(opened).toMatchObject({ content: { text: 'A garage.' }, missing: 0 })
  })

  it('counts on over several machines of one office, so that none seems withheld', async () => {
    const other = await site.makeHome(['ne-dst.salif', 'office:ne-dst'])
    const salif = ['--as', 'ne-dst.salif', ...WHY]
    const second = await site.data(
      ['message', 'send', '--to', 'it-sco', ...REQUEST, '--text', '2', ...salif],
      { home: other },
    )
    const third = await site.data(
      ['message', 'send', '--to', 'it-sco', ...REQUEST, '--text', '3', ...aicha],
      { home: niger },
    )
    for (const { id } of [third, second])
      expect(await site.data(['message', 'open', id, ...paola], { home: italy })).toMatchObject({
        missing: 0,
      })
  })

  it('that the server refuses, or that could not be sealed, leaves no gap in the numbers', async () => {
    const send = (...args: string[]) =>
      site.run(['message', 'send', '--to', 'ml-dnlt', ...args, ...aicha], { home: niger })
    const info = ['--type', 'SPONTANEOUS_INFO', '--case', 'NE-2013/117', '--text', 'x']
    expect((await send(...info)).code).toBe(0)
    // Sealing wants the words of the restriction; the server knows of no such message to answer for.
    expect(await send(...info, '--handling', 'H3')).toMatchObject({ code: 1 })
    expect(await send(...info, '--concerns', '0'.repeat(26))).toMatchObject({ code: 1 })
    expect((await send(...info)).code).toBe(0)
    expect(JSON.parse(await readFile(join(niger, 'sequences.json'), 'utf8'))['ne-dst ml-dnlt']).toBe(2)
  })

  it('has a number of its own where two are sent at once', async () => {
    const info = ['--type', 'SPONTANEOUS_INFO', '--case', 'NE-2013/117', '--text', 'x']
    const send = () => site.run(['message', 'send', '--to', 'ml-dnlt', ...info, ...aicha], { home: niger })
    expect((await Promise.all([send(), send()])).map(({ code }) => code)).toEqual([0, 0])
    expect(JSON.parse(await readFile(join(niger, 'sequences.json'), 'utf8'))['ne-dst ml-dnlt']).toBe(4)
  })

  it('whose number is higher than what the inbox shows tells that some were withheld', async () => {
    await writeFile(join(niger, 'sequences.json'), JSON.stringify({ 'ne-dst it-sco': 7 }))
    const { id } = await site.data(
      ['message', 'send', '--to', 'it-sco', ...REQUEST, '--text', '8', ...aicha],
      { home: niger },
    )
    const opened = await site.run(['message', 'open', id, ...paola], { home: italy })
    expect(opened).toMatchObject({
      code: 0,
      err: expect.stringContaining('WARNING: 4 earlier messages of ne-dst'),
    })
  })

  it('keeps two attachments of one name apart, and none of them where one is in the way', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')]
    for (const one of [a, b]) {
      await mkdir(one)
      await writeFile(join(one, 'p.jpg'), one.slice(-1))
    }
    const files = ['--attach', 'a/p.jpg', '--attach', 'b/p.jpg', '--attach', 'a/p.jpg']
    const { id } = await site.data(
      ['message', 'send', '--to', 'it-sco', ...REQUEST, '--text', 'x', ...files, ...aicha],
      { home: niger, cwd: folder },
    )
    const kept = await mkdtemp(join(tmpdir(), 'portolan-kept-'))
    const open = () => site.run(['message', 'open', id, '--save', kept, ...paola], { home: italy })
    await writeFile(join(kept, 'p-2.jpg'), 'mine')
    expect(await open()).toMatchObject({ code: 1, err: expect.stringContaining('p-2.jpg') })
    expect(await readdir(kept)).toEqual(['p-2.jpg'])
    await rm(join(kept, 'p-2.jpg'))
    expect((await open()).code).toBe(0)
    expect((await readdir(kept)).sort()).toEqual(['p-2.jpg', 'p.jpg'])
    expect(await readFile(join(kept, 'p-2.jpg'), 'utf8')).toBe('b')
  })

  it('is not sent where it says nothing or a file cannot be read, and the reason is a sentence', async () => {
    await writeFile(join(folder, 'empty.txt'), '\n')
    await writeFile(join(folder, 'bell\u0007.txt'), 'x')
    const cases: [string[], RegExp][] = [
      [['--text', ''], /nothing to send/],
      [['--file', 'empty.txt'], /nothing to send/],
      [[], /--text \| --file/],
      [['--file', 'none.txt'], /none\.txt cannot be read: it is not there\./],
      [['--file', '.'], /cannot be read: it is a folder\./],
      [['--text', 'x', '--attach', 'bell\u0007.txt'], /bell.*needs a plain name/],
    ]
    for (const [args, reason] of cases)
      expect(
        await site.here(['message', 'send', '--to', 'it-sco', ...REQUEST, ...args, ...aicha], {
          home: niger,
          cwd: folder,
        }),
      ).toMatchObject({ code: 2, out: '', err: expect.stringMatching(reason) })
  })

  it('opens for nobody else, and is refused where an office is unknown or the code is', async () => {
    const keyless = await site.makeHome(['it-sco.paola'])
    expect((await site.run(['message', 'open', first, ...paola], { home: keyless })).code).toBe(1)
    const mali = ['--as', 'ml-dnlt.fatoumata', ...WHY]
    expect(await site.run(['message', 'open', first, ...mali])).toMatchObject({ code: 1, out: '' })
    const unknown = await site.run(
      ['message', 'send', '--to', 'xx-none', ...REQUEST, '--text', 'x', ...aicha],
      { home: niger },
    )
    expect(unknown).toMatchObject({
      code: 2,
      err: expect.stringContaining('directory: xx-none. See: portolan'),
    })
    const wrong = await site.run(
      ['message', 'send', '--to', 'it-sco', '--type', 'POSTCARD', '--text', 'x', ...aicha, '--lang', 'fr'],
      { home: niger },
    )
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('LIFE_AT_RISK') })
  })
})

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLog } from '../../../../clients/core/log/check-log.ts'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parseVerifierKey } from '../../../../clients/core/log/note.ts'
import { folderSource, Missing } from '../../../../clients/core/log/source.ts'
import { checkpoint, DAMAGES, log, tree, writeWhole } from './damages.ts'
import { entriesOf, filesOf, NaiveTree, writeFiles } from './writer.ts'

const key = parseVerifierKey(log.vkey)

let root: string
let whole: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portolan-log-'))
  whole = join(root, 'whole')
  await writeWhole(whole)
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** What a verifier does with a folder: reads its checkpoint by the known key, then all that is below it. */
async function verify(folder: string) {
  const source = folderSource(folder)
  const opened = openCheckpoint(await source.read('checkpoint', 100_000), [key])
  return checkLog(source, opened.checkpoint)
}

describe('a log of every size', () => {
  it.each([0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 600])('%i is found whole', async (size) => {
    const folder = join(root, `size-${size}`)
    await writeFiles(folder, new Map([...filesOf(tree, size), ['checkpoint', checkpoint(size)]]))
    expect(await verify(folder)).toEqual({ beyond: [] })
    await rm(folder, { recursive: true })
  })

  it('of three levels is found whole, in small entries of other logs', { timeout: 600_000 }, async () => {
    const many = new NaiveTree(
      Array.from({ length: 66_000 }, (_, i) => Buffer.from(i % 7 === 0 ? '' : `${i}`)),
    )
    const origin = 'sahel.portolan/directory'
    const source = memory(filesOf(many, 66_000))
    const steps: number[] = []
    const head = { origin, size: 66_000, root: many.root(66_000) }
    const seen: Buffer[] = []
    const take = (entries: readonly Buffer[]) => void seen.push(...entries)
    expect(await checkLog(source, head, (leaves) => steps.push(leaves), take)).toEqual({ beyond: [] })
    // Each once, in their order.
    expect(seen.length === 66_000 && seen.every((entry, i) => entry.equals(many.entries[i]!))).toBe(true)
    expect([steps.length, steps.at(-1)]).toEqual([258, 66_000])
    await expect(checkLog(source, { ...head, root: many.root(65_999) })).rejects.toThrow(/expected the root/)
  })
})

describe('a source that gives more than it was asked for', () => {
  it.each(['tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2', 'tile/entries/001', 'tile/entries/002.p/88'])(
    '%s is refused all the same',
    async (path) => {
      const files = filesOf(tree, 600)
      const more = path.includes('entries') ? [Buffer.of(0, 128), Buffer.alloc(128)] : [Buffer.alloc(32)]
      files.set(path, Buffer.concat([files.get(path)!, ...more]))
      const head = { origin: log.name, size: 600, root: tree.root(600) }
      await expect(checkLog(memory(files), head)).rejects.toThrow(/^expected \d+ (hashes|entries) in/)
    },
  )
})

describe('a log that grows while it is checked', () => {
  const long = new NaiveTree(entriesOf(768))
  /** As `size` leaves were published, and then `more`, whose full parts took the place of partial ones. */
  const grown = (size: number, more: number) => {
    const files = new Map([...filesOf(long, size), ...filesOf(long, more)])
    for (const path of files.keys()) if (files.has(path.replace(/\.p\/\d+$/, ''))) gone(files, path)
    return files
  }
  const gone = (files: Map<string, Buffer>, path: string) => path.includes('.p/') && files.delete(path)

  it.each([1, 255, 300, 511, 600])('holds at %i leaves when its partial tiles have gone', async (size) => {
    const files = grown(size, 768)
    expect(files.has(`tile/0/00${Math.floor(size / 256)}.p/${size % 256}`)).toBe(false)
    const head = { origin: log.name, size, root: tree.root(size) }
    expect(await checkLog(memory(files), head)).toEqual({ beyond: [] })
  })

  it('is refused where the full tile begins otherwise, or is not whole', async () => {
    const head = { origin: log.name, size: 300, root: tree.root(300) }
    for (const path of ['tile/0/001', 'tile/entries/001']) {
      const files = grown(300, 768)
      const bytes = Buffer.from(files.get(path)!)
      bytes[20]! ^= 1
      await expect(checkLog(memory(new Map([...files, [path, bytes]])), head)).rejects.toThrow(/^expected/)
      const cut = files.get(path)!.subarray(0, -32)
      await expect(checkLog(memory(new Map([...files, [path, cut]])), head)).rejects.toThrow(/^expected/)
    }
  })

  it('may let an older part go between its being listed and being read', async () => {
    const files = filesOf(tree, 600)
    const source = {
      ...memory(files),
      list: async (path: string) => (path === 'tile/0/000.p' ? ['7'] : []),
    }
    const head = { origin: log.name, size: 600, root: tree.root(600) }
    expect(await checkLog(source, head)).toEqual({ beyond: [] })
  })
})

describe('what lies beyond the checkpoint', () => {
  it('is named, for nobody has signed it', async () => {
    const folder = join(root, 'beyond')
    await writeFiles(folder, new Map([...filesOf(tree, 600), ['checkpoint', checkpoint(300)]]))
    await writeFiles(folder, filesOf(tree, 300))
    expect((await verify(folder)).beyond.sort()).toEqual([
      'tile/0/001',
      'tile/0/002.p',
      'tile/1/000.p/2',
      'tile/entries/001',
      'tile/entries/002.p',
    ])
  })
})

describe('a damaged copy', () => {
  it('is tried in at least 50 ways', () => expect(DAMAGES.length).toBeGreaterThanOrEqual(50))

  it('that is not damaged holds', async () => expect(await verify(whole)).toEqual({ beyond: [] }))

  it.each(DAMAGES)('%s is refused with what is wrong', async (name, spoil, said) => {
    const copy = join(root, name)
    await cp(whole, copy, { recursive: true })
    await spoil(copy)
    await expect(verify(copy)).rejects.toMatchObject({ code: 'LOG', message: expect.stringMatching(said) })
    await rm(copy, { recursive: true })
  })
})

/** A log in memory: there is nothing beside what it has. */
function memory(files: Map<string, Buffer>) {
  const read = async (path: string) => {
    const bytes = files.get(path)
    if (bytes) return bytes
    throw new Missing(path)
  }
  return { read, list: async () => [] as string[] }
}

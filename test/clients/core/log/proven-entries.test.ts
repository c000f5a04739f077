import { describe, expect, it } from 'vitest'
import { openProvenEntries } from '../../../../clients/core/log/proven-entries.ts'
import { type LogSource, Missing } from '../../../../clients/core/log/source.ts'
import { entriesOf, filesOf, NaiveTree } from './writer.ts'

const origin = 'sahel.portolan/audit/2026h2'
const tree = new NaiveTree(entriesOf(800))
const headAt = (size: number) => ({ origin, size, root: tree.root(size) })

/** A log in memory that remembers what was read of it. */
function memory(files: ReadonlyMap<string, Buffer>): LogSource & { seen: string[] } {
  const seen: string[] = []
  return {
    seen,
    async read(path, most) {
      const bytes = files.get(path)
      if (!bytes || bytes.length > most) throw new Missing(path)
      seen.push(path)
      return bytes
    },
    list: async () => [],
  }
}

async function all(source: LogSource, head: Parameters<typeof openProvenEntries>[1]): Promise<Buffer[]> {
  const entries = await openProvenEntries(source, head)
  const bundles: Buffer[][] = []
  for (let index = 0; index * 256 < head.size; index++) bundles.push(await entries.bundle(index))
  return bundles.flat()
}

describe('entries under a checkpoint', () => {
  it.each([1, 2, 255, 256, 257, 512, 700, 768, 800])('are those of a log of %i', async (size) => {
    expect(await all(memory(filesOf(tree, size)), headAt(size))).toEqual(tree.entries.slice(0, size))
  })

  it('are found at three levels, each file read once', { timeout: 600_000 }, async () => {
    const size = 66_111
    const many = new NaiveTree(Array.from({ length: size }, (_, i) => Buffer.from(`${i}`)))
    const head = { origin: 'sahel.portolan/directory', size, root: many.root(size) }
    const source = memory(filesOf(many, size))
    const entries = await openProvenEntries(source, head)
    for (const index of [0, 1, 255, 256, 257, 258])
      expect(await entries.bundle(index)).toEqual(many.entries.slice(index * 256, (index + 1) * 256))
    expect(source.seen.length).toBe(new Set(source.seen).size)
    // Three at the edge, six bundles, and the one full tile of level 1.
    expect(source.seen.length).toBe(10)
    await expect(entries.bundle(259)).rejects.toMatchObject({ code: 'LOG' })
  })

  it('are taken from full bundles where the partial ones have gone', async () => {
    const files = new Map([...filesOf(tree, 700), ...filesOf(tree, 800)])
    for (const name of ['tile/0/002.p/188', 'tile/entries/002.p/188']) expect(files.delete(name)).toBe(true)
    expect(await all(memory(files), headAt(700))).toEqual(tree.entries.slice(0, 700))
  })

  it('are never others, whichever octet of the log is another', { timeout: 600_000 }, async () => {
    const files = filesOf(tree, 700)
    for (const [path, bytes] of files)
      for (let at = 0; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 40))) {
        const spoiled = Buffer.from(bytes)
        spoiled[at]! ^= 1 << (at % 8)
        const found = await all(memory(new Map([...files, [path, spoiled]])), headAt(700)).catch(() => null)
        // The full tiles of level 0 are made of the entries themselves, and are not read.
        const isUnread = /^tile\/0\/00[01]$/.test(path)
        expect(found, `${path} ${at}`).toEqual(isUnread ? tree.entries.slice(0, 700) : null)
      }
  })

  it('are none where the edge makes another root', async () => {
    const head = { ...headAt(700), root: tree.root(699) }
    await expect(openProvenEntries(memory(filesOf(tree, 700)), head)).rejects.toMatchObject({ code: 'LOG' })
  })
})

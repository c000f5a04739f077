import { cp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { entriesOf, filesOf, headText, leafOf, NaiveTree, noteOf, signerOf, writeFiles } from './writer.ts'

// One log, and fifty ways in which a copy of it is not that log.

export const log = signerOf('sahel.portolan/audit/2026h2', 1)
/** Two full tiles and one of 88 at level 0, one of two at level 1. Earlier checkpoints left parts of tiles. */
export const SIZE = 600
export const tree = new NaiveTree(entriesOf(SIZE))
export const checkpoint = (size: number, root = tree.root(size)) =>
  noteOf(headText(log.name, size, root), [log])

/** Writes the log with what earlier checkpoints left in it. */
export async function writeWhole(folder: string): Promise<void> {
  for (const size of [5, 300, 560, SIZE]) await writeFiles(folder, filesOf(tree, size))
  await writeFile(join(folder, 'checkpoint'), checkpoint(SIZE))
}

/** How a copy is spoiled, in a word, and what the verifier must say about it. */
export type Damage = [name: string, spoil: (copy: string) => Promise<unknown>, said: RegExp]

const alter = (path: string, change: (bytes: Buffer) => Uint8Array) => async (copy: string) => {
  const file = join(copy, path)
  await writeFile(file, change(await readFile(file)))
}
const flipAt = (path: string, at: number) =>
  alter(path, (bytes) => {
    bytes[at < 0 ? bytes.length + at : at]! ^= 0x40
    return bytes
  })
const add = (path: string, more: Uint8Array) => alter(path, (bytes) => Buffer.concat([bytes, more]))
const cut = (path: string, octets: number) => alter(path, (bytes) => bytes.subarray(0, bytes.length - octets))
const gone = (path: string) => (copy: string) => rm(join(copy, path))
const put = (path: string, from: string) => (copy: string) => cp(join(copy, from), join(copy, path))
const swap = (path: string, size: number, one: number, other: number) =>
  alter(path, (bytes) => {
    const [a, b] = [one, other].map((i) => Buffer.from(bytes.subarray(i * size, (i + 1) * size)))
    b!.copy(bytes, one * size)
    a!.copy(bytes, other * size)
    return bytes
  })
const sign = (bytes: Buffer) => (copy: string) => writeFile(join(copy, 'checkpoint'), bytes)

const FULL = 'tile/0/000'
const PART = 'tile/0/002.p/88'
const ABOVE = 'tile/1/000.p/2'
const ENTRIES = 'tile/entries/001'
const LAST = 'tile/entries/002.p/88'
const entry = Buffer.concat([Buffer.of(0, 128), Buffer.alloc(128, 'invented')])
const other = new NaiveTree([
  ...tree.entries.slice(0, 299),
  Buffer.alloc(128, 'other'),
  ...tree.entries.slice(300),
])
const otherFiles = filesOf(other, SIZE)

export const DAMAGES: Damage[] = [
  [
    'an extra hash in a partial tile',
    add(PART, leafOf(Buffer.from('x'))),
    /at most 2816 octets in tile\/0\/002\.p\/88/,
  ],
  [
    'an extra hash in a partial tile above',
    add(ABOVE, leafOf(Buffer.from('x'))),
    /at most 64 octets in tile\/1\/000/,
  ],
  [
    'an extra hash in a full tile',
    add(FULL, leafOf(Buffer.from('x'))),
    /at most 8192 octets in tile\/0\/000/,
  ],
  ['an extra octet in a tile', add(FULL, Buffer.of(0)), /at most 8192/],
  ['an extra entry in the last bundle', add(LAST, entry), /at most 11440 octets in tile\/entries\/002/],
  ['an extra entry in a full bundle', add(ENTRIES, entry), /at most 33280 octets in tile\/entries\/001/],
  ['an extra octet in the last bundle', add(LAST, Buffer.of(0)), /at most 11440/],
  ['a missing hash in a partial tile', cut(PART, 32), /expected 88 hashes in tile\/0\/002\.p\/88, got 87/],
  ['a missing hash in a full tile', cut(FULL, 32), /expected 256 hashes in tile\/0\/000, got 255/],
  ['a missing hash above', cut(ABOVE, 32), /expected 2 hashes in tile\/1\/000\.p\/2, got 1/],
  ['half a hash', cut(PART, 16), /expected 88 hashes/],
  [
    'a missing entry in the last bundle',
    cut(LAST, 130),
    /expected 88 entries in tile\/entries\/002\.p\/88, got 87/,
  ],
  [
    'a missing entry in a full bundle',
    cut(ENTRIES, 130),
    /expected 256 entries in tile\/entries\/001, got 255/,
  ],
  ['a cut entry', cut(LAST, 1), /expected whole entries in tile\/entries\/002\.p\/88/],
  ['a cut length', cut(LAST, 129), /expected whole entries/],
  ['an empty bundle', alter(LAST, () => Buffer.alloc(0)), /expected 88 entries .* got 0/],
  ['an empty tile', alter(PART, () => Buffer.alloc(0)), /expected 88 hashes .* got 0/],
  ['a zero-filled tile', alter(FULL, (bytes) => bytes.fill(0)), /hash that entry 0 makes/],
  ['a zero-filled bundle', alter(ENTRIES, (bytes) => bytes.fill(0)), /entries of 128 octets .* got one of 0/],
  ['a changed first entry', flipAt('tile/entries/000', 2), /hash that entry 0 makes in tile\/0\/000/],
  ['a changed entry', flipAt(ENTRIES, 130 * 50 + 60), /hash that entry 306 makes in tile\/0\/001/],
  ['a changed last entry', flipAt(LAST, -1), /hash that entry 599 makes/],
  ['a changed length', flipAt(ENTRIES, 1), /entries of 128 octets/],
  [
    'a length that leaps over an entry',
    alter(ENTRIES, (bytes) => Buffer.concat([Buffer.of(1, 2), bytes.subarray(2)])),
    /entries of 128 octets/,
  ],
  ['a changed hash', flipAt(FULL, 32 * 17 + 3), /hash that entry 17 makes in tile\/0\/000/],
  ['a changed last hash', flipAt(PART, -1), /hash that entry 599 makes/],
  ['a changed hash above', flipAt(ABOVE, 40), /level below makes at 1 in tile\/1\/000\.p\/2/],
  ['two entries exchanged', swap(ENTRIES, 130, 3, 4), /hash that entry 259 makes/],
  [
    'two entries and their hashes exchanged',
    async (copy) => {
      await swap('tile/entries/000', 130, 60, 61)(copy)
      await swap(FULL, 32, 60, 61)(copy)
    },
    /level below makes at 0 in tile\/1/,
  ],
  [
    'two last entries and their hashes exchanged',
    async (copy) => {
      await swap(LAST, 130, 3, 4)(copy)
      await swap(PART, 32, 3, 4)(copy)
    },
    /in tile\/0\/002\.p\/48|expected the root/,
  ],
  [
    'two tiles exchanged',
    async (copy) => {
      await rename(join(copy, FULL), join(copy, 'was'))
      await rename(join(copy, 'tile/0/001'), join(copy, FULL))
      await rename(join(copy, 'was'), join(copy, 'tile/0/001'))
    },
    /hash that entry 0 makes/,
  ],
  [
    'two bundles exchanged',
    async (copy) => {
      await rename(join(copy, ENTRIES), join(copy, 'was'))
      await rename(join(copy, 'tile/entries/000'), join(copy, ENTRIES))
      await rename(join(copy, 'was'), join(copy, 'tile/entries/000'))
    },
    /hash that entry 0 makes/,
  ],
  ['a tile in the place of another', put('tile/0/001', FULL), /hash that entry 256 makes/],
  ['a lost full tile', gone(FULL), /expected tile\/0\/000 in the log, got none/],
  ['a lost partial tile', gone(PART), /expected tile\/0\/002\.p\/88 in the log, got none/],
  ['a lost tile above', gone(ABOVE), /expected tile\/1\/000\.p\/2 in the log, got none/],
  ['a lost bundle', gone(ENTRIES), /expected tile\/entries\/001 in the log, got none/],
  ['a lost last bundle', gone(LAST), /expected tile\/entries\/002\.p\/88 in the log, got none/],
  [
    'a folder in the place of a tile',
    async (copy) => {
      await rm(join(copy, FULL))
      await cp(join(copy, 'tile/1'), join(copy, FULL), { recursive: true })
    },
    /expected tile\/0\/000 in the log, got none/,
  ],
  ['a lost checkpoint', gone('checkpoint'), /expected checkpoint in the log, got none/],
  ['an empty checkpoint', (copy) => truncate(join(copy, 'checkpoint')), /signatures, got something else/],
  ['a changed signature', flipAt('checkpoint', -12), /./],
  [
    'a checkpoint of another size',
    alter('checkpoint', (bytes) => Buffer.from(bytes.toString().replace('\n600\n', '\n599\n'))),
    /a signature of sahel/,
  ],
  [
    'a checkpoint of another root, signed',
    sign(checkpoint(SIZE, other.root(SIZE))),
    /root that 600 entries make/,
  ],
  [
    'a checkpoint of another key',
    sign(noteOf(headText(log.name, SIZE, tree.root(SIZE)), [signerOf(log.name, 1, 'else')])),
    /known key of its log/,
  ],
  [
    'a checkpoint of another log',
    sign(noteOf(headText('lake.portolan/audit/2026h2', SIZE, tree.root(SIZE)), [log])),
    /known key of its log/,
  ],
  [
    'a signed size beyond what is there',
    sign(checkpoint(601, tree.root(SIZE))),
    /expected tile\/0\/002\.p\/89 in the log/,
  ],
  [
    'a changed part of an earlier checkpoint',
    flipAt('tile/0/001.p/44', 700),
    /the first 44 of their tile in tile\/0\/001\.p\/44/,
  ],
  [
    'a changed bundle of an earlier checkpoint',
    flipAt('tile/entries/002.p/48', 700),
    /the first 48 of their tile in tile\/entries\/002/,
  ],
  [
    'a log written anew around one entry',
    (copy) => writeFiles(copy, otherFiles),
    /in tile\/0\/001\.p\/44|expected the root/,
  ],
  [
    'one bundle and its tile written anew',
    async (copy) => {
      const anew = ['tile/0/001', ENTRIES].map((path) => [path, otherFiles.get(path)!] as const)
      await writeFiles(copy, new Map(anew))
    },
    /level below makes at 1|in tile\/0\/001\.p/,
  ],
]

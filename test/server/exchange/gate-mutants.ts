import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { walk } from '../../../schema/wire/packet.ts'

// Walkers that lack one of their rules: the source with one piece of text exchanged for another.

type File = 'packet' | 'pkesk' | 'randomness'
export type Mutant = [title: string, file: File, from: string, to: string]

export const MUTANTS: Mutant[] = [
  [
    'what follows the data packet is not looked at',
    'packet',
    'if (body.end !== bytes.length)',
    'if (body.end > bytes.length)',
  ],
  [
    'foreign packets are stepped over',
    'packet',
    'if (header.tag !== TAG_PKESK) refuse(',
    'if (header.tag !== TAG_PKESK) { at = header.body + header.length; continue }; if (false) refuse(',
  ],
  ['any number of recipients will do', 'packet', 'if (pkesks.length === most)', 'if (false)'],
  ['no recipient will do', 'packet', 'if (pkesks.length === 0)', 'if (false)'],
  [
    'a session key may come in parts',
    'packet',
    "if (header.partial) refuse('expected a session key packet of known length, got a partial one')",
    '',
  ],
  ['lengths may be longer than needed', 'packet', 'if (length < 8384)', 'if (false)'],
  ['so may those in the old format', 'packet', 'if (type > 0 && length < 256 ** (size / 2))', 'if (false)'],
  ['a first chunk may be of any size', 'packet', 'if (header.partial && header.length < 512)', 'if (false)'],
  ['a message may be too short for a signature', 'packet', 'if (body.length < MIN_V1)', 'if (false)'],
  ['any cipher will do', 'packet', 'if (cipher !== CIPHER_AES256)', 'if (false)'],
  ['any mode will do', 'packet', 'if (!AEADS.has(aead))', 'if (false)'],
  ['chunks may be of any size', 'packet', 'if (chunk > 16)', 'if (false)'],
  ['versions may be mixed', 'packet', 'if (pkesk.version !== wanted)', 'if (false)'],
  ['a key may be named twice', 'packet', 'if (seen.has(name))', 'if (false)'],
  [
    'a recipient may hide',
    'pkesk',
    "if (/^0+$/.test(keyId)) refuse('expected a named recipient, got a hidden one')",
    '',
  ],
  ['an RSA integer may be of any size', 'pkesk', 'if (bits < 2048 - 64 || bits > 4096)', 'if (false)'],
  ['more may follow an RSA integer', 'pkesk', 'if (fields.length !== 2 + octets)', 'if (false)'],
  ['more may follow a wrapped key', 'pkesk', 'if (fields.length !== at + 1 + wrapped)', 'if (false)'],
  [
    'session keys may be written in',
    'pkesk',
    "refuseReadable(octets, 'an encrypted session key', ROW_IN_KEY)",
    'void octets',
  ],
  ['rows of text are not sought', 'randomness', 'hasRow(octets, row) || ', ''],
  ['windows are not counted', 'randomness', ' || hasReadableWindow(octets)', ''],
]

const WIRE = join(import.meta.dirname, '../../../schema/wire')

/** The walker with this change. Throws when the source no longer has what the mutant changes. */
export async function mutated([title, file, from, to]: Mutant, root: string): Promise<typeof walk> {
  const dir = join(root, title.replaceAll(' ', '-'))
  await mkdir(dir, { recursive: true })
  for (const name of ['fault', 'packet', 'pkesk', 'randomness'])
    await cp(join(WIRE, `${name}.ts`), join(dir, `${name}.ts`))
  const source = await readFile(join(dir, `${file}.ts`), 'utf8')
  if (source.split(from).length !== 2) throw new Error(`expected once in ${file}.ts: ${from}`)
  await writeFile(
    join(dir, `${file}.ts`),
    source.replace(from, () => to),
  )
  return ((await import(join(dir, 'packet.ts'))) as { walk: typeof walk }).walk
}

export const clear = (root: string): Promise<void> => rm(root, { recursive: true, force: true })

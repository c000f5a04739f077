import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeHeader, frameSize, leafOf } from '../schema/wire/audit-frame.ts'
import { decodeLeaf, type Leaf } from '../schema/wire/audit-leaf.ts'

/** Every leaf of a server's records, in the order of the log, made from what lies on its disk at this moment. */
export async function leavesAt(home: string): Promise<Buffer[]> {
  const folder = join(home, 'audit')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.details')).sort()
  const leaves: Buffer[] = []
  for (const name of names) {
    const bytes = await readFile(join(folder, name))
    for (let at = 0; ; ) {
      const header = decodeHeader(bytes, at)
      if (!header) break
      const size = frameSize(header.bodyLength, header.tokens)
      leaves.push(leafOf(header, bytes.subarray(at, at + size)))
      at += size
    }
  }
  return leaves
}

export const kindOf = (leaf: Buffer): Leaf['kind'] => decodeLeaf(leaf)!.kind

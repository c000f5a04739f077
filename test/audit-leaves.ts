import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeHeader, type FrameHeader, frameSize, leafOf } from '../schema/wire/audit-frame.ts'

/** A record as it lies on the server's disk: its kind as the server knows it, and its leaf. */
export type RecordAt = { kind: FrameHeader['kind']; leaf: Buffer }

/** Every record of a server in the order of the log, made from what lies on its disk at this moment. */
export async function recordsAt(home: string): Promise<RecordAt[]> {
  const folder = join(home, 'audit')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.details')).sort()
  const records: RecordAt[] = []
  for (const name of names) {
    const bytes = await readFile(join(folder, name))
    let at = 0
    for (let header = decodeHeader(bytes, at); header; header = decodeHeader(bytes, at)) {
      const size = frameSize(header.bodyLength, header.tokens)
      records.push({ kind: header.kind, leaf: leafOf(header, bytes.subarray(at, at + size)) })
      at += size
    }
  }
  return records
}

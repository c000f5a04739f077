import { constants, type FileHandle, link, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PrivateKey } from 'openpgp'
import { factsOctets, hashesOf } from '../../schema/wire/attachment.ts'
import { type Json, sha256 } from '../../schema/wire/canonical.ts'
import type { SealedFile } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { chunkOpener } from './attachment-key.ts'
import { flushFolder } from './flush-folder.ts'
import { padme } from './pad.ts'
import { patiently } from './patiently.ts'
import type { ObjectBody } from './wire.ts'

export type Fetching = {
  /** As the signed message has it. */
  file: SealedFile
  message: string
  /** Where the file is to stand; nothing may stand there yet. */
  target: string
  decryptWith: PrivateKey[]
  at: Date
  purpose: Purpose
  /** Asks by the object road, and gives the sealed chunk. */
  ask(body: ObjectBody): Promise<Uint8Array>
  /** Octets of the file that are here. */
  step(done: number): void
}

/**
 * Fetches, opens and checks a file chunk by chunk. It grows under another name beside its place and takes its own when the
 * whole is what its sender signed; a chunk that is not is refused by its number. After a cut the same call goes on behind
 * the last chunk that stands there whole, and leaves a file that is whole as it is. Throws BAD_INPUT where another file
 * of that name is there: none is overwritten. A cut is waited for a while, then UNREACHABLE is thrown.
 */
export async function fetchFile(fetching: Fetching): Promise<void> {
  const { file, target } = fetching
  const before = await open(target, 'r').catch(absent)
  if (before) {
    const isWhole = await standsIn(before, file).finally(() => before.close())
    if (isWhole) return fetching.step(file.size)
    throw taken(target)
  }
  const part = `${target}.part`
  const handle = await open(part, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  try {
    await fetchInto(handle, fetching)
    await handle.truncate(file.size)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(part, target).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? taken(target) : error
  })
  await unlink(part)
  await flushFolder(dirname(target))
}

async function fetchInto(handle: FileHandle, fetching: Fetching): Promise<void> {
  const { file, decryptWith, at, step } = fetching
  const opener = chunkOpener(decryptWith, at)
  const count = file.chunks.length
  const have = await wholeChunks(handle, file)
  const octetsOf = (chunks: number) => Math.min(file.size, chunks * file.chunkSize)
  step(octetsOf(have))
  let next = have < count ? askFor(fetching, have + 1) : null
  for (let chunk = have + 1; chunk <= count; chunk++) {
    const sealed = await next!
    // The next one is on its way while this one is opened.
    next = chunk < count ? askFor(fetching, chunk + 1) : null
    next?.catch(() => undefined)
    const text = await opener.open(sealed).catch(() => null)
    if (text === null || sha256(text).toString('base64') !== file.chunks[chunk - 1])
      throw new Fault('SEAL', `expected chunk ${chunk} of ${file.name} as its sender sealed it, got another`)
    await writeAt(handle, text.subarray(0, octetsOf(chunk) - octetsOf(chunk - 1)), octetsOf(chunk - 1))
    step(octetsOf(chunk))
  }
}

function askFor({ message, file, purpose, ask }: Fetching, chunk: number): Promise<Uint8Array> {
  const facts = factsOctets({ purpose, message, object: file.object, chunk } as Json)
  const octets = new Uint8Array()
  const body = { method: 'POST' as const, octets, facts, digest: hashesOf([octets, facts]).digest }
  return patiently(() => ask(body))
}

const standsIn = async (handle: FileHandle, file: SealedFile): Promise<boolean> =>
  (await handle.stat()).size === file.size && (await wholeChunks(handle, file)) === file.chunks.length

/** How many chunks stand whole at the start of what an earlier attempt has left. Beyond the file's end there are zeros. */
async function wholeChunks(handle: FileHandle, { size, chunkSize, chunks }: SealedFile): Promise<number> {
  const buffer = Buffer.alloc(chunkSize)
  for (const [chunk, hash] of chunks.entries()) {
    const start = chunk * chunkSize
    const text = buffer.subarray(0, Math.min(chunkSize, padme(size) - start)).fill(0)
    await handle.read(text, 0, Math.max(0, Math.min(text.length, size - start)), start)
    if (sha256(text).toString('base64') !== hash) return chunk
  }
  return chunks.length
}

async function writeAt(handle: FileHandle, octets: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < octets.length; )
    at += (await handle.write(octets, at, octets.length - at, position + at)).bytesWritten
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

const taken = (target: string) =>
  new Fault(
    'BAD_INPUT',
    `expected a folder without ${target.slice(dirname(target).length + 1)}, got one with it`,
  )

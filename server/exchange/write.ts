import { constants } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { MAX_OBJECT_BODY } from '../../schema/wire/attachment.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { isNoRoom } from '../no-room.ts'
import { openQueues } from '../report/queues.ts'

/** Writes a new file. Throws STORE_UNAVAILABLE where the disk is full: that is no fault of what was sent, which may come again. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await makeDurable(await writeNew(path, bytes))
}

/** The first half: the octets are with the system, and a crash of the machine may lose them. Throws as `writeDurably`. */
export async function writeNew(path: string, bytes: Uint8Array): Promise<FileHandle> {
  const isLarge = bytes.length >= LARGE && bytes.length <= MAX_OBJECT_BODY
  const direct = isLarge ? await writeDirect(path, bytes) : null
  return direct ?? filled(await open(path, 'wx', 0o600).catch(full), bytes)
}

/** The second half, which ends the file in any case. Throws as `writeDurably`. */
export async function makeDurable(file: FileHandle): Promise<void> {
  try {
    await file.sync().catch(full)
  } finally {
    await file.close()
  }
}

function full(error: NodeJS.ErrnoException): never {
  if (!isNoRoom(error)) throw error
  throw new Fault('STORE_UNAVAILABLE', 'expected room in the store of the server, got none')
}

async function filled(file: FileHandle, bytes: Uint8Array, size = bytes.length): Promise<FileHandle> {
  try {
    for (let at = 0; at < bytes.length; )
      at += (await file.write(bytes, at, bytes.length - at, at).catch(full)).bytesWritten
    if (size < bytes.length) await file.truncate(size)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** From so many octets on. */
const LARGE = 2 ** 20
/** What every disk takes: a multiple of it in length, from a place that begins at one. */
const BLOCK = 4_096
const PAGE = 2 ** 16

/** Places to write from, which one after the other uses. The memory of WebAssembly begins at a page; no other buffer has to. */
const PLACES: (Buffer | undefined)[] = [undefined, undefined, undefined]
const { inTurn } = openQueues()
let turn = 0

/**
 * Past the cache of the system: what comes in is not read again soon, and making room for it page by page takes as long as
 * a cipher does, and pushes out what Neo4j reads. Null where that cannot be done on this disk.
 */
function writeDirect(path: string, bytes: Uint8Array): Promise<FileHandle | null> {
  const nth = turn++ % PLACES.length
  return inTurn(String(nth), async () => {
    const file = await open(path, NEW | (constants.O_DIRECT ?? 0), 0o600).catch(unableOr(full))
    if (!file) return null
    PLACES[nth] ??= Buffer.from(new WebAssembly.Memory({ initial: Math.ceil(MAX_OBJECT_BODY / PAGE) }).buffer)
    const length = Math.ceil(bytes.length / BLOCK) * BLOCK
    const place = PLACES[nth].fill(0, bytes.length, length)
    place.set(bytes)
    const done = await filled(file, place.subarray(0, length), bytes.length).catch(unableOr(rethrow))
    if (!done) await unlink(path)
    return done
  })
}

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL

/** Null for a disk that cannot do this. */
function unableOr(otherwise: (error: NodeJS.ErrnoException) => never) {
  return (error: NodeJS.ErrnoException): null => {
    if (error.code === 'EINVAL') return null
    return otherwise(error)
  }
}

function rethrow(error: Error): never {
  throw error
}

import type { FileHandle } from 'node:fs/promises'
import { isNoRoom } from '../no-room.ts'

/** So much room is made at once, and more when half of it is used: milliseconds of a disk's time. */
const ROOM = 2 << 20
/** A log that takes less than this is in no hurry. */
const BUSY = 64 << 10
const ZEROS = Buffer.alloc(ROOM)

/**
 * The end of a file that is appended to all the time, each append durable at once. The handle writes through (O_DSYNC):
 * one call to the disk in place of two. Behind the end lie zeros that are durable already, so an append changes neither
 * size nor extents, and the file system writes what was appended and no journal. A crash leaves the zeros: whoever reads
 * the file takes them for nothing. Where the disk has no room for them, appends do without.
 */
export class SteadyFile {
  #file: FileHandle
  #opened: number
  #end: number
  /** Where the zeros end. */
  #ready: number
  #making: Promise<void> | null = null
  #failure: unknown = null

  constructor(file: FileHandle, end: number) {
    this.#file = file
    this.#opened = end
    this.#end = end
    this.#ready = end
  }

  get end(): number {
    return this.#end
  }

  async append(bytes: Uint8Array): Promise<void> {
    const end = this.#end + bytes.length
    if (end - this.#opened > BUSY && this.#ready - end < ROOM / 2) this.#making ??= this.#makeRoom()
    // Zeros that are being written must not come down on what is appended.
    if (end > this.#ready) await this.#making
    if (this.#failure) throw this.#failure
    await writeAll(this.#file, bytes, this.#end)
    this.#end = end
    this.#ready = Math.max(this.#ready, end)
  }

  async truncate(size: number): Promise<void> {
    await this.#making
    await this.#file.truncate(size)
    await this.#file.datasync()
    this.#end = size
    this.#ready = size
  }

  /** Takes the zeros off: what is closed in order ends where its content ends. */
  async close(): Promise<void> {
    await this.#making
    if (this.#ready > this.#end) await this.#file.truncate(this.#end)
    await this.#file.close()
  }

  async #makeRoom(): Promise<void> {
    try {
      await writeAll(this.#file, ZEROS, this.#ready)
      this.#ready += ROOM
    } catch (error) {
      // What was written of them counts for nothing: appends come down on it, or are zeros' neighbours.
      if (!isNoRoom(error as NodeJS.ErrnoException)) this.#failure = error
    } finally {
      this.#making = null
    }
  }
}

/** A full disk may take a part: the rest is tried, and the error then comes. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let written = 0
  while (written < bytes.length)
    written += (await file.write(bytes, written, bytes.length - written, at + written)).bytesWritten
}

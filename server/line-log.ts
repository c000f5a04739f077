import { constants, type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { canonical, type Json } from '../schema/wire/canonical.ts'
import { writeAll } from './audit/steady-file.ts'
import { flushFolder } from './flush-folder.ts'

export type LineLog = {
  /** Whole lines that were read at the start. */
  lines: string[]
  /** Appends one value as a line; resolves when it is on disk. Lines stand in the order of the calls. */
  append(value: Json): Promise<void>
  close(): Promise<void>
}

const { O_RDWR, O_CREAT, O_APPEND, O_DSYNC } = constants
const THROUGH = O_RDWR | O_CREAT | O_APPEND | O_DSYNC

/** Lines that are written together. */
type Group = { lines: Buffer[]; written: Promise<void> }

/**
 * A file of JSON lines that only grows, mode 0600. Bytes after the last line end were never acknowledged (the process
 * died in mid-write), so they are cut off at the start. The handle writes through (O_DSYNC): what is written is on disk.
 * Group commit: while one write is on its way the appends that come wait, and then share the next, so sixteen officers
 * wait as long as two. A group stands whole or not at all for its waiters: a write that fails is cut off and all of them
 * are told; where even the cut fails, the log takes nothing more.
 */
export async function openLineLog(file: string): Promise<LineLog> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, THROUGH, 0o600)
  const bytes = await wholeLines(handle, file).catch(async (error) => {
    await handle.close()
    throw error
  })
  let length = bytes.length
  let broken: Error | null = null
  let waiting: Group | null = null
  let last: Promise<void> = Promise.resolve()

  async function write(group: Buffer): Promise<void> {
    if (broken !== null) throw broken
    try {
      await writeAll(handle, group, length)
      length += group.length
    } catch (error) {
      await cutTo(handle, length).catch(() => {
        broken = error as Error
      })
      throw error
    }
  }

  /** The group that still takes lines: it closes when the one before it has landed or failed. */
  function openGroup(): Group {
    const lines: Buffer[] = []
    const written = last.then(() => {
      waiting = null
      return write(Buffer.concat(lines))
    })
    last = written.catch(() => {})
    return { lines, written }
  }

  return {
    lines: bytes.toString('utf8').split('\n').slice(0, -1),
    append(value) {
      const line = Buffer.from(`${canonical(value)}\n`)
      waiting ??= openGroup()
      waiting.lines.push(line)
      return waiting.written
    },
    close: () => last.then(() => handle.close()),
  }
}

/** What was acknowledged; a torn end is cut off. */
export async function wholeLines(handle: FileHandle, file: string): Promise<Buffer> {
  const bytes = await handle.readFile()
  const length = bytes.lastIndexOf('\n') + 1
  if (length < bytes.length) await cutTo(handle, length)
  await flushFolder(dirname(file))
  return bytes.subarray(0, length)
}

/** Puts a file of these lines in the place of `file`, whole: after a crash there is the old one or the new one. */
export async function replaceLines(file: string, values: readonly Json[]): Promise<void> {
  const next = `${file}.next`
  const handle = await open(next, 'w', 0o600)
  try {
    await handle.writeFile(values.map((value) => `${canonical(value)}\n`).join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(next, file)
  await flushFolder(dirname(file))
}

export async function cutTo(handle: FileHandle, length: number): Promise<void> {
  await handle.truncate(length)
  await handle.datasync()
}

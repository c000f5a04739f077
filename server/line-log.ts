import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { canonical, type Json } from '../schema/wire/canonical.ts'

export type LineLog = {
  /** Whole lines that were read at the start. */
  lines: string[]
  /** Appends one value as a line; resolves when it is on disk. Calls are served in order. */
  append(value: Json): Promise<void>
  close(): Promise<void>
}

/**
 * A file of JSON lines that only grows, mode 0600. Bytes after the last line end were never acknowledged (the process
 * died in mid-write), so they are cut off at the start. A write that fails is cut off too; where even that fails, the
 * log takes nothing more.
 */
export async function openLineLog(file: string): Promise<LineLog> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  const bytes = await handle.readFile()
  let length = bytes.lastIndexOf('\n') + 1
  if (length < bytes.length) await cutTo(handle, length)
  await syncFolder(dirname(file))
  let broken: Error | null = null
  let last: Promise<void> = Promise.resolve()

  async function write(line: Buffer): Promise<void> {
    if (broken !== null) throw broken
    try {
      await handle.appendFile(line)
      await handle.datasync()
      length += line.length
    } catch (error) {
      await cutTo(handle, length).catch(() => {
        broken = error as Error
      })
      throw error
    }
  }

  return {
    lines: bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1),
    append(value) {
      const line = Buffer.from(`${canonical(value)}\n`)
      const written = last.then(() => write(line))
      last = written.catch(() => {})
      return written
    },
    close: () => last.then(() => handle.close()),
  }
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
  await syncFolder(dirname(file))
}

async function cutTo(handle: FileHandle, length: number): Promise<void> {
  await handle.truncate(length)
  await handle.datasync()
}

/** A new name is durable only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

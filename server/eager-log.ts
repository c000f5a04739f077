import { open } from 'node:fs/promises'
import { canonical, type Json } from '../schema/wire/canonical.ts'
import { cutTo, wholeLines } from './line-log.ts'

/** A line that stands in the file. It survives the end of the process, and from `durable` on the loss of power. */
export type Written = { durable: Promise<void> }

export type EagerLog = {
  /** Whole lines that were read at the start. */
  lines: string[]
  /** Resolves once the line is written, so that whoever waits for the disk can wait for something else meanwhile. */
  append(value: Json): Promise<Written>
  close(): Promise<void>
}

type Group = { lines: Buffer[]; written: Promise<Written> }

/**
 * A file of JSON lines as a `LineLog` is, that tells apart what is written from what is durable. Lines that come while
 * others are written share one write, and all that is written while the disk is busy shares its next fdatasync. A write
 * that finds no room is cut off again; after a sync that failed nobody knows what the disk holds, and nothing is taken.
 */
export async function openEagerLog(file: string): Promise<EagerLog> {
  const handle = await open(file, 'a+', 0o600)
  const bytes = await wholeLines(handle, file).catch(async (error) => {
    await handle.close()
    throw error
  })
  let length = bytes.length
  let broken: Error | null = null
  let waiting: Group | null = null
  let lastWrite: Promise<unknown> = Promise.resolve()
  let lastSync: Promise<unknown> = Promise.resolve()
  let nextSync: Promise<void> | null = null

  const giveUp = (error: unknown) => {
    broken = error as Error
  }

  async function write(group: Buffer): Promise<Written> {
    if (broken !== null) throw broken
    try {
      await handle.appendFile(group)
      length += group.length
    } catch (error) {
      await cutTo(handle, length).catch(giveUp)
      throw error
    }
    return { durable: sync() }
  }

  /** Begins when the one before it has ended: what is written by then is in it. */
  function sync(): Promise<void> {
    nextSync ??= lastSync.then(async () => {
      nextSync = null
      if (broken !== null) throw broken
      await handle.datasync()
    })
    // Whoever has gone on without it learns by the next line.
    lastSync = nextSync.catch(giveUp)
    return nextSync
  }

  function openGroup(): Group {
    const lines: Buffer[] = []
    const written = lastWrite.then(() => {
      waiting = null
      return write(Buffer.concat(lines))
    })
    lastWrite = written.catch(() => {})
    return { lines, written }
  }

  return {
    lines: bytes.toString('utf8').split('\n').slice(0, -1),
    append(value) {
      waiting ??= openGroup()
      waiting.lines.push(Buffer.from(`${canonical(value)}\n`))
      return waiting.written
    },
    async close() {
      await lastWrite
      await lastSync
      await handle.close()
    },
  }
}

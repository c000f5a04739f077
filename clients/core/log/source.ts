import { open, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../../schema/wire/fault.ts'
import { broken } from './tree.ts'

/** A served or copied log, wherever it is. Nothing that comes from it is to be believed. */
export interface LogSource {
  /**
   * All octets of a resource such as `checkpoint` or `tile/0/000`.
   * @throws Fault LOG where it is longer than `most`, or `Missing`; UNREACHABLE where nobody could say
   */
  read(path: string, most: number): Promise<Buffer>
  /** Names beside a resource in the folder of the path: what else is there. None where that can't be listed. */
  list(path: string): Promise<string[]>
}

export const isAddress = (where: string): boolean => /^https?:\/\//.test(where)

export const sourceOf = (where: string, cwd: string): LogSource =>
  isAddress(where) ? urlSource(where) : folderSource(resolve(cwd, where))

/** It is not there, or no longer: of a log that grows a full tile has taken its place. */
export class Missing extends Fault {
  constructor(path: string) {
    super('LOG', `expected ${path} in the log, got none`)
  }
}

const missing = (path: string) => new Missing(path)
const tooLong = (path: string, most: number) => broken(`expected at most ${most} octets in ${path}, got more`)

export function folderSource(folder: string): LogSource {
  return {
    async read(path, most) {
      const file = await open(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw missing(path)
        throw error
      })
      try {
        const status = await file.stat()
        if (!status.isFile()) throw missing(path)
        if (status.size > most) throw tooLong(path, most)
        const bytes = await file.readFile()
        if (bytes.length > most) throw tooLong(path, most)
        return bytes
      } finally {
        await file.close()
      }
    },
    list: (path) => readdir(join(folder, path)).catch(() => []),
  }
}

const TIMEOUT = 30_000

export function urlSource(url: string): LogSource {
  const prefix = url.replace(/\/+$/, '')
  return {
    async read(path, most) {
      const unreachable = (got: string) =>
        new Fault('UNREACHABLE', `expected ${path} of ${prefix}, got ${got}`)
      const answer = await fetch(`${prefix}/${path}`, {
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      }).catch(() => null)
      if (answer === null) throw unreachable('no answer')
      if (answer.status === 404 || answer.status === 410) throw missing(path)
      if (answer.status !== 200) throw unreachable(`status ${answer.status}`)
      const chunks: Uint8Array[] = []
      let length = 0
      try {
        for await (const chunk of answer.body ?? []) {
          length += chunk.length
          if (length > most) break
          chunks.push(chunk)
        }
      } catch {
        throw unreachable('half an answer')
      }
      if (length > most) throw tooLong(path, most)
      return Buffer.concat(chunks)
    },
    list: async () => [],
  }
}

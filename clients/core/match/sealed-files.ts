import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { Fault } from '../../../schema/wire/fault.ts'
import { writeWhole } from '../write-whole.ts'

/** Seals to the officer himself, and opens what he sealed (`gateway/vault.ts`). */
export type Sealing = {
  seal(value: unknown): Promise<Uint8Array>
  open(sealed: Uint8Array): Promise<unknown>
}

export type SealedFiles<T> = {
  /** Resolves when it would survive a power cut: the whole of it, or what was there before. */
  put(name: string, value: T): Promise<void>
  /** Null where there is none. Throws SEAL where it is not what this officer kept. */
  get(name: string): Promise<T | null>
  /** In the order of their names. */
  names(): Promise<string[]>
  drop(name: string): Promise<void>
}

const NAME = /^[A-Za-z0-9_-]{1,80}$/

/** A folder of values, each sealed in a file of its own. */
export function sealedFiles<T>(folder: string, sealing: Sealing, shape: z.ZodType<T>): SealedFiles<T> {
  function fileOf(name: string): string {
    if (NAME.test(name)) return join(folder, `${name}.pgp`)
    throw new Fault('NOT_FOUND', `expected a name of letters and digits, got ${JSON.stringify(name)}`)
  }
  return {
    put: async (name, value) => writeWhole(fileOf(name), await sealing.seal(value)),
    async get(name) {
      const sealed = await readFile(fileOf(name)).catch(unlessAbsent)
      if (sealed === null) return null
      const read = shape.safeParse(await sealing.open(sealed))
      if (read.success) return read.data
      throw new Fault('SEAL', 'expected what was kept here, got something else')
    },
    async names() {
      const files = (await readdir(folder).catch(unlessAbsent)) ?? []
      return files.flatMap((file) => (file.endsWith('.pgp') ? [file.slice(0, -4)] : [])).sort()
    },
    drop: (name) => rm(fileOf(name), { force: true }),
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

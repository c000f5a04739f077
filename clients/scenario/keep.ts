import { open, readFile } from 'node:fs/promises'

/**
 * What a loader made and may have sent: sealing the same text twice gives two ciphertexts, and the server answers a
 * key that comes back only when its body comes back too.
 */
export type Keep = {
  get(key: string): unknown
  /** Resolves when the value is on disk. */
  put(key: string, value: unknown): Promise<void>
  close(): Promise<void>
}

/** A keep in one file, a line for each value. A last line that a crash tore is left out, and written anew. */
export async function openKeep(file: string): Promise<Keep> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const kept = new Map<string, unknown>(
    whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as [string, unknown]),
  )
  const handle = await open(file, 'a', 0o600)
  await handle.truncate(Buffer.byteLength(whole))
  let last: Promise<unknown> = Promise.resolve()
  return {
    get: (key) => kept.get(key),
    put(key, value) {
      kept.set(key, value)
      const written = last.then(async () => {
        await handle.writeFile(`${JSON.stringify([key, value])}\n`)
        await handle.datasync()
      })
      last = written.catch(() => {})
      return written
    },
    async close() {
      await last
      await handle.close()
    },
  }
}

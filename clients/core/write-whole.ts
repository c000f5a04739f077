import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { flushFolder } from './flush-folder.ts'

let writes = 0

/** The whole text or, after a crash or on a full disk, the former one; readable by its owner only. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  writes += 1
  const draft = `${file}.${process.pid}.${writes}.tmp`
  try {
    await written(draft, text)
    await rename(draft, file)
  } catch (error) {
    // A full disk is not made fuller.
    await rm(draft, { force: true })
    throw error
  }
  await flushFolder(folder)
}

async function written(draft: string, text: string | Uint8Array): Promise<void> {
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

import { open } from 'node:fs/promises'

/** Without this a crash of the machine may forget a name that was already acknowledged, or remember an erased one. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

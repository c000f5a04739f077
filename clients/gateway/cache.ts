import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { writeWhole } from '../core/write-whole.ts'
import type { Vault } from './vault.ts'

const Kept = z.object({ since: z.string(), body: z.string() })
export type Kept = z.infer<typeof Kept>

/** The last answers to an officer's questions, for days without a link. */
export type Cache = {
  keep(question: unknown, body: Uint8Array, at: number): Promise<void>
  /** Null where this was never asked, or what was kept is damaged. */
  find(question: unknown): Promise<Kept | null>
}

const MOST_KEPT = 500

/**
 * Answers sealed to the officer, one file each. The names are keyed hashes of the questions: whoever reads the disk
 * can't tell what was asked by trying.
 */
export async function openCache(folder: string, vault: Vault): Promise<Cache> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const secret = await secretOf(join(folder, 'names.pgp'), vault)

  function fileOf(question: unknown): string {
    const name = createHmac('sha256', secret)
      .update(canonical(question as Json))
      .digest('hex')
    return join(folder, `${name}.answer`)
  }

  async function forgetOldest(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.answer'))
    if (names.length <= MOST_KEPT) return
    const files = names.map((name) => join(folder, name))
    const ages = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })))
    const oldest = ages.sort((a, b) => a.at - b.at).slice(0, names.length - MOST_KEPT)
    await Promise.all(oldest.map(({ file }) => rm(file, { force: true })))
  }

  return {
    async keep(question, body, at) {
      const kept: Kept = { since: new Date(at).toISOString(), body: Buffer.from(body).toString('utf8') }
      await writeWhole(fileOf(question), await vault.seal(kept))
      await forgetOldest()
    },
    async find(question) {
      try {
        return Kept.parse(await vault.open(await readFile(fileOf(question))))
      } catch {
        return null
      }
    },
  }
}

async function secretOf(file: string, vault: Vault): Promise<string> {
  const former = await readFile(file)
    .then((sealed) => vault.open(sealed))
    .catch(() => null)
  if (typeof former === 'string') return former
  const secret = randomBytes(32).toString('base64')
  await writeWhole(file, await vault.seal(secret))
  return secret
}

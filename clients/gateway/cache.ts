import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
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
  /** Null where this was never asked, what was kept is damaged, or it is older than a month at `now` (ms). */
  find(question: unknown, now: number): Promise<Kept | null>
  /** Deletes what was kept before `time` (ms). */
  forgetBefore(time: number): Promise<void>
}

const MOST_KEPT = 500
const LONGEST_MS = 30 * 24 * 3_600_000

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

  /** With the server's time at which each was kept: a desk's own clock may be a day off. */
  async function all(): Promise<{ file: string; at: number }[]> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.answer'))
    const found = names.map(async (name) => {
      const file = join(folder, name)
      // Another program of the same officer may forget it at this moment.
      const at = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      )
      return at === null ? [] : [{ file, at }]
    })
    return (await Promise.all(found)).flat()
  }

  const forget = (files: { file: string }[]) =>
    Promise.all(files.map(({ file }) => rm(file, { force: true })))

  async function forgetOldest(now: number): Promise<void> {
    const kept = (await all()).sort((a, b) => a.at - b.at)
    await forget(kept.filter(({ at }, nth) => nth < kept.length - MOST_KEPT || at < now - LONGEST_MS))
  }

  return {
    async keep(question, body, at) {
      const kept: Kept = { since: new Date(at).toISOString(), body: Buffer.from(body).toString('utf8') }
      const file = fileOf(question)
      await writeWhole(file, await vault.seal(kept))
      await utimes(file, at / 1_000, at / 1_000).catch(unlessForgotten)
      await forgetOldest(at)
    },
    async find(question, now) {
      try {
        const kept = Kept.parse(await vault.open(await readFile(fileOf(question))))
        return Date.parse(kept.since) < now - LONGEST_MS ? null : kept
      } catch {
        return null
      }
    },
    async forgetBefore(time) {
      await forget((await all()).filter(({ at }) => at < time))
    },
  }
}

/** Until it has the server's time it has the desk's: where that is a month behind, what is kept beside it forgets it. */
function unlessForgotten(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
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

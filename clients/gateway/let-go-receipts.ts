import { hash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { Hash } from '../../schema/wire/directory.ts'
import { flushFolder } from '../core/flush-folder.ts'
import { writeWhole } from '../core/write-whole.ts'
import type { Home } from './home.ts'
import { RECEIPTS } from './road.ts'

// Receipts are proof against whoever keeps the log. A desk lets go of a day of them only when all of that day was found in
// the log and the day is older than the log has to be; what was never reconciled is kept for ever.

/** How long a day of receipts is kept at least: five years, for so long a half-year of the log is to be kept. */
export const KEPT_DAYS = 1_827
const DAY = 86_400_000

const FILE = 'reconciled.json'
/** By the name of a day's file the hash that it had when all its receipts were found in the log. */
const Reconciled = z.record(z.string(), Hash)

async function reconciledIn(home: Home): Promise<z.infer<typeof Reconciled>> {
  const text = await readFile(home.path(FILE), 'utf8').catch(() => '{}')
  // Broken, it tells of nothing: then nothing is let go until it was reconciled again.
  return Reconciled.catch({}).parse(jsonOf(text))
}

/** Notes that the log holds all of these files, each by its path and the hash of what was read of it. */
export async function noteReconciled(home: Home, files: ReadonlyMap<string, string>): Promise<void> {
  if (files.size === 0) return
  const known = await reconciledIn(home)
  const now = Object.fromEntries([...files].map(([file, hashed]) => [basename(file), hashed]))
  await writeWhole(home.path(FILE), JSON.stringify({ ...known, ...now }))
}

/** Takes away the days that are old and were reconciled as they lie there. Gives the names of their files. */
export async function letGoOfReceipts(home: Home, now: number): Promise<string[]> {
  const [known, folder] = [await reconciledIn(home), home.path(RECEIPTS)]
  const gone: string[] = []
  for (const [name, hashed] of Object.entries(known)) {
    const day = /^(\d{4}-\d\d-\d\d)\.jsonl$/.exec(name)?.[1]
    // The day's last receipt came at its end.
    if (!day || now - (Date.parse(day) + DAY) < KEPT_DAYS * DAY) continue
    const bytes = await readFile(join(folder, name)).catch(() => null)
    // A receipt that was added since was never looked for.
    if (!bytes || hash('sha256', bytes) !== hashed) continue
    await rm(join(folder, name))
    gone.push(name)
  }
  if (gone.length > 0) await flushFolder(folder)
  return gone.sort()
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import { createHash } from 'node:crypto'
import { link, mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import { flushFolder } from '../core/flush-folder.ts'
import { writeWhole } from '../core/write-whole.ts'
import { readJson } from '../gateway/home.ts'

/** What a witness knows of one log: the last checkpoint that it put its name to, and the POSIX second of that. */
const Seen = z.strictObject({ checkpoint: z.string(), time: z.int().nonnegative() })
export type Seen = z.infer<typeof Seen>

/** `step` counts what was persisted for this log: the next is `step + 1`, or somebody else was faster. */
export type Last = { step: number; seen: Seen | null }

/** Where a witness keeps what it has seen. It must never go back to an earlier state: no copy of it is restored. */
export interface Kept {
  /** Step 0 for a log that was never co-signed. @throws Fault CONFIG where the file is damaged: nothing is co-signed then */
  last(origin: string): Promise<Last>
  /**
   * Resolves when it is on the disk for good; after a crash either it is there or the former one is. False where it no
   * longer follows the last one, because another process on the same folder persisted meanwhile.
   */
  persist(origin: string, next: { step: number; seen: Seen }): Promise<boolean>
  /** Keeps a proof that a log has signed what cannot be, once however often it comes. */
  accuse(proof: Buffer): Promise<void>
}

const digest = (of: string | Buffer) => createHash('sha256').update(of).digest('hex')
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

let drafts = 0

/** Keeps one file for each log in a folder of mode 0700, which is made if need be. */
export async function openKept(folder: string): Promise<Kept> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // A folder that a power cut takes away would be a witness that has seen nothing.
  await flushFolder(dirname(folder))
  // An origin is another party's text: its hash is a file name, it is none.
  const nameOf = (origin: string, step: number) => `${digest(origin)}.${step}.json`

  /** Every step of a log that is there; more than one while an older one is being removed. */
  async function stepsOf(origin: string): Promise<number[]> {
    const form = new RegExp(`^${digest(origin)}\\.([1-9]\\d*)\\.json$`)
    const steps = (await readdir(folder)).map((name) => Number(form.exec(name)?.[1] ?? 0))
    return steps.filter((step) => step > 0).sort((left, right) => right - left)
  }

  async function last(origin: string): Promise<Last> {
    const [step] = await stepsOf(origin)
    if (step === undefined) return { step: 0, seen: null }
    const file = join(folder, nameOf(origin, step))
    const seen = await readJson(file, Seen)
    // A later step came between the two reads and let this one go.
    if (seen === null) return last(origin)
    if (seen.checkpoint.startsWith(`${origin}\n`)) return { step, seen }
    throw new Fault('CONFIG', `expected a checkpoint of ${origin} in ${file}, got another`)
  }

  async function persist(origin: string, { step, seen }: { step: number; seen: Seen }): Promise<boolean> {
    drafts += 1
    const draft = join(folder, `${nameOf(origin, step)}.${process.pid}.${drafts}.tmp`)
    await writeWhole(draft, `${JSON.stringify(seen)}\n`)
    try {
      // A link appears whole, and never in the place of one that is there.
      await link(draft, join(folder, nameOf(origin, step)))
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    } finally {
      await rm(draft, { force: true })
    }
    await flushFolder(folder)
    const [newest, ...older] = await stepsOf(origin)
    // Others went on from here, or had let this name go for a later one: who asked is told to look again.
    const isLast = newest === step
    const spent = isLast ? older : [step]
    for (const one of spent) await rm(join(folder, nameOf(origin, one)), { force: true })
    return isLast
  }

  return {
    last,
    persist,
    accuse: (proof) => writeWhole(join(folder, `fraud-${digest(proof).slice(0, 16)}.json`), proof),
  }
}

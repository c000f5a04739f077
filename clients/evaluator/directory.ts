import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { entryHash, Hash, SignedBody } from '../../schema/wire/directory.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type KeptDirectory, loadDirectory } from '../gateway/directory.ts'
import { readJson } from '../gateway/home.ts'

/** How old an evaluator's copy of the directory may be (ms): within it a revoked key could still be believed. */
export const COPY_LIFE = 24 * 3_600_000

export type Watched = {
  /** What the copy says now. Throws DIRECTORY where no server confirmed it within a day. */
  state(): Promise<DirectoryState>
}

/** The instance that a genesis file begins, and the hash that everything in its directory goes back to. */
export type Genesis = { instance: string; hash: string }

/** Reads the file of signed entries that the instance was begun with. @throws Fault CONFIG */
export async function readGenesis(file: string): Promise<Genesis> {
  try {
    const [first] = z
      .array(SignedBody)
      .min(1)
      .parse(JSON.parse(await readFile(file, 'utf8')))
    if (first?.body.type !== 'genesis') throw new Error('no genesis')
    return {
      instance: first.body.instance,
      hash: entryHash({ index: 0, previous: null, ...first }),
    }
  } catch {
    throw new Fault('CONFIG', `expected a genesis and entries after it in ${file}, got something else`)
  }
}

const Reached = z.strictObject({ genesis: Hash, length: z.int().min(1), head: Hash })
type Reached = z.infer<typeof Reached>

/**
 * Follows the directory in the home of a client, which fetches it and says when the server last confirmed it; the log that
 * the server publishes holds hashes of entries, not entries. Every signature is checked here again, back to the genesis, and
 * what this evaluator once saw it never lets go.
 */
export async function watchDirectory(options: {
  folder: string
  state: string
  genesis: string
  clock: () => number
  complain: (error: unknown) => void
}): Promise<Watched> {
  const { folder, state, genesis, clock, complain } = options
  const home = { path: (...parts: string[]) => join(folder, ...parts) }
  const reachedFile = join(state, 'directory-reached.json')
  let kept: KeptDirectory | null = null
  let seen = ''
  let reading: Promise<void> | null = null

  async function read(mark: string): Promise<void> {
    // Noted before it is read: what changes meanwhile is read again.
    seen = mark
    const next = await loadDirectory(home, genesis)
    if (next === null)
      throw new Fault('DIRECTORY', `expected a directory of this instance in ${folder}, got none`)
    const reached = await readJson(reachedFile, Reached)
    expectReached(next, reached, genesis)
    const { lines, state: now } = next
    if (reached?.genesis !== genesis || lines.length > reached.length)
      await writeWhole(reachedFile, JSON.stringify({ genesis, length: lines.length, head: now.head! }))
    kept = next
  }

  /** Whoever comes while it is being read waits for it: what it says anew counts for him as well. */
  async function refresh(): Promise<void> {
    const mark = await markOf(folder)
    if (mark !== seen)
      reading ??= read(mark)
        .catch(complain)
        .finally(() => {
          reading = null
        })
    await reading
  }

  return {
    async state() {
      await refresh()
      const at = kept?.verifiedAt ?? 0
      if (kept !== null && Math.abs(clock() - at) <= COPY_LIFE) return kept.state
      throw new Fault('DIRECTORY', 'expected a copy of the directory that is less than a day old, got none')
    },
  }
}

function expectReached({ lines }: KeptDirectory, reached: Reached | null, genesis: string): void {
  if (reached === null || reached.genesis !== genesis) return
  const last = lines[reached.length - 1]
  if (last === undefined || entryHash(last) !== reached.head)
    throw new Fault('DIRECTORY', `expected what was seen before at ${reached.length - 1}, got something else`)
}

/** Changes when one of its files does. */
async function markOf(folder: string): Promise<string> {
  const marks = ['directory.jsonl', 'directory-seen.json'].map((name) =>
    stat(join(folder, name), { bigint: true }).then(
      ({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`,
      () => 'none',
    ),
  )
  return (await Promise.all(marks)).join('\n')
}

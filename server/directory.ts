import { canonical, type Json } from '../schema/wire/canonical.ts'
import { Entry, type GenesisBody, type Line, leftOut, SignedBody } from '../schema/wire/directory.ts'
import { emptyState } from '../schema/wire/directory-state.ts'
import { checkEntry } from '../schema/wire/directory-walk.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Clock } from './clock.ts'
import { narrows } from './directory/narrows.ts'
import { publicKeyTools } from './directory/openpgp.ts'
import { type DirectoryQueries, directoryQueries } from './directory/queries.ts'
import { openLineLog } from './line-log.ts'

export type Directory = DirectoryQueries & {
  genesis: GenesisBody
  /** Hash of entry 0: what clients pin. */
  genesisHash: string
  head(): { index: number; hash: string }
  /** Hash of the last entry about a subject such as `office:ne-dst`: what the next one about it supersedes. */
  latest(subject: string): string | null
  /** Entries in order from `from` on, those about teams left out: a roster is for its signatories only. */
  publicEntries(from?: number): Line[]
  /** Checks a signed entry, makes it durable, then lets it take effect. Throws DIRECTORY; then nothing has changed. */
  append(signed: SignedBody): Promise<{ index: number; hash: string }>
  /** Whether an entry would only take away what somebody has: a key, or days of an assignment. */
  narrows(signed: SignedBody): boolean
  /** Calls `told` for each entry that takes effect from now on. */
  watch(told: (entry: Entry) => void): void
  close(): Promise<void>
}

/**
 * Opens the directory: reads the file, checks the chain and every signature in it, and cuts off a last line that a
 * crash tore. A file that does not exist yet starts with the entries of `genesis`, whose first is the genesis, and an
 * import that a crash interrupted goes on; a file that says anything else keeps what it says.
 * @throws Fault DIRECTORY naming the first entry that is wrong: the server must not start
 */
export async function openDirectory(options: {
  file: string
  genesis?: readonly SignedBody[]
  clock: Clock
}): Promise<Directory> {
  const { clock, genesis = [] } = options
  const state = emptyState()
  const entries: Entry[] = []
  const watchers: ((entry: Entry) => void)[] = []
  const log = await openLineLog(options.file)

  async function readBack(): Promise<void> {
    for (const [index, line] of log.lines.entries()) {
      const entry = readLine(line, index)
      const takeEffect = await checkEntry(state, entry, { tools: publicKeyTools })
      takeEffect()
      entries.push(entry)
    }
  }

  async function appendNow(signed: SignedBody): Promise<{ index: number; hash: string }> {
    const parsed = SignedBody.safeParse(signed)
    if (!parsed.success)
      throw new Fault('DIRECTORY', `expected a signed entry, got ${firstIssue(parsed.error)}`)
    const entry: Entry = { index: state.length, previous: state.head, ...parsed.data }
    const takeEffect = await checkEntry(state, entry, { tools: publicKeyTools, now: clock() })
    await log.append(entry as Json)
    takeEffect()
    entries.push(entry)
    for (const told of watchers) told(entry)
    return { index: entry.index, hash: state.head! }
  }

  // Each entry is checked against the ones before it, so they go one at a time; a refused one holds nobody up.
  let last: Promise<unknown> = Promise.resolve()
  function append(signed: SignedBody): Promise<{ index: number; hash: string }> {
    const result = last.then(() => appendNow(signed))
    last = result.catch(() => {})
    return result
  }

  try {
    await readBack()
    for (const signed of missingFrom(entries, genesis)) await append(signed)
    if (state.genesis === null) throw new Fault('DIRECTORY', 'expected a genesis, got an empty directory')
  } catch (error) {
    await log.close()
    throw error
  }
  return {
    ...directoryQueries(state, clock),
    genesis: state.genesis,
    genesisHash: state.latest.get('genesis')!,
    head: () => ({ index: state.length - 1, hash: state.head! }),
    latest: (subject) => state.latest.get(subject) ?? null,
    publicEntries: (from = 0) =>
      entries.slice(from).map((entry) => (entry.body.type === 'team' ? leftOut(entry) : entry)),
    append,
    narrows: (signed) => narrows(state, signed),
    watch: (told) => void watchers.push(told),
    close: () => last.then(() => log.close()),
  }
}

/** Those of `wanted` that are still to be imported: all but the ones that `entries` begin with, or none. */
function missingFrom(entries: readonly Entry[], wanted: readonly SignedBody[]): readonly SignedBody[] {
  const interrupted = entries.every(
    ({ body }, i) => wanted[i] !== undefined && canonical(wanted[i].body as Json) === canonical(body as Json),
  )
  return interrupted ? wanted.slice(entries.length) : []
}

function readLine(line: string, index: number): Entry {
  try {
    return Entry.parse(JSON.parse(line))
  } catch {
    throw new Fault('DIRECTORY', `directory entry ${index}: expected an entry, got something else`)
  }
}

function firstIssue(error: { issues: { path: PropertyKey[]; message: string }[] }): string {
  const issue = error.issues[0]!
  return `${issue.path.map(String).join('.')}: ${issue.message.toLowerCase()}`
}
